// The search index, read and ranked as src/index/search does it; its mod.rs has the rules of the format.
//
// In come files that may be anything: what cannot be read is an error, never a wrong answer.

import { firstFrom, lower } from "./matching.js";
import { NUMBER, PAIR, WORD, terms } from "./terms.js";

export const broken = () => { throw new Error("a broken index"); };
const VERSION = 1, NAME = 6, SPAN = 64, TYPED = 8, TRIED = 3, COMPLETED = 3, LONGEST = 200_000;

const utf8 = new TextDecoder("utf-8", { fatal: true });
const json = (bytes) => JSON.parse(utf8.decode(bytes));
/// How many of sorted texts are not greater.
const after = (sorted, most) => firstFrom(sorted, `${most}\0`);
const nameAt = (files, at) => files.slice(at * NAME, (at + 1) * NAME);

export class Index {
  /// `files` reads files by name.
  static async open(files) {
    const manifest = json(await files.read("manifest"));
    if (manifest.version !== VERSION || !(manifest.rank?.terms <= 64)) broken();
    return new Index(manifest, files);
  }

  constructor(manifest, files) {
    Object.assign(this, { manifest, files, shards: new Map() });
    this.having = manifest.lacking.map((runs) => {
      let end = 0;
      return runs.map((run) => (end += run));
    });
  }

  /// Whether a page has a language.
  has(page, language) {
    return firstFrom(this.having[language] ?? [], page + 1) % 2 === 0;
  }

  /// The name of the file in which an entry would stand, and what it stands for there.
  async shardOf(list, entry, deep) {
    const at = after(list.first, entry) - 1;
    if (at < 0) return null;
    const name = nameAt(list.files, at);
    return deep ? this.shardOf(json(await this.files.read(name)), entry, false) : name;
  }

  /// The entries of a shard, as `read` reads them.
  async entries(name, read) {
    if (!this.shards.has(name)) this.shards.set(name, [...entries(await this.files.read(name), read)]);
    return this.shards.get(name);
  }

  async termsLike(term) {
    const name = await this.shardOf(this.manifest.terms, term, this.manifest.deep);
    return name ? this.entries(name, readTerm) : [];
  }

  async term(term) {
    return (await this.termsLike(term)).find(({ word }) => word === term);
  }

  /// The words of the vocabulary with a first letter and a length.
  async words(first, length) {
    const start = first + String(length).padStart(2, "0"), { words } = this.manifest, found = [];
    for (let at = after(words.first, start) - 1; at >= 0 && at < words.first.length; at++) {
      for (const { word, pages } of await this.entries(nameAt(words.files, at), (bytes) => ({ pages: bytes.number() }))) {
        if (word.startsWith(start)) found.push({ word: word.slice(start.length), pages });
      }
      if (!words.first[at + 1]?.startsWith(start)) break;
    }
    return found;
  }

  /// What the list of results shows of a page in a language; null where it lacks it.
  async row(page, language) {
    const { rows, row_size: size, deep } = this.manifest;
    const at = Math.floor(page / size);
    const files = deep ? utf8.decode(await this.files.read(nameAt(rows[language], Math.floor(at / SPAN)))) : rows[language];
    const shown = json(await this.files.read(nameAt(files, deep ? at % SPAN : at)));
    if (!(page % size in shown)) broken();
    return shown[page % size];
  }

  /// The terms of a text that count. A long text is read line by line, alarming lines first, without common terms.
  wanted(text, fold = null) {
    const { manifest } = this, most = manifest.rank.terms;
    text = Array.from(text.slice(0, 2 * LONGEST)).slice(0, LONGEST).join("");
    const stop = new Set(manifest.stop), all = distinct([text], Infinity, fold, () => false);
    let wanted = all.filter(({ term }) => !stop.has(term));
    if (!wanted.length) wanted = all;
    if (wanted.length > most) {
      const common = new Set(manifest.common), lines = text.split("\n").map((line) => {
        const small = lower(line);
        return { line, alarms: manifest.alarm.some((word) => small.includes(word)) };
      });
      const sorted = lines.sort((a, b) => b.alarms - a.alarms).map(({ line }) => line);
      const rare = distinct(sorted, most, fold, (term) => stop.has(term) || common.has(term));
      if (rare.length) wanted = rare;
    }
    wanted = wanted.slice(0, most);
    const last = wanted.at(-1);
    if (last) last.open = /[\p{Alphabetic}\p{N}]$/u.test(text) && last.kind === WORD && last.term.length >= 2;
    return wanted;
  }

