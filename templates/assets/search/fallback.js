// Known errors and titles from the catalog of the site, where the search index cannot be read: the catalog is larger,
// and a log that is wrapped in the middle of a word may be missed, but it is one plain file.

import { counting, parse, size } from "./matching.js";
import { LENGTHS, Signatures, hash, lookup } from "./signatures.js";

const MOST = 10;

export class Fallback {
  static async open(base, language) {
    const { incidents } = await (await fetch(`${base}catalog.json`)).json();
    return new Fallback(incidents, language);
  }

  constructor(incidents, language) {
    this.pages = incidents.map((incident) => {
      const own = incident.title[language] ? language : Object.keys(incident.title)[0];
      const { id, severity, tags, title, symptom, url } = incident;
      const words = [id, ...tags, ...Object.values(title), ...Object.values(symptom)].join(" ").toLowerCase();
      return { id, severity, tags, title: title[own], language: own, url: new URL(url[own]).pathname, words };
    });
    this.signatures = signatures(incidents);
  }

  /// The pages that have most of the words.
  search(text) {
    const found = text.toLowerCase().matchAll(/[a-z0-9][\w.-]+|[\u3400-\u9fff](?=([\u3400-\u9fff]?))/g);
    const words = [...new Set(Array.from(found, ([word, next = ""]) => word + next))].slice(0, 20);
    const score = (page) => words.filter((word) => page.words.includes(word)).length;
    const scored = this.pages.map((page) => ({ page, score: score(page) })).filter(({ score }) => score > 0);
    return scored.sort((a, b) => b.score - a.score).slice(0, MOST).map(({ page }) => page);
  }
}

/// All signatures, each with the beginning of its longest word as its one fragment.
function signatures(incidents) {
  const entries = [];
  incidents.forEach(({ id, signatures }, page) => signatures.forEach((text) => {
    const signature = { ...parse(text), id, page, number: entries.length };
    const words = signature.literals.flatMap((literal, piece) => {
      const found = [...literal.matchAll(/[\w.-]{4,}|[^\x00-\x7f\s]{2,}/g)];
      return found.map(({ 0: word, index }) => ({ word, piece, first: size(counting(literal.slice(0, index))) }));
    });
    const [longest] = words.sort((a, b) => b.word.length - a.word.length);
    if (!longest) return;
    const { word, piece, first } = longest, bytes = new TextEncoder().encode(word).subarray(0, 7);
    entries.push({ length: bytes.length, key: hash(bytes), fragment: { signature, piece, first, skip: 0 } });
  }));
  entries.sort((a, b) => a.length - b.length || a.key - b.key);
  const firsts = LENGTHS.concat(8).map((length) => entries.filter((entry) => entry.length < length).length);
  const keys = Uint32Array.from(entries, ({ key }) => key);
  const found = new Signatures({ keys, firsts, bits: 32, shard: Math.max(1, entries.length), ...lookup(keys, 32) });
  found.fragments = entries.map(({ fragment }) => fragment);
  found.shards.add(0);
  return found;
}
