// The box: what is typed, pasted or dropped goes in; known errors and pages come out, as they are found.
//
// All words and marks are in templates/components/search.html. The work is done in a worker, so that typing never
// waits. Nothing typed becomes markup, and none of it is sent anywhere: a link to a search carries it in the fragment.

const PAUSE = 80;
/// Longer texts are kept beside the field, of which they would make a standstill.
const LONG = 20_000, SHOWN = 1_000;
/// A link does not carry a longer text, and the history none that is longer still.
const LONGEST_LINK = 2_000, LONGEST_KEPT = 2 ** 20;

const boxes = new WeakMap();

/// Brings an inline box to life.
export function mount(root) {
  if (!boxes.has(root)) boxes.set(root, new Box(root, true));
  return boxes.get(root);
}

/// Opens the box of the page, or else one in a dialog, with the markup of the page that `link` leads to.
export async function open(link) {
  const inline = document.querySelector("main .box");
  if (inline) return mount(inline).input.focus();
  let dialog = document.querySelector("dialog.search");
  if (!dialog) {
    const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
    await styled(link.dataset.style);
    dialog = document.createElement("dialog");
    dialog.className = "search";
    dialog.setAttribute("aria-label", link.firstChild.textContent.trim());
    dialog.append(document.adoptNode(page.querySelector(".box")));
    // Beside it, or on a result that is on this very page.
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog || target.closest(".title")?.pathname === location.pathname) dialog.close();
    });
    document.body.append(dialog);
    boxes.set(dialog, new Box(dialog.firstChild, false));
  }
  if (!dialog.open) dialog.showModal();
  boxes.get(dialog).input.select();
}

function styled(href) {
  return new Promise((done) => {
    const sheet = document.createElement("link");
    Object.assign(sheet, { rel: "stylesheet", href, onload: done, onerror: done });
    document.head.append(sheet);
  });
}

class Box {
  constructor(root, synced) {
    const part = (selector) => root.querySelector(selector);
    Object.assign(this, { root, synced, engine: new Remote(), text: "", asked: "" });
    this.input = part("textarea");
    this.filters = [...root.querySelectorAll(".filters select")];
    this.parts = Object.fromEntries(["clear", "pasted", "filters", "status", "trouble", "known", "nothing", "pages"].map((name) => [name, part(`.${name}`)]));
    this.item = part("template").content.firstElementChild;
    this.parts.filters.hidden = !document.body.classList.contains("search");
    root.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("input", () => this.changed(this.input.value, PAUSE));
    this.input.addEventListener("change", () => { this.settled = true; });
    for (const [name, data] of [["paste", "clipboardData"], ["drop", "dataTransfer"]]) {
      this.input.addEventListener(name, (event) => this.taken(event, event[data]));
    }
    this.parts.clear.addEventListener("click", () => { this.show(""); this.input.focus(); });
    for (const filter of this.filters) filter.addEventListener("change", () => this.changed(this.text, 0));
    this.unfiltered = part(".nothing button");
    this.unfiltered.addEventListener("click", () => {
      for (const filter of this.filters) filter.value = "";
      this.changed(this.text, 0);
      this.input.focus();
    });
    this.parts.trouble.querySelector("button").addEventListener("click", () => {
      this.engine = new Remote();
      this.search();
    });
    root.querySelector("details")?.addEventListener("toggle", () => this.report());
    if (synced) {
      addEventListener("popstate", () => this.follow());
      this.follow();
    }
    if (this.input.value && !this.text) this.changed(this.input.value, 0);
  }

  /// Shows a text that was not typed.
  show(text) {
    const long = text.length > LONG;
    this.input.value = long ? text.slice(0, SHOWN) : text;
    this.input.readOnly = long;
    if (long) {
      const size = (new Blob([text]).size / 2 ** 20).toFixed(2), lines = text.split("\n").length.toLocaleString();
      this.parts.pasted.textContent = filled(this.parts.pasted.dataset.text, { size, lines });
    }
    this.changed(text, 0);
  }

  /// What is pasted or dropped: text, or a file as its text; what is too long for the field stays beside it.
  async taken(event, data) {
    const text = data.getData("text/plain"), [file] = data.files;
    if (text ? text.length <= LONG : !file) return;
    event.preventDefault();
    if (text || !file.type.startsWith("image/")) return this.show(text || await file.text());
    this.parts.pasted.hidden = false;
    this.parts.pasted.textContent = this.parts.pasted.dataset.picture;
  }

