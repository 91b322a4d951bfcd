// Signatures against a log, by the rules that are written down in src/matching/mod.rs; the numbers below are theirs.
//
// In come signatures with the fragments by which they are found, and a log as bytes; out come the incidents that the
// log shows, in the order in which they are named. tests/vectors/matching.json holds this script and the program to the
// same answers.

const ESC = 0x1b, BACKSLASH = 0x5c, NEW_LINE = 10;
const NOT_COUNTED = /[\s\x00-\x1f\x7f-\x9f|>\\\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2500-\u257f\ufeff]/;
const SPACE = /[^\S\ufeff]|\x85/;
const WIDE = /[\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff5e]/;
/// What stands around a word and is no part of it, before and after.
const BEFORE = /^[ "'`“”‘’()[\]{}<>|,;:.!?\\，。；：、（）]+/, BEHIND = /[ "'`“”‘’()[\]{}<>|,;:.!?\\，。；：、（）]+$/;
const LONGEST_WORD = 200;
/// How much of a log is read at a time.
const PART = 32 * 1024;
const WIDEST = 400, HEAD = 40, MOST_BREAKS_OF_PART = 2, MOST_BREAKS = 7, MOST_BYTES = 8192, MARGIN = 10_240;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
export const size = (text) => [...text].length;
export const lower = (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

// Rules 2 and 3: what counts. `next` gives the character at a place, or 0 where it does not count, and leaves in
// `after` where the next one begins.

let after = 0;

/// Characters that count as they are.
const PLAIN = Uint8Array.from({ length: 0x7f }, (_, byte) => byte > 0x20 && byte !== BACKSLASH && byte !== 0x3e && byte !== 0x7c);

function next(bytes, at) {
  const byte = bytes[at];
  after = at + 1;
  if (PLAIN[byte]) return byte;
  if (byte === BACKSLASH) return afterBackslashes(bytes, at);
  if (byte === ESC) return (after = afterEscape(bytes, at + 1), 0);
  return byte >= 0x80 ? counted(decoded(bytes, at)) : 0;
}

function counted(code) {
  const character = String.fromCodePoint(code);
  if (WIDE.test(character)) return counted(code - 0xfee0);
  if (code === 0x201c || code === 0x201d) return 0x22;
  if (code === 0x2018 || code === 0x2019) return 0x27;
  return NOT_COUNTED.test(character) ? 0 : code;
}

/// The character at `at`; bytes that are no UTF-8 are one each.
function decoded(bytes, at) {
  const byte = bytes[at];
  const length = byte >= 0xf0 && byte <= 0xf4 ? 4 : byte >= 0xe0 ? 3 : 2;
  let code = byte & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    if ((bytes[at + index] & 0xc0) !== 0x80) return 0xfffd;
    code = (code << 6) | (bytes[at + index] & 0x3f);
  }
  const least = [0x80, 0x800, 0x10000][length - 2];
  if (byte < 0xc2 || byte > 0xf4 || code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return 0xfffd;
  after = at + length;
  return code;
}

/// Where a terminal escape sequence ends whose `ESC` ends at `at`.
function afterEscape(bytes, at) {
  let end = at + 1;
  switch (bytes[at]) {
    case 0x5b: // [
      while (end < at + 33 && bytes[end] >= 0x20 && bytes[end] <= 0x3f) end++;
      return end < at + 33 && bytes[end] >= 0x40 && bytes[end] <= 0x7e ? end + 1 : at;
    case 0x5d: { // ]
      const last = Math.min(bytes.length, at + 1024);
      while (end < last && bytes[end] !== 7 && bytes[end] !== ESC && bytes[end] !== NEW_LINE) end++;
      if (end < last && bytes[end] === 7) return end + 1;
      return end + 1 < last && bytes[end] === ESC && bytes[end + 1] === BACKSLASH ? end + 2 : at;
    }
    case 0x28: case 0x29: // ( )
      return end < bytes.length ? end + 1 : at;
    default:
      return at;
  }
}

function afterBackslashes(bytes, at) {
  const code = numbered(bytes, at);
  if (code === ESC) return (after = afterEscape(bytes, after), 0);
  if (code >= 0) return counted(code);
  after = afterRun(bytes, at);
  if (bytes[after] === 0x6e || bytes[after] === 0x72 || bytes[after] === 0x74) after++;
  return 0;
}

function afterRun(bytes, at) {
  while (bytes[at] === BACKSLASH) at++;
  return at;
}

/// The character whose number follows a run of backslashes, or -1; `after` is where it ends.
function numbered(bytes, at) {
  const high = unit(bytes, at);
  if (high < 0xd800 || high > 0xdfff) return high;
  const end = after;
  const low = high < 0xdc00 ? unit(bytes, end) : -1;
  if (low >= 0xdc00 && low <= 0xdfff) return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  after = end;
  return 0xfffd;
}

function unit(bytes, at) {
  const letter = afterRun(bytes, at);
  const digits = letter === at ? 0 : { 0x75: 4, 0x78: 2 }[bytes[letter]] ?? 0;
  const text = String.fromCharCode(...bytes.subarray(letter + 1, letter + 1 + digits));
  if (!digits || text.length < digits || !/^[0-9a-f]+$/i.test(text)) return -1;
  after = letter + 1 + digits;
  return parseInt(text, 16);
}

// Rule 1: a signature, taken apart.

export function parse(text) {
  const insensitive = text.startsWith("(?i)");
  const literals = [""], variables = [null];
  // Not a brace, `{{`, `{name}`, or a brace that stands for itself.
  for (const [part, name] of text.slice(insensitive ? 4 : 0).matchAll(/[^{]+|\{\{|\{([a-z][a-z0-9_]*)\}|\{/g)) {
    if (name) literals.push(""), variables.push(name);
    else literals[literals.length - 1] += part === "{{" ? "{" : part;
  }
  variables.push(null);
  // Nothing at an end: the variable part there is at the end.
  if (literals.length > 1 && !counting(literals.at(-1))) literals.pop(), variables.pop();
  if (literals.length > 1 && !counting(literals[0])) literals.shift(), variables.shift();
  const pieces = literals.map((literal) => insensitive ? lower(counting(literal)) : counting(literal));
  const lengths = pieces.map(size), length = lengths.reduce((a, b) => a + b);
  const least = length > 24 ? Math.max(24, Math.ceil((length * 6) / 10)) : Infinity;
  const codes = pieces.map((piece) => [...piece].map((character) => character.codePointAt(0)));
  return { text, insensitive, literals, pieces, codes, variables, lengths, least };
}

/// The characters of a text that count.
export function counting(text) {
  const bytes = new TextEncoder().encode(text);
  let counted = "";
  for (let at = 0; at < bytes.length; at = after) {
    const code = next(bytes, at);
    if (code) counted += String.fromCodePoint(code);
  }
  return counted;
}

// Rules 5 and 6: a part of a log, its line breaks, and where it may be cut. Places in it are characters that count.

class Part {
  constructor(bytes, endsLog) {
    const codes = new Uint16Array(bytes.length), starts = new Uint32Array(bytes.length + 1), ends = starts.slice();
    Object.assign(this, { bytes, starts, ends, breaks: [], lines: [0] });
    let length = 0, all = 0;
    const add = (code, at) => {
      starts[length] = at;
      ends[length] = after;
      codes[length++] = code;
    };
    for (let at = 0; at < bytes.length; at = after) {
      const code = next(bytes, at);
      all |= code;
      if (code > 0xffff) add(0xd7c0 + (code >> 10), at);
      if (code) add(code > 0xffff ? 0xdc00 + (code & 0x3ff) : code, at);
      else if (bytes[at] === NEW_LINE) {
        this.breaks.push(length);
        this.lines.push(after);
      }
    }
    starts[length] = bytes.length;
    // No character from U+0080 to U+009F counts, in which `latin1` differs. What has one byte each is searched faster.
    const text = codes.subarray(0, length);
    this.text = new TextDecoder(all < 256 ? "latin1" : "utf-16le").decode(all < 256 ? new Uint8Array(text) : text);
    const marks = new Set(this.breaks);
    for (const { index } of this.text.matchAll(/…|\.{3,}/g)) marks.add(index);
    if (endsLog) marks.add(length);
    this.marks = Uint32Array.from(marks).sort();
    this.untils = [];
  }

  textFor({ insensitive }) {
    return insensitive ? (this.lowered ??= lower(this.text)) : this.text;
  }

  /// Whether a variable part may reach from one place to another. Where the log is cut, the break there is no part of it.
  maySpan(from, to, cut) {
    let count = 0;
    for (let wrap = firstFrom(this.breaks, from); this.breaks[wrap] < to || (this.breaks[wrap] === to && !cut); wrap++) {
      if (++count > MOST_BREAKS_OF_PART || this.until(wrap) < this.starts[to]) return false;
    }
    return true;
  }

  isSmall(from, to) {
    const breaks = firstFrom(this.breaks, to) - firstFrom(this.breaks, from + 1);
    return breaks <= MOST_BREAKS && this.ends[to - 1] - this.starts[from] <= MOST_BYTES;
  }

  /// Up to which byte a variable part may go on after the end of a line: none, all, or up to a date.
  until(wrap) {
    return (this.untils[wrap] ??= this.goesOnUntil(this.line(wrap), this.line(wrap + 1)));
  }

  goesOnUntil(line, following) {
    const word = firstWord(following), length = line.reduce((sum, byte) => sum + ((byte & 0xc0) !== 0x80), 0);
    if (length > WIDEST || !word || word === firstWord(line)) return -1;
    const time = String.fromCharCode(...following.subarray(0, HEAD)).search(/\d{4}([-/])\d\d\1\d\d|\d\d:\d\d/);
    return time < 0 ? this.bytes.length : following.byteOffset - this.bytes.byteOffset + time;
  }

  line(number) {
    return this.bytes.subarray(this.lines[number], (this.lines[number + 1] ?? this.bytes.length + 1) - 1);
  }
}

function firstWord(bytes) {
  let word = "";
  for (let at = 0; at < bytes.length && size(word) < HEAD; at = after) {
    const code = next(bytes, at);
    if (code) word += String.fromCodePoint(code);
    else if (word) break;
  }
  return word;
}

/// The index of the first of sorted numbers or texts that is not smaller.
export function firstFrom(numbers, least, low = 0, high = numbers.length) {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < least) low = middle + 1; else high = middle;
  }
  return low;
}

// Rule 4: the matches of a signature, sorted by where they begin. A match has the places of its pieces.

function matches(part, signature) {
  const text = part.textFor(signature), found = new Map(), starts = [];
  const { pieces, lengths, least } = signature, last = pieces.length - 1;
  const begins = least < Infinity ? places(text, pieces[0].slice(0, least)) : null;
  const startsOf = (number) => (starts[number] ??= number || !begins ? places(text, pieces[number]) : begins.filter((at) => text.startsWith(pieces[0], at)));
  for (const at of startsOf(last)) {
    const whole = chain(part, startsOf, signature, last, [at, at + pieces[last].length], lengths[last], false);
    if (whole && !found.has(whole.from)) found.set(whole.from, whole);
  }
  // Where the log is cut, a beginning stands before it: of the first piece, or with no more breaks between than a match holds.
  let mark = 0;
  for (const at of begins ?? []) {
    let end = at + pieces[0].length;
    if (last > 0 && text.startsWith(pieces[0], at)) end = Math.min(at + MOST_BYTES, part.breaks[firstFrom(part.breaks, at + 1) + MOST_BREAKS] ?? Infinity);
    for (mark = firstFrom(part.marks, at, mark); part.marks[mark] <= end; mark++) {
      const cut = cutAt(part, text, startsOf, signature, part.marks[mark]), known = cut && found.get(cut.from);
      if (cut && (!known || (known.cut && known.shown < cut.shown))) found.set(cut.from, cut);
    }
  }
  return [...found.values()].sort((a, b) => a.from - b.from);
}

function places(text, piece) {
  const places = [];
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) places.push(at);
  return places;
}

/// A match that ends with a piece at a place; `startsOf` tells where a piece stands.
function chain(part, startsOf, { pieces, lengths }, number, at, shown, cut) {
  const places = [at];
  for (let [next] = at, before = number - 1; before >= 0; before--) {
    const { length } = pieces[before], all = startsOf(before), start = all[firstFrom(all, next - length + 1) - 1] ?? -1;
    if (start < Math.max(0, next - MOST_BYTES) || !part.maySpan(start + length, next, cut && places.length === 1 && at[0] === at[1])) return null;
    places.unshift([start, start + length]);
    shown += lengths[before];
    next = start;
  }
  const [[from]] = places, to = at[1];
  return part.isSmall(from, to) ? { places, from, to, cut, shown } : null;
}

/// Of the beginnings that stand before a mark the longest that is long enough.
function cutAt(part, text, startsOf, signature, mark) {
  const { pieces, lengths, least } = signature;
  let before = lengths.reduce((a, b) => a + b);
  for (let number = pieces.length - 1; number >= 0; number--) {
    before -= lengths[number];
    for (let length = Math.min(pieces[number].length - 1, mark); length >= Math.max(0, least - before); length--) {
      if (length && pieces[number][length - 1] !== text[mark - 1]) continue;
      const begun = pieces[number].slice(0, length), shown = size(begun);
      if (!text.startsWith(begun, mark - length)) continue;
      if (before + shown < least) break;
      const found = chain(part, startsOf, signature, number, [mark - length, mark], shown, true);
      if (found) return found;
      break;
    }
  }
  return null;
}

// Rule 7: what the variable parts hold.

function captures({ part, signature, places, from, to, cut }) {
  const { bytes, starts, ends } = part, held = {};
  signature.variables.forEach((name, slot) => {
    if (!name) return;
    if (slot === 0) {
      held[name] = wordBefore(bytes.subarray(0, starts[from]));
    } else if (slot < places.length) {
      const [start, end] = places[slot], begin = ends[places[slot - 1][1] - 1];
      held[name] = clean(bytes.subarray(begin, start === end ? ends[to - 1] : starts[start])).replace(/^[ \\]+|[ \\]+$/g, "");
    } else if (slot === signature.pieces.length && !cut) {
      held[name] = wordAfter(bytes.subarray(ends[to - 1]));
    }
  });
  return held;
}

/// The text without what escapes it, runs of white space as one space.
function clean(bytes) {
  const encoder = new TextEncoder(), plain = [];
  for (let at = 0; at < bytes.length; ) {
    const end = afterRun(bytes, at);
    const code = end > at ? numbered(bytes, at) : -1;
    if (bytes[at] === ESC) {
      at = afterEscape(bytes, at + 1);
    } else if (code === ESC) {
      at = afterEscape(bytes, after);
    } else if (code >= 0) {
      plain.push(...encoder.encode(String.fromCodePoint(code)));
      at = after;
    } else if (end > at && (bytes[end] === 0x22 || bytes[end] === 0x27 || bytes[end] === 0x2f)) {
      at = end;
    } else {
      const stop = Math.max(end, at + 1);
      while (at < stop) plain.push(bytes[at++]);
    }
  }
  let text = "", beginsLine = false;
  for (const character of decoder.decode(new Uint8Array(plain))) {
    beginsLine ||= character === "\n";
    if (/[\u2500-\u257f]/.test(character) || (beginsLine && /[>|]/.test(character))) continue;
    if (SPACE.test(character)) {
      if (!text.endsWith(" ")) text += " ";
    } else {
      text += character;
      beginsLine = false;
    }
  }
  return text;
}

const bare = (word) => word.join("").replace(BEHIND, "").replace(BEFORE, "");

function wordBefore(bytes) {
  const start = Math.max(bytes.lastIndexOf(NEW_LINE) + 1, bytes.length - 4 * LONGEST_WORD);
  const word = clean(bytes.subarray(start)).replace(BEHIND, "").split(/[ "]/).at(-1);
  return bare([...word].slice(-LONGEST_WORD));
}

function wordAfter(bytes) {
  const line = bytes.indexOf(NEW_LINE), end = Math.min(line < 0 ? bytes.length : line, 4 * LONGEST_WORD);
  const [word] = clean(bytes.subarray(0, end)).replace(BEFORE, "").split(/[ "]/);
  return bare([...word].slice(0, LONGEST_WORD));
}

// Where fragments stand in a log, the rules are applied to the lines around them.

/// Whether the piece of a signature may go on after a fragment of it.
function goesOn(bytes, place, { signature, piece, first, skip }) {
  const { codes, lengths, least, insensitive } = signature, start = place + skip;
  let shown = first, newLine = false;
  for (let before = 0; before < piece; before++) shown += lengths[before];
  for (let at = start, index = first; index < lengths[piece]; index++, shown++) {
    for (let code = 0; !code; at = after) {
      if (at >= bytes.length) return true;
      code = next(bytes, at);
      newLine ||= bytes[at] === NEW_LINE;
      if (insensitive && code >= 0x41 && code <= 0x5a) code += 32;
      if (code && code !== codes[piece][index]) return (newLine || code === 0x2026 || code === 0x2e) && shown >= least;
      if (!code && after - start > MOST_BYTES) return false;
    }
  }
  return true;
}

class Log {
  constructor(bytes) {
    Object.assign(this, { bytes, place: 0, number: 1 });
  }

  /// The matches of a signature that hold a place, and until where they are the same. Whole ones within a line are
  /// certain; else all count.
  look(signature, place) {
    const number = Math.floor(place / PART);
    if (this.part?.number !== number) this.part = this.read(number);
    const all = this.part.found.get(signature) ?? this.find(signature);
    const { length } = all, first = firstFrom(all.reaches, place + 1), holding = [];
    let at = first, until = (number + 1) * PART;
    for (; at < length && all[at].start <= place; at++) {
      if (all[at].end <= place) continue;
      holding.push(all[at]);
      until = Math.min(until, all[at].end);
    }
    if (at < length) until = Math.min(until, all[at].start);
    const whole = holding.filter((match) => !match.cut && !this.bytes.subarray(match.start, match.end).includes(NEW_LINE));
    return { holding: whole.length ? whole : holding, until };
  }

  /// A part of the log with so much around it that no match in it is cut: the lines that one may hold, or its bytes.
  read(number) {
    const { bytes } = this;
    let from = number * PART, to = from + PART;
    const first = Math.max(0, from - MARGIN), last = Math.min(bytes.length, to + MARGIN);
    for (let lines = 0; lines < MOST_BREAKS + 2; lines++) {
      from = first + bytes.subarray(first, Math.max(first, from - 1)).lastIndexOf(NEW_LINE) + 1;
      to = Math.min(last, to + (bytes.subarray(to, last).indexOf(NEW_LINE) + 1 || last));
    }
    const lines = new Part(bytes.subarray(from, to), to === bytes.length);
    return { number, from, lines, found: new Map() };
  }

  find(signature) {
    const { from, lines, found } = this.part, { starts, ends } = lines;
    const all = matches(lines, signature);
    for (const match of all) Object.assign(match, { signature, part: lines, start: from + starts[match.from], end: from + ends[match.to - 1] });
    let reach = 0;
    all.reaches = all.map(({ end }) => (reach = Math.max(reach, end)));
    found.set(signature, all);
    return all;
  }

  /// The number of a place's line, from 1.
  lineOf(place) {
    for (; this.place < place; this.place++) this.number += this.bytes[this.place] === NEW_LINE;
    while (this.place > place) this.number -= this.bytes[--this.place] === NEW_LINE;
    return this.number;
  }
}

// Rule 8: which incident a log shows first.

/// `entries`, numbers of fragments, stand at `places`, in the order of the log. A fragment has its `signature`, as `parse`
/// gives it and with the `id` of its incident.
export function incidents(bytes, { places, entries }, fragments) {
  const log = new Log(bytes), untils = [], seen = new Map();
  for (let at = 0; at < places.length; at++) {
    const fragment = fragments[entries[at]], { number } = fragment.signature;
    if (places[at] < untils[number] || !goesOn(bytes, places[at], fragment)) continue;
    const { holding, until } = log.look(fragment.signature, places[at]);
    untils[number] = until;
    for (const match of holding) {
      // What is found by another of its fragments, or in the next part of the log, changes nothing.
      const { id } = match.signature, line = log.lineOf(match.start), known = seen.get(id);
      if (!known) {
        seen.set(id, { id, best: match, line, count: 1, until: match.end });
        continue;
      }
      if (match.start >= known.until) known.count++;
      known.until = Math.max(known.until, match.end);
      known.line = Math.min(known.line, line);
      if (order(match, known.best) < 0) known.best = match;
    }
  }
  const all = [...seen.values()].sort((a, b) => order(a.best, b.best) || byId(a.id, b.id));
  return all.map(({ id, best, line, count }) => ({
    id, page: best.signature.page, best: log.lineOf(best.start), line, count, cut: best.cut, text: best.signature.text, start: best.start, end: best.end,
    captures: captures(best),
  }));
}

function order(a, b) {
  return a.cut - b.cut || b.shown - a.shown || a.start - b.start;
}

function byId(a, b) {
  const [one, two] = [a, b].map((id) => id.split("-"));
  return one[0] < two[0] ? -1 : one[0] > two[0] ? 1 : one[1] - two[1];
}
