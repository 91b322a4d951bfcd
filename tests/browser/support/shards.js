// The files of the search index for a script that runs in Node instead of a page.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Gives the bytes of a file of `folder` by its number. */
export function numbered(folder) {
  return async (number) => new Uint8Array(await readFile(join(folder, `${number}.bin`)));
}
