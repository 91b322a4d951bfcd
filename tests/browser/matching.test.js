// The browser's matcher, held to the vectors that the program is held to.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Signatures } from '../../templates/assets/search/signatures.js';
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
