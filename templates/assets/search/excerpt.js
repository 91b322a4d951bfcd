// The place of a page's text in which most of what was looked for stands, with it marked.

import { PAIRED, terms } from "./terms.js";

const LENGTH = 180, LEAD = 40;
const PARTS = new RegExp(`[${PAIRED}]|(?:(?![${PAIRED}])[\\p{Alphabetic}\\p{N}])+`, "gu");

/// `sought` are the terms that were found, with what each counts for. The excerpt is texts of which every other one is
/// marked, beginning with one that is not.
export function excerpt(markdown, sought) {
  const weights = new Map(sought.map(({ word, weight }) => [word, weight]));
  let best = { weight: 0 };
  for (const text of lines(markdown)) {
    const marks = marked(text, weights), weight = [...new Set(marks.map(({ term }) => term))].reduce((sum, term) => sum + weights.get(term), 0);
    if (weight > best.weight) best = { text, marks, weight };
  }
  return best.text ? cut(best) : [];
}

/// The paragraphs, items and lines of code of a page, without what only marks them up.
function lines(markdown) {
  const body = markdown.replace(/^---\n[^]*?\n---\n/, "").split("\n");
  return body.filter((line) => !/^\s*(?:```|~~~|#)/.test(line)).map((line) => {
    const text = line.replace(/^\s*(?:[-*+>]|\d+\.)\s+/, "").replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1");
    return text.replace(/\*\*|__|`/g, "").replace(/\s*\|\s*/g, " ").trim();
  });
}

/// Where in a text terms stand.
function marked(text, weights) {
  const marks = [];
  let before;
  for (const { 0: part, index } of text.matchAll(PARTS)) {
    const end = index + part.length;
    terms(part, (term) => { if (weights.has(term)) marks.push({ term, from: index, to: end }); });
    const pair = before?.to === index && before.part.length === 1 && part.length === 1 && before.part + part;
    if (weights.has(pair)) marks.push({ term: pair, from: before.from, to: end });
    before = { part, from: index, to: end };
  }
  return marks.sort((a, b) => a.from - b.from);
}

function cut({ text, marks }) {
  // As many marks as fit, with a little before the first.
  const fits = (first) => marks.filter(({ from, to }) => from >= first.from && to <= first.from + LENGTH - LEAD).length;
  const first = marks.reduce((a, b) => (fits(b) > fits(a) ? b : a));
  const begin = Math.max(0, Math.min(first.from - LEAD, text.length - LENGTH));
  const from = begin && begin + text.slice(begin, first.from).search(/\s|$/), to = from + LENGTH;
  const texts = [from ? "…" : ""];
  let at = from;
  for (const mark of marks.filter((mark) => mark.from >= from && mark.to <= to)) {
    if (mark.to <= at) continue;
    if (mark.from > at || texts.length === 1) {
      if (texts.length % 2 === 0) texts.push("");
      texts[texts.length - 1] += text.slice(at, mark.from);
      texts.push("");
      at = mark.from;
    }
    texts[texts.length - 1] += text.slice(at, mark.to);
    at = mark.to;
  }
  return [...texts, text.slice(at, to) + (to < text.length ? "…" : "")];
}
