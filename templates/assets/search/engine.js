// A text in, known errors and pages out, each as soon as it is known.
//
// What cannot be read of the index is asked for once more, with a new manifest; then the catalog stands in for it, and
// what was found says so.

import { excerpt } from "./excerpt.js";
import { Fallback } from "./fallback.js";
import { Files } from "./files.js";
import { Index } from "./index.js";
import { Signatures } from "./signatures.js";

const MOST = 10, EARLY = 3, EXCERPTS = 5, PATIENCE = 150;
/// How much of a log is shown before and after a match.
const BEFORE = 120, AFTER = 240, MATCH = 1_000;

const utf8 = new TextEncoder(), decoder = new TextDecoder();

export class Engine {
  /// Calls `report` with what is found so far; a search that another has overtaken reports no more.
  async search({ number, query }, report) {
    this.number = number;
    const found = { number, known: [], pages: [], trouble: null, done: false };
    const search = new Search(query, found, () => this.number === number && report({ ...found }));
    let whole = false;
    for (const cache of ["no-cache", "reload"]) {
      if (!whole) whole = await search.from((this.source ??= Source.open(query.base, cache)));
      if (!whole) this.source = null;
    }
    if (!whole) await search.fromCatalog();
    found.pages = found.pages.filter(({ id }) => !id || found.known.every((error) => error.id !== id));
    found.done = true;
    search.tell();
    if (whole) await search.excerpts();
  }
}

/// The index and the signatures of a site.
class Source {
  static async open(base, cache) {
    const files = new Files(`${base}assets/search/`, cache);
    return new Source(files, await Index.open(files));
  }

  constructor(files, index) {
    const { signatures } = index.manifest, name = (number) => signatures.slice(6 * number, 6 * number + 6);
    Object.assign(this, { index, signatures: signatures && Signatures.open((number) => files.read(name(number))) });
    this.signatures?.catch?.(() => {});
  }

  async known(bytes) {
    return this.signatures ? (await this.signatures).find(bytes) : [];
  }
}

class Search {
  constructor(query, found, tell) {
    Object.assign(this, { query, found, tell, bytes: utf8.encode(query.text), sought: [] });
  }

  /// Searches the index, and says whether all of it could be read.
  async from(opening) {
    try {
      const source = await opening, { index } = source, row = this.rows(index);
      const filters = await Promise.all(facets(this.query).map((facet) => index.pagesOf(facet)));
      const fits = (page) => filters.every((pages) => pages.has(page));
      const known = this.known((bytes) => source.known(bytes), row);
      const ends = await Promise.allSettled([known, this.pages(index, row, fits)]);
      return ends.every(({ status, value }) => status === "fulfilled" && value !== false);
    } catch {
      return false;
    }
  }

  /// Known errors, whatever is asked for: they are what the text shows. `row` gives what is shown of a page.
  async known(find, row) {
    this.found.known = await Promise.all((await find(this.bytes)).map(async (error) => {
      const { best: line, count, cut, captures } = error;
      return { ...await row(error.page), line, count, cut, log: shown(this.bytes, error), held: Object.entries(captures) };
    }));
    if (this.found.known.length) this.tell();
  }

  /// Pages by their words, and whether all of the words could be looked up.
  async pages(index, row, fits) {
    const { query } = this, language = index.manifest.languages.indexOf(query.language);
    const list = async (sought, most) => {
      const hits = index.hits(sought, language).filter(({ page }) => fits(page)).slice(0, most);
      return Promise.all(hits.map(async ({ page, part, translated }) => ({ ...(await row(page, part)), translated })));
    };
    // On a slow network the words that are there already find something.
    let timer, some;
    const early = async () => {
      const pages = await list(some, EARLY);
      if (timer && !this.found.pages.length) this.found.pages = pages, this.tell();
    };
    const { sought, whole } = await index.seek(query.text, (sought) => {
      some = sought;
      timer ??= setTimeout(() => early().catch(() => {}), PATIENCE);
    });
    clearTimeout(timer);
    timer = null;
    this.found.pages = await list(sought, MOST);
    this.sought = sought;
    return whole;
  }

  /// A function that gives what is shown of a page, in the reader's language where it has it.
  rows(index) {
    const { base, language } = this.query, { languages } = index.manifest;
    const order = [language, ...languages].map((language) => languages.indexOf(language)).filter((at) => at >= 0);
    return async (page, part = null) => {
      const own = order.find((at) => index.has(page, at)), row = await index.row(page, own);
      const [anchor, heading] = section(row.outline ?? [], part);
      const folder = `${base}${languages[own]}/${row.route}/`;
      return { ...row, language: languages[own], url: folder + (anchor && `#${anchor}`), twin: `${folder}index.md`, heading };
    };
  }

  async fromCatalog() {
    const { found, query } = this;
    try {
      const catalog = await Fallback.open(query.base, query.language);
      await this.known((bytes) => catalog.signatures.find(bytes), (page) => catalog.pages[page]);
      found.trouble = found.pages.length ? "incomplete" : "degraded";
      if (!found.pages.length) found.pages = catalog.search(query.text).filter((page) => fits(page, query)).slice(0, MOST);
    } catch {
      found.trouble ??= found.pages.length ? "incomplete" : "broken";
    }
  }

  /// Reads the first pages and shows where in them the words stand.
  async excerpts() {
    await Promise.all(this.found.pages.slice(0, EXCERPTS).map(async (page) => {
      try {
        const twin = await fetch(page.twin);
        if (twin.ok) page.excerpt = excerpt(await twin.text(), this.sought);
      } catch { /* a page without an excerpt is still a result */ }
    }));
    this.tell();
  }
}

function facets({ filters }) {
  return Object.entries(filters).filter(([, value]) => value).map(([name, value]) => `#${name}/${value}`);
}

/// Whether an incident of the catalog is one of those that are asked for; there a group is the beginning of an address.
function fits({ severity, url, tags, language }, { filters, base }) {
  const slug = (tag) => tag.toLowerCase().replace(/\s+/g, "-");
  return (!filters.severity || filters.severity === severity) && (!filters.tag || tags.some((tag) => slug(tag) === filters.tag))
    && (!filters.group || url.startsWith(`${base}${language}/${filters.group}/`));
}

/// Anchor and heading of a part's section.
function section(outline, part) {
  for (const [anchor, heading, count] of part === null ? [] : outline) {
    if (part < count) return anchor ? [anchor, heading] : ["", ""];
    part -= count;
  }
  return ["", ""];
}

/// The line of a match, as texts of which the second is the match.
function shown(bytes, { start, end }) {
  const text = (from, to) => decoder.decode(bytes.subarray(from, to));
  const first = bytes.subarray(0, start).lastIndexOf(10) + 1, next = bytes.indexOf(10, end), last = next < 0 ? bytes.length : next;
  const from = Math.max(first, start - BEFORE), to = Math.min(last, end + AFTER), match = Math.min(end, start + MATCH);
  return [
    (from > first ? "…" : "") + text(from, start).replace(/^\ufffd+/, ""),
    text(start, match) + (match < end ? "…" : ""),
    text(end, to).replace(/[\ufffd\r]+$/, "") + (to < last ? "…" : ""),
  ];
}