  changed(text, pause) {
    this.text = text;
    this.parts.clear.hidden = !text;
    this.parts.pasted.hidden = !this.input.readOnly;
    if (text) this.parts.filters.hidden = false;
    delete this.root.dataset.done;
    this.input.rows = Math.min(6, this.input.value.split("\n").length);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), pause);
  }

  /// The text and the filters of the address; a text that is too long for it is with it in the history.
  follow() {
    const hash = location.hash.slice(1), asked = new URLSearchParams(hash), long = history.state?.text ?? "";
    // A place on the page is no search.
    if (hash + long === this.asked || !(asked.has("q") || long || (this.asked && !hash))) return;
    for (const filter of this.filters) {
      filter.value = [...filter.options].find(({ value }) => this.told(filter.name, value) === asked.get(filter.name))?.value ?? "";
    }
    this.show(long || asked.get("q") || "");
  }

  /// What a filter is for: groups and tags are listed by the addresses of their lists here, and asked for by what these
  /// end in there.
  told(name, value) {
    const within = value.slice(this.root.dataset.base.length, -1).split("/").slice(1);
    return name === "group" ? within.join("/") : name === "tag" ? within.at(-1) ?? "" : value;
  }

  /// Keeps the address in step: while somebody types, in place; after a pause of theirs, as a new one to come back from.
  keep() {
    if (!this.synced) return;
    const asked = new URLSearchParams(), { text } = this, { length } = text;
    if (length <= LONGEST_LINK) asked.set("q", text);
    const long = asked.has("q") || length > LONGEST_KEPT ? "" : text;
    for (const { name, value } of this.filters) if (value) asked.set(name, this.told(name, value));
    const next = text ? asked.toString() : "";
    if (next + long === this.asked) return;
    const url = next ? `#${next}` : location.pathname;
    history[this.settled && this.asked ? "pushState" : "replaceState"](long ? { text: long } : null, "", url);
    this.settled = false;
    this.asked = next + long;
  }

  search() {
    this.keep();
    const { parts, text } = this;
    if (!text.trim()) {
      this.engine.ask(null);
      for (const name of ["known", "nothing", "pages", "trouble"]) parts[name].hidden = true;
      parts.status.textContent = "";
      return;
    }
    parts.status.textContent ||= parts.status.dataset.working;
    const { base, language } = this.root.dataset;
    const filters = Object.fromEntries(this.filters.map(({ name, value }) => [name, this.told(name, value)]));
    this.engine.ask({ text, filters, base, language }, (found) => this.found(text, found));
  }

  /// Shows what was found for a text; by now another may stand in the field.
  found(text, { known, pages, trouble, done }) {
    const { parts } = this, isLog = looksLikeLog(text);
    const nothing = done && trouble !== "broken" && !known.length && (isLog || !pages.length);
    fill(parts.known, known.map((error) => this.error(error)));
    fill(parts.pages, pages.map((page) => this.page(page)));
    parts.pages.dataset.kind = nothing ? "nearest" : "found";
    parts.nothing.hidden = !nothing;
    parts.nothing.dataset.kind = isLog ? "log" : "words";
    this.unfiltered.hidden = pages.length || !this.filters.some(({ value }) => value);
    parts.trouble.hidden = !trouble;
    parts.trouble.dataset.kind = trouble ?? "";
    if (!done) return;
    this.root.dataset.done = text.slice(0, 100);
    const words = parts.status.dataset, counted = (name, one, { length }) => length && (length > 1 ? filled(words[name], { count: length }) : words[one]);
    const counts = [counted("known", "knownOne", known), counted("page", "pageOne", pages)].filter(Boolean);
    parts.status.textContent = counts.join(words.and) || (nothing ? words.none : "");
    this.report();
  }

  error({ line, count, cut, log, held, ...page }) {
    const item = this.page(page), place = item.querySelector(".place"), words = place.dataset;
    const facts = [filled(words.line, { line: line.toLocaleString() }), count > 1 && filled(words.times, { count: count.toLocaleString() }), cut && words.cut];
    place.textContent = facts.filter(Boolean).join(" · ");
    item.querySelector(".line").replaceChildren(...marked(log));
    for (const [name, value] of held) {
      const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = name;
      meaning.textContent = visible(value);
      item.querySelector(".held").append(term, meaning);
    }
    return item;
  }

  page({ url, title, language, heading, id, severity, excerpt, translated }) {
    const item = this.item.cloneNode(true), part = (selector) => item.querySelector(selector);
    const link = part(".title");
    link.href = url;
    link.textContent = heading ? `${title} › ${heading}` : title;
    if (language && language !== this.root.dataset.language) link.lang = part(".excerpt").lang = language;
    part(".id").textContent = id ?? "";
    if (severity) {
      part(".severity").classList.add(severity);
      part(".severity").textContent = this.root.querySelector(`[name=severity] [value=${severity}]`).textContent;
    }
    part(".translated").hidden = !translated;
    part(".excerpt").replaceChildren(...marked(excerpt ?? []));
    return item;
  }

  /// What a report would say, once somebody wants to see it.
  async report() {
    const details = this.root.querySelector("details");
    if (!details?.open || this.parts.nothing.hidden || this.reported === this.text) return;
    this.reported = this.text;
    (await import("./report.js")).write(details, this.reported, this.root.dataset.report);
  }

  /// From the field down to the results and back; Enter goes to the first of them, and Shift+Enter begins a line.
  key(event) {
    const { target, key } = event, results = [...this.root.querySelectorAll(".title")], at = results.indexOf(target);
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const go = (element) => { event.preventDefault(); element.focus(); };
    if (target === this.input) {
      const inLastLine = !this.input.value.slice(this.input.selectionEnd).includes("\n");
      const enters = key === "Enter" && !event.shiftKey;
      if (enters) event.preventDefault();
      if (results.length && (enters || (key === "ArrowDown" && inLastLine && !event.shiftKey))) go(results[0]);
    } else if (at >= 0) {
      if (key === "ArrowDown" && results[at + 1]) go(results[at + 1]);
      if (key === "ArrowUp") go(results[at - 1] ?? this.input);
      if (key === "Escape" && this.synced) go(this.input);
    }
  }
}

