// What the site's own script finds, in a real browser: for `cargo run --example retrieval -- … --browser`.
//
//   node retrieval.js INDEX < QUERIES
//
// INDEX is a folder with the files of the search index; a query is a line of JSON `{qid, ui, q}`, and so is what comes
// out for it: `{qid, ui, pages}`, the numbers of pages, best first.

import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { launch } from './browser.js';
import { repository } from './faultbook.js';

const MOST = 10;
const ORIGIN = 'http://search.test';

const folders = { '.bin': process.argv[2], '.js': join(repository, 'templates/assets/search') };
const queries = [];
for await (const line of createInterface({ input: process.stdin })) if (line) queries.push(JSON.parse(line));

const browser = await launch();
const page = await browser.newPage();
await page.route(`${ORIGIN}/**`, async (route) => {
  const name = new URL(route.request().url()).pathname.slice(1), type = extname(name);
  if (!type) return route.fulfill({ contentType: 'text/html', body: '' });
  const contentType = type === '.js' ? 'text/javascript' : 'application/octet-stream';
  return route.fulfill({ contentType, body: await readFile(join(folders[type], name)) });
});
await page.goto(`${ORIGIN}/`);
const found = await page.evaluate(
  async ({ queries, most }) => {
    const { Index } = await import('/index.js');
    const { Files } = await import('/files.js');
    const index = await Index.open(new Files('/', 'no-cache'));
    const found = [];
    for (const { qid, ui, q } of queries) {
      const { sought, whole } = await index.seek(q);
      if (!whole) throw new Error(`${qid}: a part of the index could not be read`);
      const hits = index.hits(sought, index.manifest.languages.indexOf(ui));
      found.push({ qid, ui, pages: hits.slice(0, most).map(({ page }) => page) });
    }
    return found;
  },
  { queries, most: MOST },
);
for (const query of found) console.log(JSON.stringify(query));
await browser.close();
