// The preview while an author writes: a saved page shows at once, a broken one says what is wrong with it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { launch, open } from './support/browser.js';
import { faultbook, start, temporaryFolder } from './support/faultbook.js';
import { files } from './support/site.js';

test('an edit shows in the open page, and so does a fault until it is repaired', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true }));
  await faultbook('init', folder);
  const preview = start('serve', '--site', folder, '--port', '0');
  t.after(async () => {
    preview.kill('SIGINT');
    const [code] = await once(preview, 'exit');
    assert.equal(code, 0, 'an interrupted preview ends well');
  });
  const url = await address(preview);

  // The page of the first incident: it lies deepest.
  const pages = (await files(join(folder, 'content'), 'index.en.md')).filter((path) => !path.includes('_index'));
  const path = pages.sort((a, b) => b.split('/').length - a.split('/').length)[0];
  const file = join(folder, 'content', path);
  const text = await readFile(file, 'utf8');

  const browser = await launch();
  t.after(() => browser.close());
  const page = await open(t, browser, new URL(url).origin);
  await page.goto(`${url}en/${path.replace('index.en.md', '')}`);
  assert.match(page.url(), /^http:\/\/127\.0\.0\.1:/);

  const edited = `${text}\nA sentence of this minute.\n`;
  await writeFile(file, edited);
  await page.getByText('A sentence of this minute.').waitFor();

  const finding = page.getByText('FB060').first();
  await writeFile(file, `${edited}\nSee [what is not there](../no-such-page/index.en.md).\n`);
  await finding.waitFor();
  assert.ok(await page.getByText('A sentence of this minute.').isVisible(), 'the last good page stays below');

  await writeFile(file, edited);
  await finding.waitFor({ state: 'hidden' });
});

/** The address that a preview prints once it is ready. */
function address(preview) {
  return new Promise((resolve, reject) => {
    let printed = '';
    for (const stream of [preview.stdout, preview.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text;
        const url = printed.match(/http:\/\/127\.0\.0\.1:\d+\/\S*/);
        if (url) resolve(url[0]);
      });
    }
    preview.once('exit', () => reject(new Error(`the preview ended before it was ready:\n${printed}`)));
  });
}
