// The browser's matcher, held to the vectors that the program is held to.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { LENGTHS, Signatures, hash, lookup } from '../../templates/assets/search/signatures.js';
import { repository } from './support/faultbook.js';
import { none } from './support/faults.js';
import { numbered } from './support/shards.js';

const vectors = join(repository, 'tests/vectors');

test('every vector gives its incidents in their order', async () => {
  const { cases } = JSON.parse(await readFile(join(vectors, 'matching.json'), 'utf8'));
  const signatures = await Signatures.open(numbered(join(vectors, 'signatures')));
  const faults = [];
  for (const { name, text, expect } of cases) {
    const found = await signatures.find(new TextEncoder().encode(text));
    const actual = found.map(({ id, text: signature, line, count, cut, captures }) => ({
      id, signature, line, count, cut, captures,
    }));
    try {
      assert.deepEqual(actual, expect);
    } catch {
      faults.push(`${name}\n  expected ${JSON.stringify(expect)}\n  found    ${JSON.stringify(actual)}`);
    }
  }
  assert.ok(cases.length >= 300);
  none(faults);
});

test('a fragment is found however many bits of its key a site keeps', () => {
  for (const bits of [19, 20, 21, 32]) {
    for (const word of ['scope', 'pairing', 'gateway', 'quota', 'node', '网关', 'errors', 'x509']) {
      const bytes = new TextEncoder().encode(word);
      const firsts = LENGTHS.concat(8).map((length) => Number(bytes.length < length));
      const keys = Uint32Array.of(hash(bytes) >>> (32 - bits));
      const signatures = new Signatures({ keys, firsts, bits, shard: 1, ...lookup(keys, bits) });
      assert.deepEqual(signatures.scan(bytes).places, [0], `${word} by ${bits} bits`);
    }
  }
});