  /// The terms to look for, group by group, and whether all could be read. `first` is called with those that are known
  /// when others are still on their way.
  async seek(text, first, fold = null) {
    const wanted = this.wanted(text, fold), typed = wanted.length <= TYPED, known = wanted.map(() => []);
    let left = wanted.length, whole = true;
    await Promise.all(wanted.map(async (one, group) => {
      try {
        known[group] = await this.sought(one, group, typed);
      } catch {
        whole = false;
      }
      if (--left && known[group].length) first?.(known.flat());
    }));
    // No page has a traditional character: what is not found may be written with one.
    const missed = wanted.some(({ kind }, group) => kind >= PAIR && !known[group].length);
    if (missed && !fold && this.manifest.fold) return this.seek(text, null, await this.folding());
    return { sought: known.flat(), whole };
  }

  /// The numbers of the pages that have a term.
  async pagesOf(term) {
    const found = await this.term(term);
    return new Set(found ? postings(found).map(({ page }) => page) : []);
  }

  async folding() {
    const pairs = Array.from(json(await this.files.read(this.manifest.fold)));
    return new Map(pairs.flatMap((character, at) => (at % 2 ? [] : [[character, pairs[at + 1]]])));
  }

  /// The terms to look for in place of one that is wanted, with what each counts for.
  async sought({ term, kind, open }, group, typed) {
    const { rank } = this.manifest, sought = [];
    const push = (found, share, idf = found.idf, direct = true) => {
      sought.push({ word: found.word, group, direct, weight: share * idf * found.weight, pages: postings(found) });
    };
    const found = await this.term(term);
    if (found) {
      push(found, kind === NUMBER ? rank.number : 64);
      for (const { word, share } of typed ? found.translations : []) {
        const other = await this.term(word);
        if (other) push(other, share, other.idf, false);
      }
      return sought;
    }
    if (!typed || kind !== WORD) return sought;
    let others = [];
    if (open) {
      const begun = (await this.termsLike(term)).filter(({ word }) => word.startsWith(term));
      const counted = begun.map((found) => ({ found, pages: postings(found).length }));
      counted.sort((a, b) => b.pages - a.pages || order(a.found.word, b.found.word));
      others = counted.slice(0, COMPLETED).map(({ found }) => [found.word, rank.prefix]);
    }
    if (!others.length) others = (await this.near(term)).map(({ word, slips }) => [word, rank.slips[slips - 1]]);
    const guesses = await Promise.all(others.map(async ([word, share]) => ({ found: await this.term(word), share })));
    const known = guesses.filter(({ found }) => found), idf = Math.min(...known.map(({ found }) => found.idf));
    for (const { found, share } of known) push(found, share, idf);
    return sought;
  }

  /// The words that are a slip or two away from one that no page has.
  async near(word) {
    if (!/^[a-z]{4,}$/.test(word)) return [];
    const most = word.length < 6 ? 1 : 2;
    const found = [];
    for (const [first, far] of [[word[0], most], [word[1], 1]]) {
      for (let length = Math.max(4, word.length - far); length <= word.length + far; length++) {
        for (const { word: other, pages } of await this.words(first, length)) {
          const count = slips(word, other, far);
          if (count <= far) found.push({ word: other, pages, slips: count });
        }
      }
      if (found.length) break;
    }
    found.sort((a, b) => a.slips - b.slips || b.pages - a.pages || order(a.word, b.word));
    return found.slice(0, TRIED);
  }

