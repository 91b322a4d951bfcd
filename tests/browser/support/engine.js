// Answers questions, one a line of standard input, with the engine that pages run; its clock stands still.

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import worker from '../../../templates/assets/run-worker.js';

const engine = new URL('../../../templates/assets/engine.wasm', import.meta.url);
const module = await WebAssembly.compile(await readFile(engine));
const questions = readFileSync(0, 'utf8').trimEnd().split('\n');
process.stdout.write(questions.map((question) => `${JSON.stringify(answer(question))}\n`).join(''));

function answer(question) {
  try {
    return worker.ask(module, question, () => 0);
  } catch (error) {
    return String(error);
  }
}
