// The browser's reader of the search index, held to the vectors that the program is held to, and to files that are broken.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { excerpt } from '../../templates/assets/search/excerpt.js';
import { Index } from '../../templates/assets/search/index.js';
import { Signatures } from '../../templates/assets/search/signatures.js';
import { NUMBER, PAIR, SINGLE, WHOLE, WORD, terms } from '../../templates/assets/search/terms.js';
import { repository } from './support/faultbook.js';

const kinds = { [WORD]: 'Word', [WHOLE]: 'Whole', [NUMBER]: 'Number', [PAIR]: 'Pair', [SINGLE]: 'Single' };
const languages = ['en', 'zh'];

const vectors = JSON.parse(await readFile(join(repository, 'tests/vectors/search.json'), 'utf8'));
const files = Object.fromEntries(
  Object.entries(vectors.files).map(([name, text]) => [name, new Uint8Array(gunzipSync(Buffer.from(text, 'base64')))]),
);

/** Files of an index; `changed` are those that are otherwise, or missing when they are null. */
function source(changed = {}) {
  const all = { ...files, ...changed };
  return {
    read: async (name) => {
      if (!all[name]) throw new Error(`${name} is missing`);
      return all[name];
    },
  };
}

test('a text has the terms that the program gives it', async () => {
  const fold = await (await Index.open(source())).folding();
  for (const { text, terms: expected } of vectors.terms) {
    const actual = [];
    terms(text, (term, kind) => actual.push([term, kinds[kind]]), fold);
    assert.deepEqual(actual, expected, text);
  }
});

test('a query finds the pages that the program finds, with the same scores', async () => {
  const index = await Index.open(source());
  for (const { text, language, hits: expected } of vectors.queries) {
    const { sought, whole } = await index.seek(text);
    const hits = index.hits(sought, languages.indexOf(language));
    assert.deepEqual([hits.map(({ page, score, part }) => [page, score, part]), whole], [expected, true], text);
  }
});

test('an excerpt marks what was looked for, and no more of what stands beside it', () => {
  const check = (text, words, expected) => assert.deepEqual(excerpt(text, words.map((word) => ({ word, weight: 1 }))), expected);
  check('cron调用被拒，报 pairing required', ['cron', '被拒'], ['', 'cron', '调用', '被拒', '，报 pairing required']);
  check('# Pairing\n\n- The **gateway** is [paired](x.md).', ['pair'], ['The gateway is ', 'paired', '.']);
  check('Nothing of it', ['pair'], []);
});

/** What may befall a file: nothing of it, a part, other bytes, more of them, another file. */
function* breakages(bytes, seed) {
  yield null;
  for (let part = 0; part < 8; part++) yield bytes.subarray(0, Math.floor((bytes.length * part) / 8));
  for (let round = 0; round < 24; round++) {
    const changed = bytes.slice();
    for (let count = 0; count <= round % 4; count++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      changed[seed % changed.length] = seed >>> 24;
    }
    yield changed;
  }
  yield new Uint8Array([...bytes, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  yield files.manifest;
}

test('a broken file of the index is told or changes some results, and nothing worse', async () => {
  const texts = vectors.queries.slice(0, 12);
  for (const name of Object.keys(files)) {
    for (const bytes of breakages(files[name], name.length)) {
      const index = await Index.open(source({ [name]: bytes })).catch((error) => error);
      if (index instanceof Error) continue;
      for (const { text } of texts) {
        const found = await index.seek(text).catch((error) => error);
        if (found instanceof Error) continue;
        for (const { page, score } of index.hits(found.sought, 0)) assert.ok(page >= 0 && score >= 0);
        if (!bytes && found.whole) assert.notEqual(name, 'manifest');
      }
    }
  }
});

test('a missing shard leaves the results of the other words', async () => {
  const whole = await Index.open(source());
  const text = 'gateway closed certificate';
  const expected = (await whole.seek(text)).sought;
  const shard = await whole.shardOf(whole.manifest.terms, 'certificat', whole.manifest.deep);
  const { sought, whole: all } = await (await Index.open(source({ [shard]: null }))).seek(text);
  assert.ok(!all && sought.length < expected.length);
});

test('broken signatures are told or match otherwise, and nothing worse', async () => {
  const log = new TextEncoder().encode('gateway closed (1008): pairing required\nmodel not allowed: a/b\n'.repeat(3));
  const parts = [];
  for (const number of [0, 1, 2, 3]) {
    parts.push(new Uint8Array(await readFile(join(repository, `tests/vectors/signatures/${number}.bin`))));
  }
  for (const [number, part] of parts.entries()) {
    for (const bytes of part.length ? breakages(part, number + 1) : [null]) {
      const read = async (asked) => {
        if (asked === number && !bytes) throw new Error('missing');
        return asked === number ? bytes : (parts[asked] ?? Promise.reject(new Error('missing')));
      };
      const found = await Signatures.open(read).then((signatures) => signatures.find(log)).catch((error) => error);
      assert.ok(found instanceof Error || Array.isArray(found));
    }
  }
});
