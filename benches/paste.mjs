// How long a pasted log of 5 MB takes to be matched against a site's signatures, in milliseconds, by the site's script in
// Node, each log in a new thread as in a new page (the middle of three): first what services write, then what is made to
// be slow.
//
//   target/release/faultbook build && node benches/paste.mjs public

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Signatures } from '../templates/assets/search/signatures.js';

const SIZE = 5 << 20, ROUNDS = 3;
const line = '2026-02-14T04:02:55.118Z [ws] closed before connect conn=c07b91e2 remote=192.168.50.23 code=1008 reason=';
const error = 'gateway closed (1008): pairing required';
const logs = {
  'services, no error': (at) => `2026-02-14T04:02:${String(at % 60).padStart(2, '0')}Z info request ${at} served in ${at % 97} ms by worker-${at % 8}\n`,
  'one line in 100 an error': (at) => `${line}${at % 100 ? 'idle' : error}\n`,
  'every line an error': () => `${line}${error}\n`,
  'every line the same error, nothing else': () => `${error}\n`,
  'every line a beginning': (at) => `${line}gateway closed (1008): pairing req${at}\n`,
  'errors wrapped every 20 characters': () => `${(line + error).replace(/.{20}/g, '$&\n')}\n`,
  'errors in a box': () => `│ ${(line + error).replace(/.{40}/g, '$& │\n│ ')} │\n`,
  'one word a line': () => `${(line + error).replaceAll(' ', '\n')}\n`,
  'errors in one line': () => `${error} `,
  'cut errors in one line': () => 'gateway closed (1008): pairing… ',
  'half of an error, again and again': () => 'gateway closed (1008): ',
};

if (isMainThread) {
  for (const name of Object.keys(logs)) {
    const times = [];
    for (let round = 0; round < ROUNDS; round++) {
      const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { name, site: process.argv[2] } });
      times.push(await new Promise((found, failed) => worker.on('message', found).on('error', failed)));
    }
    const { time, shown } = times.sort((a, b) => a.time - b.time)[ROUNDS >> 1];
    console.log(`${time.toFixed(0).padStart(6)}  ${name} (${shown})`);
  }
} else {
  const { name, site } = workerData, folder = join(site, 'assets/search');
  const read = async (file) => new Uint8Array(gunzipSync(await readFile(join(folder, `${file}.bin`))));
  const { signatures } = JSON.parse(new TextDecoder().decode(await read('manifest')));
  let text = '';
  for (let at = 0; text.length < SIZE; at++) text += logs[name](at);
  const bytes = new TextEncoder().encode(text), start = performance.now();
  const matcher = await Signatures.open((number) => read(signatures.slice(6 * number, 6 * number + 6)));
  const found = await matcher.find(bytes);
  parentPort.postMessage({ time: performance.now() - start, shown: found.map(({ id, count }) => `${id} ${count}×`).join(', ') });
}