  /// The pages that have any of the terms, best first; `language` is the reader's.
  hits(sought, language) {
    const { rank } = this.manifest, most = new Sum(), byPage = new Map();
    for (const term of sought) {
      most.add(term.group, term.weight, 0);
      for (const posting of term.pages) {
        const found = byPage.get(posting.page);
        if (found) found.push(term, posting);
        else byPage.set(posting.page, [term, posting]);
      }
    }
    const all = most.end().covered, share = ({ covered }) => (all ? Math.floor((covered * 256) / all) : 0);
    // Sums are made once and begun anew for every page: there may be thousands, with some parts each.
    const whole = new Sum(), title = new Sum(), parts = new Map();
    const hits = Array.from(byPage, ([page, found]) => {
      const seen = [];
      let translated = true;
      whole.begin(page);
      title.begin(page);
      for (let at = 0; at < found.length; at += 2) {
        const { group, weight, direct } = found[at], posting = found[at + 1];
        if (direct) translated = false;
        whole.add(group, weight, posting.strength);
        if (posting.title) title.add(group, weight, 0);
        for (const [number, strength] of posting.parts) {
          let sum = parts.get(number);
          if (!sum) parts.set(number, (sum = new Sum(number)));
          if (sum.page !== page) seen.push(sum.begin(page));
          sum.add(group, weight, strength);
        }
      }
      let part = null, best = 0;
      for (const sum of seen) {
        const score = Math.floor((sum.end().all * (768 + share(sum))) / 1024);
        if (part === null || score > best || (score === best && sum.number < part)) [part, best] = [sum.number, score];
      }
      const base = Math.floor((rank.part * best + rank.page * whole.end().all) / 64);
      const covered = Math.floor((base * (rank.cover * 256 + (256 - rank.cover) * share(whole))) / 65536);
      const titled = Math.floor((covered * (65536 + rank.title * share(title.end()))) / 65536);
      const score = this.has(page, language) ? titled : Math.floor((titled * rank.foreign) / 256);
      return { page, score, part, translated };
    });
    return hits.sort((a, b) => b.score - a.score || a.page - b.page);
  }
}

/// What groups of terms count, of which one comes after the other: in each the greatest, and a quarter of the others.
class Sum {
  constructor(number) {
    this.number = number;
    this.begin(-1);
  }

  begin(page) {
    this.page = page;
    this.group = -1;
    this.all = this.covered = this.weight = this.most = this.sum = 0;
    return this;
  }

  add(group, weight, strength) {
    if (group !== this.group) this.end(group);
    const much = weight * strength;
    if (weight > this.weight) this.weight = weight;
    if (much > this.most) this.most = much;
    this.sum += much;
  }

  end(group = -1) {
    this.all += this.most + Math.floor((this.sum - this.most) / 4);
    this.covered += this.weight;
    this.group = group;
    this.weight = this.most = this.sum = 0;
    return this;
  }
}

function distinct(lines, most, fold, leftOut) {
  const seen = new Map();
  for (const line of lines) {
    terms(line, (term, kind) => {
      if (!leftOut(term) && !seen.has(term)) seen.set(term, { term, kind, open: false });
    }, fold);
    if (seen.size >= most) break;
  }
  return [...seen.values()];
}

function order(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/// How many slips lie between two words, or more than `most`.
function slips(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before = [], last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

/// Bytes that are read from their beginning.
class Bytes {
  constructor(bytes) {
    Object.assign(this, { bytes, at: 0 });
  }

  byte() {
    if (this.at >= this.bytes.length) broken();
    return this.bytes[this.at++];
  }

  /// The next number: seven bits a byte, the low ones first.
  number() {
    let number = 0;
    for (let power = 1; power <= 2 ** 28; power *= 128) {
      const byte = this.byte();
      number += (byte & 127) * power;
      if (byte < 128 && number < 2 ** 32) return number;
    }
    broken();
  }

  take(length = this.number()) {
    if (this.at + length > this.bytes.length) broken();
    return this.bytes.subarray(this.at, (this.at += length));
  }
}

/// The entries of a shard: each word is what it shares with the one before and the rest.
function* entries(file, read) {
  const bytes = new Bytes(file);
  let before = new Uint8Array(0);
  while (bytes.at < file.length) {
    const shared = bytes.number(), rest = bytes.take();
    if (shared > before.length) broken();
    const word = new Uint8Array(shared + rest.length);
    word.set(before.subarray(0, shared));
    word.set(rest, shared);
    before = word;
    yield { word: utf8.decode(word), ...read(bytes) };
  }
}

function readTerm(bytes) {
  const idf = bytes.byte(), flags = bytes.byte(), translations = [];
  for (let left = flags & 16 ? bytes.number() : 0; left > 0; left--) {
    translations.push({ word: utf8.decode(bytes.take()), share: bytes.byte() });
  }
  return { idf, weight: flags & 15, translations, bytes: bytes.take() };
}

/// The pages of a term, and how strongly it speaks for each and for its parts.
function postings(term) {
  const bytes = new Bytes(term.bytes), found = [];
  for (let page = 0; bytes.at < term.bytes.length; ) {
    page += bytes.number();
    const head = bytes.byte(), parts = [];
    for (let left = head & 7, part = 0; left > 0; left--) {
      const number = bytes.number();
      parts.push([(part += number >>> 4), number & 15]);
    }
    found.push({ page, strength: head >> 4, title: (head & 8) !== 0, parts });
  }
  return found;
}
