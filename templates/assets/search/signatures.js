// The site's signatures, as src/index/signatures.rs writes them: a filter that tells which of them a log may show, and
// shards with their texts, of which only those are asked for.
//
// In comes a log as bytes, out come the incidents that it shows; `read` gives the bytes of a file by its number.

import { firstFrom, incidents, parse } from "./matching.js";

export const LENGTHS = [4, 5, 6, 7];
const VERSION = 1, FILTER = 0, REST = 1, SHARDS = 2, LOOKUP = 20;
/// More shards than these are worth a look at the rest of the keys.
const MANY = 24;

/// Bytes that a fragment may have: letters, digits, `_`, `-`, `.`, the backslash of an escape, all but ASCII.
const IN_FRAGMENT = Uint8Array.from({ length: 256 }, (_, byte) => byte >= 128 || /[\w.\\-]/.test(String.fromCharCode(byte)));

export class Signatures {
  constructor(filter, read) {
    Object.assign(this, filter, { read, shards: new Map(), known: new Map() });
  }

  static async open(read) {
    return new Signatures(decode(await read(FILTER)), read);
  }

  async find(bytes) {
    let hits = this.scan(bytes);
    const shardsOf = (hits) => new Set(hits.map(({ entry }) => Math.floor(entry / this.shard)));
    if (this.bits < 32 && shardsOf(hits).size > MANY) hits = await this.narrowed(hits);
    await Promise.all([...shardsOf(hits)].map((number) => this.load(number)));
    const found = hits.map(({ entry, place }) => {
      return { place, fragment: this.shards.get(Math.floor(entry / this.shard))[entry % this.shard] };
    });
    return incidents(bytes, found);
  }

  /// Where entries of the filter may stand in a log.
  scan(bytes) {
    const { keys, firsts, bits, lookup } = this, hits = [], shift = 32 - bits;
    for (let place = 0; place + 4 <= bytes.length; place++) {
      let sum = 0;
      for (let length = 1; length <= 7 && IN_FRAGMENT[bytes[place + length - 1]]; length++) {
        sum = added(sum, bytes[place + length - 1]);
        if (length < 4) continue;
        const hash = Math.imul(sum, SPREAD) >>> 0, at = hash >>> (32 - LOOKUP);
        if (!(lookup[at >> 3] & (1 << (at & 7)))) continue;
        const key = hash >>> shift, end = firsts[length - 3];
        for (let entry = firstFrom(keys, key, firsts[length - 4], end); entry < end && keys[entry] === key; entry++) {
          hits.push({ place, entry, hash });
        }
      }
    }
    return hits;
  }

  /// Those hits that agree with the whole key.
  async narrowed(hits) {
    const rest = await (this.rest ??= this.read(REST)), mask = 0xffffffff >>> this.bits;
    return hits.filter(({ entry, hash }) => (rest[2 * entry] | (rest[2 * entry + 1] << 8)) === (hash & mask));
  }

  async load(number) {
    if (this.shards.has(number)) return;
    const entries = JSON.parse(new TextDecoder().decode(await this.read(SHARDS + number)));
    this.shards.set(number, entries.map(([id, page, text, piece, first, skip]) => {
      const name = `${id} ${text}`;
      if (!this.known.has(name)) this.known.set(name, { ...parse(text), id, page, number: this.known.size });
      return { signature: this.known.get(name), piece, first, skip };
    }));
  }
}

function decode(bytes) {
  if (bytes[0] !== VERSION) throw new Error("signatures of another version");
  const [, shard, bits] = bytes, view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const counts = LENGTHS.map((_, index) => view.getUint32(3 + 5 * index, true));
  const firsts = [0];
  for (const count of counts) firsts.push(firsts.at(-1) + count);
  if (firsts.at(-1) > 8 * bytes.length) throw new Error("signatures that are not whole");
  const keys = new Uint32Array(firsts.at(-1));
  let place = 8 * (3 + 5 * LENGTHS.length);
  const bit = () => {
    if (place >= 8 * bytes.length) throw new Error("signatures that are not whole");
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
  return { keys, firsts, bits, shard, lookup: lookup(keys, bits) };
}

/// A bit for the beginning of each key: most places of a log end there.
export function lookup(keys, bits) {
  const table = new Uint8Array(1 << (LOOKUP - 3));
  for (const key of keys) {
    const at = bits >= LOOKUP ? key >>> (bits - LOOKUP) : key << (LOOKUP - bits);
    table[at >> 3] |= 1 << (at & 7);
  }
  return table;
}

/// The whole key of a fragment.
export function hash(bytes) {
  return Math.imul(bytes.reduce(added, 0), SPREAD) >>> 0;
}

const SPREAD = 0x9e3779b1;
const added = (sum, byte) => (Math.imul(sum, 0x01000193) + (byte | 0x20)) | 0;
