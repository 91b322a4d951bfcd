// Runs the program under test: the binary that FAULTBOOK names, else the release build of this repository.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The folder of this repository, which is also a site. */
export const repository = fileURLToPath(new URL('../../../', import.meta.url));

const binary = process.env.FAULTBOOK ?? join(repository, 'target/release/faultbook');

/** Runs a command to its end and gives what it printed; rejects when it fails. */
export function faultbook(...parameters) {
  return promisify(execFile)(binary, parameters);
}

/** Starts a command that goes on until it is stopped. */
export function start(...parameters) {
  return spawn(binary, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A new empty folder; whoever asks for it removes it. */
export function temporaryFolder() {
  return mkdtemp(join(tmpdir(), 'faultbook-browser-'));
}
