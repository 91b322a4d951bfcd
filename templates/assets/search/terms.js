// Text into terms, as src/index/search/text.rs does it for pages: rules 1 to 4 of src/index/search/mod.rs.

export const PAIRED = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\u{20000}-\\u{3ffff}";
const RUNS = new RegExp(`[${PAIRED}]+|(?:(?![${PAIRED}\\ue000-\\uffff])[\\p{Alphabetic}\\p{N}_.:/@\\\\-])+`, "gu");
/// A date, a time of day or an address: what differs from log to log.
const MOMENT = /^(?:\d{4}([-/])\d\d\1\d\d|\d\d:\d\d|\d*\.\d*\.\d*\.\d*(?:[:/]|$))/;
const VARIABLE = /^(?:\d{6,}|(?=.*\d)[\da-fA-F]{8,}|0x[\da-fA-F]{5,})$/;
const LONGEST = 48;

export const WORD = 0, WHOLE = 1, NUMBER = 2, PAIR = 3, SINGLE = 4;

const utf8 = new TextEncoder();
const isPaired = new RegExp(`^[${PAIRED}]`, "u");

/// Calls `take` with each term and its kind; `fold` gives the usual form of a character.
export function terms(text, take, fold = null) {
  for (let [run] of text.normalize("NFKC").replaceAll("\u2212", "-").matchAll(RUNS)) {
    if (isPaired.test(run)) {
      const characters = Array.from(run, (character) => fold?.get(character) ?? character);
      if (characters.length === 1) take(characters[0], SINGLE);
      for (let at = 1; at < characters.length; at++) take(characters[at - 1] + characters[at], PAIR);
      continue;
    }
    // `://` and `..` end a chunk.
    for (let cut; run; run = run.slice(cut)) {
      cut = run.match(/^.*?(?::\/\/|\.\.)/su)?.[0].length ?? run.length;
      chunk(run.slice(0, cut), take);
    }
  }
}

const isJoint = (character) => character !== undefined && "_.-:/@\\".includes(character);

function chunk(text, take) {
  let from = 0, to = text.length;
  while (isJoint(text[from])) from++;
  while (to > from && isJoint(text[to - 1])) to--;
  const whole = text.slice(from, to);
  if (!whole || MOMENT.test(whole)) return;
  const isCode = (text, negative) => {
    const code = errorCode(text, negative);
    if (code) take(code, WORD);
    return code;
  };
  if (isCode(whole, text[from - 1] === "-")) return;
  if (/^[\d.]*\.[\d.]*$/.test(whole)) {
    if (whole.split(".").length < 4 && whole.length <= 12) take(whole, NUMBER);
    return;
  }
  const emit = (text, kind) => {
    const small = text.toLowerCase();
    if (utf8.encode(small).length <= LONGEST) take(stem(small), kind);
  };
  let pieces = 0, plain = true, before = "";
  for (const segment of whole.split(/[/:@\\]/)) {
    // The port of a host, the line of a file.
    const place = before.includes(".") && /^\d+$/.test(segment);
    before = segment;
    const [, joints, core] = segment.match(/^([_.-]*)(.*?)[_.-]*$/);
    if (place || isCode(core, joints.endsWith("-"))) {
      plain = false;
      continue;
    }
    let inner = 0;
    for (const part of segment.split(/[_.-]/).filter(Boolean)) {
      if ((/^0x/i.test(part) && isCode(part)) || VARIABLE.test(part)) {
        plain = false;
        continue;
      }
      const humps = part.replace(/[a-z0-9](?=[A-Z])|[A-Z](?=[A-Z][a-z])/g, "$& ").split(" ");
      for (const hump of humps) emit(hump, /^\d+$/.test(hump) ? NUMBER : WORD);
      if (humps.length > 1 && part.length < segment.length) emit(part, WHOLE);
      inner += humps.length;
    }
    if (inner > 1 && segment.length < whole.length && plain) emit(segment, WHOLE);
    pieces += inner;
  }
  if (pieces > 1 && plain) emit(whole, WHOLE);
}

/// A code of 32 bits whose highest bit is set, in its one form: `0x80070005`, `80070005`, `2147942405`, `-2147024891`.
function errorCode(chunk, negative) {
  let value = -1;
  if (/^0[xX][\da-fA-F]{8}$/.test(chunk)) value = parseInt(chunk.slice(2), 16);
  else if (/^[8cC]0[\da-fA-F]{6}$/.test(chunk)) value = parseInt(chunk, 16);
  else if (/^\d{9,10}$/.test(chunk)) value = negative ? 2 ** 32 - chunk : +chunk;
  return value >= 2 ** 31 && value < 2 ** 32 && `0x${value.toString(16)}`;
}

/// An English word of small letters without its ending.
function stem(word) {
  if (!/^[a-z]{4,}$/.test(word)) return word;
  if (/^..+ies$/.test(word)) word = word.slice(0, -3) + "y";
  else if (word.endsWith("sses")) word = word.slice(0, -2);
  else if (/[^sui]s$/.test(word)) word = word.slice(0, -1);
  const [ending] = word.match(/^...+(?=ing$)|^...+(?=ed$)|^....+(?=ion$)/) ?? [];
  if (ending) word = /([^lszeo])\1$/.test(ending) ? ending.slice(0, -1) : ending;
  return /^....+e$/.test(word) ? word.slice(0, -1) : word;
}
