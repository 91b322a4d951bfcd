// The site's signatures, as src/index/signatures.rs writes them: a filter that tells which of them a log may show, and
// shards with their texts, of which only those are asked for.
//
// In comes a log as bytes, out come the incidents that it shows; `read` gives the bytes of a file by its number.

import { broken } from "./index.js";
import { firstFrom, incidents, parse } from "./matching.js";

export const LENGTHS = [4, 5, 6, 7];
const VERSION = 1, FILTER = 0, REST = 1, SHARDS = 2;
/// More shards than these are worth a look at the rest of the keys.
const MANY = 24;

/// Bytes that a fragment may have: letters, digits, `_`, `-`, `.`, the backslash of an escape, all but ASCII.
const IN_FRAGMENT = Uint8Array.from({ length: 256 }, (_, byte) => byte >= 128 || /[\w.\\-]/.test(String.fromCharCode(byte)));

export class Signatures {
  constructor(filter, read) {
    Object.assign(this, filter, { read, shards: new Set(), fragments: [], known: new Map() });
  }

  static async open(read) {
    return new Signatures(decode(await read(FILTER)), read);
  }

  async find(bytes) {
    let hits = this.scan(bytes);
    const shardsOf = ({ entries }) => new Set(entries.map((entry) => Math.floor(entry / this.shard)));
    if (this.bits < 32 && shardsOf(hits).size > MANY) hits = this.scan(bytes, await (this.rest ??= this.read(REST)));
    await Promise.all(Array.from(shardsOf(hits), (number) => this.load(number)));
    return incidents(bytes, hits, this.fragments);
  }

  /// Places of a log and the entries of the filter that may stand there; `rest` tells them by their whole keys.
  scan(bytes, rest = null) {
    const { keys, firsts, bits, lookup, spared } = this, places = [], entries = [], shift = 32 - bits;
    for (let place = 0, end = 0; place < bytes.length; place++) {
      // A fragment ends where the next byte is none of one.
      for (end = Math.max(end, place); end < place + 7 && IN_FRAGMENT[bytes[end]]; ) end++;
      if (end < place + 4) {
        place = end;
        continue;
      }
      let sum = 0;
      for (let length = 1; place + length <= end; length++) {
        sum = added(sum, bytes[place + length - 1]);
        if (length < 4) continue;
        const hash = Math.imul(sum, SPREAD), at = hash >>> spared;
        if (!(lookup[at >> 3] & (1 << (at & 7)))) continue;
        const key = hash >>> shift, last = firsts[length - 3];
        for (let entry = firstFrom(keys, key, firsts[length - 4], last); entry < last && keys[entry] === key; entry++) {
          if (rest && (rest[2 * entry] | (rest[2 * entry + 1] << 8)) !== (hash & ((1 << shift) - 1))) continue;
          places.push(place);
          entries.push(entry);
        }
      }
    }
    return { places, entries };
  }

  async load(number) {
    if (this.shards.has(number)) return;
    const entries = JSON.parse(new TextDecoder().decode(await this.read(SHARDS + number)));
    entries.forEach(([id, page, text, piece, first, skip], at) => {
      const name = `${id} ${text}`;
      if (!this.known.has(name)) this.known.set(name, { ...parse(text), id, page, number: this.known.size });
      this.fragments[number * this.shard + at] = { signature: this.known.get(name), piece, first, skip };
    });
    this.shards.add(number);
  }
}

function decode(bytes) {
  if (bytes[0] !== VERSION) broken();
  const [, shard, bits] = bytes, view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const counts = LENGTHS.map((_, index) => view.getUint32(3 + 5 * index, true));
  const firsts = [0];
  for (const count of counts) firsts.push(firsts.at(-1) + count);
  if (firsts.at(-1) > 8 * bytes.length) broken();
  const keys = new Uint32Array(firsts.at(-1));
  let place = 8 * (3 + 5 * LENGTHS.length);
  const bit = () => {
    if (place >= 8 * bytes.length) broken();
    return (bytes[place >> 3] >> (place++ & 7)) & 1;
  };
  LENGTHS.forEach((_, index) => {
    const parameter = bytes[7 + 5 * index];
    let key = 0;
    for (let entry = firsts[index]; entry < firsts[index + 1]; entry++) {
      while (bit()) key += 2 ** parameter;
      for (let power = 0; power < parameter; power++) key += bit() * 2 ** power;
      keys[entry] = key;
    }
  });
  return { keys, firsts, bits, shard, ...lookup(keys, bits) };
}

/// A bit for the beginning of each key: most places of a log end there. What is `spared` of a whole key is not in it.
export function lookup(keys, bits) {
  const size = Math.min(bits, 20, 40 - Math.clz32(keys.length)), table = new Uint8Array(1 << (size - 3));
  for (const key of keys) table[key >>> (bits - size + 3)] |= 1 << ((key >>> (bits - size)) & 7);
  return { lookup: table, spared: 32 - size };
}

/// The whole key of a fragment.
export function hash(bytes) {
  return Math.imul(bytes.reduce(added, 0), SPREAD) >>> 0;
}

const SPREAD = 0x9e3779b1;
const added = (sum, byte) => (Math.imul(sum, 0x01000193) + (byte | 0x20)) | 0;