/// The engine in its worker; where that does not come, an answer that says so.
class Remote {
  constructor() {
    this.number = 0;
    this.worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => this.answered(data);
    this.worker.onerror = () => {
      this.isBroken = true;
      this.send();
    };
  }

  ask(query, report) {
    Object.assign(this, { query, report, number: this.number + 1 });
    if (query) this.send();
  }

  send() {
    const { number, query } = this;
    if (this.isBroken) this.answered({ number, known: [], pages: [], trouble: "broken", done: true });
    else this.worker.postMessage({ number, query });
  }

  answered(found) {
    if (this.query && found.number === this.number) this.report(found);
  }
}

/// Shows items. The link of one that stays is left alone, for somebody may be on it; who is on one that goes is put on
/// the one in its place.
function fill(section, items) {
  const list = section.querySelector("ol"), link = (item) => item.querySelector(".title");
  section.hidden = !items.length;
  while (list.children.length > items.length) list.lastChild.remove();
  items.forEach((item, at) => {
    const old = list.children[at];
    if (!old) list.append(item);
    else if (link(old).href !== link(item).href) {
      const isOn = link(old) === document.activeElement;
      old.replaceWith(item);
      if (isOn) link(item).focus();
    } else for (const name of [".facts", ".line", ".held", ".excerpt"]) old.querySelector(name).replaceWith(item.querySelector(name));
  });
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/// Texts of which every other one is marked, beginning with one that is not.
function marked(texts) {
  return texts.map((text, index) => {
    if (index % 2 === 0) return visible(text);
    const mark = document.createElement("mark");
    mark.textContent = visible(text);
    return mark;
  });
}

/// Control characters as their pictures.
function visible(text) {
  return text.replace(/[\x00-\x08\x0b-\x1f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0))).replace(/[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/// Whether somebody pasted what a program printed rather than typed what they look for.
function looksLikeLog(text) {
  const words = text.trim().split(/\s+/).length;
  return /\n\s*\S/.test(text.trim()) || words > 12 || (words > 3 && /error|fail|denied|refused|exception|fatal|panic|warn|invalid|cannot|unable|\d\d:\d\d|[({[=]/i.test(text));
}
