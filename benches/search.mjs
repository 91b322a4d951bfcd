// What a search costs a reader, and how often it finds: this site's, Pagefind's and MiniSearch's, on the same pages and
// queries, in Chromium. `expect` of a query are the pages that answer it; a page and its translations are one.
//
//   npm ci --prefix tests/browser && node benches/search.mjs CORPUS.jsonl QUERIES.jsonl [PAGES …]
//
// CORPUS and QUERIES are as for `cargo run --example retrieval`, which makes our index. Each size is a number of pages, by
// default 100, all of the corpus, and 10,000, for which pages are mixed of those there are. The other two engines are
// installed in a temporary folder. Printed per engine:
//
// - bytes of the first search of a reader who comes with an empty cache, up to the list of results, script included and
//   packed as a static host does (half of the queries, 95 %), and how many more the excerpts of ours take;
// - milliseconds of a search at a fourth of this machine's speed, once the script is there: when a query is new and what
//   it needs comes over loopback, and when all of that is there, the best of three (half of the queries, 95 %);
// - MRR@10 of the queries that one of the pages answers.

import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from '../tests/browser/node_modules/esbuild/lib/main.js';
import { launch } from '../tests/browser/support/browser.js';
import { repository, temporaryFolder } from '../tests/browser/support/faultbook.js';
import { serve } from '../tests/browser/support/server.js';

const others = { pagefind: '1.6.0', minisearch: '7.2.0' };
/// How many results a list shows.
const TEN = 10;

const [corpus, asked, ...sizes] = process.argv.slice(2);
if (!asked) throw new Error('usage: node benches/search.mjs CORPUS.jsonl QUERIES.jsonl [PAGES …]');
const lines = async (file) => (await readFile(file, 'utf8')).split('\n').filter(Boolean).map((line) => JSON.parse(line));
const run = (program, ...parameters) => promisify(execFile)(program, parameters, { cwd: repository, maxBuffer: 1 << 30 });

const texts = await lines(corpus), queries = await lines(asked);
const temporary = await temporaryFolder();
await run('npm', 'install', '--prefix', temporary, '--ignore-scripts', '--no-audit', '--no-fund', ...Object.entries(others).map((other) => other.join('@')));
const installed = (path) => join(temporary, 'node_modules', path);
const browser = await launch();
try {
  const all = new Set(texts.map(page)).size;
  for (const size of sizes.length ? sizes.map(Number) : [100, all, 10_000]) {
    const some = size <= all ? fewer(size) : more(size);
    console.log(`\n${size} pages (${some.length} texts), ${queries.length} queries`);
    console.log('             first search, KB      new query, ms   again, ms   MRR@10');
    for (const engine of [faultbook, pagefind, minisearch]) {
      const folder = join(temporary, `${engine.name}-${size}`);
      await mkdir(folder);
      await engine(folder, some);
      await measure(engine.name, folder, new Set(some.map(page)));
      await rm(folder, { recursive: true });
    }
  }
} finally {
  await browser.close();
  await rm(temporary, { recursive: true });
}

/* ---- the pages ---- */

function page({ id }) {
  return id.slice(0, id.lastIndexOf('@'));
}

/** Pages from all over the corpus. */
function fewer(size) {
  const ids = [...new Set(texts.map(page))].sort(), taken = new Set(ids.filter((_, at) => Math.floor((at * size) / ids.length) > Math.floor(((at - 1) * size) / ids.length)));
  return texts.filter((text) => taken.has(page(text)));
}

/** The corpus, and copies of its pages of which each line is as likely another page's, and one word in 50 new. */
function more(size) {
  let seed = 1;
  const random = (below) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0, Math.floor((seed / 2 ** 32) * below));
  const byPage = grouped(page), ids = [...byPage.keys()].sort(), byLanguage = grouped(({ lang }) => lang);
  const renewed = (line) => line.replace(/[a-z]{4,}/g, (word) => (random(50) ? word : word + random(1e6).toString(36)));
  const found = [...texts];
  for (let copy = ids.length; copy < size; copy++) {
    const id = ids[copy % ids.length], number = Math.floor(copy / ids.length);
    for (const text of byPage.get(id)) {
      const same = byLanguage.get(text.lang), other = same[random(same.length)].text.split('\n').filter((line) => !line.startsWith('[['));
      const mixed = text.text.split('\n').map((line) => renewed(line.startsWith('[[') || !other.length || random(2) ? line : other[random(other.length)]));
      found.push({ ...text, id: `${id}-${number}@${text.lang}`, title: `${renewed(text.title)} ${number}`, text: mixed.join('\n') });
    }
  }
  return found;
}

function grouped(key) {
  const groups = new Map();
  for (const text of texts) groups.set(key(text), [...(groups.get(key(text)) ?? []), text]);
  return groups;
}

/** A page's lines: `[level, text]`, with level 0 for text and null for code. */
function blocks({ text, code }) {
  return text.split('\n').map((line) => {
    const heading = line.match(/^(#{2,6}) (.*)/), number = line.match(/^\[\[code:(\d+)\]\]$/);
    return heading ? [heading[1].length, heading[2]] : number ? [null, code[number[1]] ?? ''] : [0, line];
  });
}

/* ---- the engines: each fills a folder with what a host serves, with an `engine.js` that exports `search` ---- */

/** This site's: the files of its index, the script of the worker, run on the page because only that can be slowed. */
async function faultbook(folder, pages) {
  const file = join(folder, 'corpus.jsonl'), none = join(folder, 'none.jsonl'), index = join(folder, 'assets/search');
  await writeFile(file, pages.map((text) => JSON.stringify(text)).join('\n'));
  await writeFile(none, '');
  await run('cargo', 'run', '--quiet', '--release', '--locked', '--example', 'retrieval', '--', file, none, join(folder, 'run.tsv'), '--files', index);
  await Promise.all(pages.map(async (text) => {
    const at = join(folder, text.lang, page(text));
    await mkdir(at, { recursive: true });
    await writeFile(join(at, 'index.md'), blocks(text).map(([level, line]) => `${level === null ? `\`\`\`\n${line}\n\`\`\`` : `${'#'.repeat(level)} ${line}`.trim()}\n`).join('\n'));
  }));
  const pageOfUrl = "decodeURI(new URL(url, location).pathname).replace(/^\\/\\w+\\/|\\/$/g, '')";
  await bundle(folder, `
    import { Engine } from ${JSON.stringify(join(repository, 'templates/assets/search/engine.js'))};
    const engine = new Engine();
    let number = 0;
    export let excerpts;
    export const search = (text, language) => new Promise((found) => {
      const query = { text, language, base: '/', filters: {} };
      excerpts = engine.search({ number: ++number, query }, ({ pages, trouble, done }) => {
        if (trouble) throw new Error(trouble);
        if (done) found(pages.map(({ url }) => ${pageOfUrl}));
      });
    });`);
  // What a reader loads is the box and its worker.
  const scripts = await Promise.all(['box', 'worker'].map((name) => readFile(join(repository, `templates/bundles/${name}.js`))));
  await writeFile(join(folder, 'engine.bytes'), String(scripts.map(packed).reduce((a, b) => a + b)));
}

/** Its index of HTML pages, and for each result what a list shows of it. */
async function pagefind(folder, pages) {
  const { createIndex, close } = await import(installed('pagefind/lib/index.js'));
  const { index } = await createIndex();
  for (const text of pages) {
    const content = blocks(text).map(([level, line]) => (level === null ? `<pre>${escaped(line)}</pre>` : level ? `<h${level}>${escaped(line)}</h${level}>` : `<p>${escaped(line)}</p>`));
    const html = `<!DOCTYPE html><html lang="${text.lang}"><title>${escaped(text.title)}</title><body><h1>${escaped(text.title)}</h1>${content.join('\n')}</body></html>`;
    await index.addHTMLFile({ url: `/${text.lang}/${page(text)}/`, content: html });
  }
  await index.writeFiles({ outputPath: join(folder, 'pagefind') });
  await close();
  await writeFile(join(folder, 'engine.js'), `
    import * as pagefind from './pagefind/pagefind.js';
    export async function search(text) {
      const { results } = await pagefind.search(text), shown = await Promise.all(results.slice(0, ${TEN}).map((result) => result.data()));
      return shown.map(({ raw_url, url }) => decodeURI(raw_url ?? url).replace(/^\\/\\w+\\/|\\/$/g, ''));
    }`);
}

/** One file with all of its index; Chinese as pairs of characters. */
async function minisearch(folder, pages) {
  const { default: MiniSearch } = await import(installed('minisearch/dist/es/index.js'));
  const options = `{
    fields: ['title', 'headings', 'text'], storeFields: ['page', 'lang', 'title'],
    tokenize: (text) => (text.match(/[\\u3400-\\u9fff]+|[\\p{L}\\p{N}_]+/gu) ?? []).flatMap((run) => {
      const pairs = /^[\\u3400-\\u9fff]/.test(run) ? Array.from(run).slice(1).map((after, at) => Array.from(run)[at] + after) : [];
      return pairs.length ? pairs : [run];
    }),
    searchOptions: { boost: { title: 3, headings: 2 }, fuzzy: 0.2, prefix: true },
  }`;
  const index = new MiniSearch(new Function(`return (${options})`)());
  pages.forEach((text, id) => {
    const of = (is) => blocks(text).filter(([level]) => is(level)).map(([, line]) => line).join('\n');
    index.add({ id, page: page(text), lang: text.lang, title: text.title, headings: of((level) => level > 0), text: of((level) => !level) });
  });
  await writeFile(join(folder, 'index.json'), JSON.stringify(index));
  await bundle(folder, `
    import MiniSearch from ${JSON.stringify(installed('minisearch/dist/es/index.js'))};
    const index = fetch('/index.json').then((response) => response.text()).then((text) => MiniSearch.loadJSON(text, ${options}));
    export async function search(text, language) {
      const found = (await index).search(text).slice(0, 5 * ${TEN});
      return [...new Set(found.map(({ page }) => page))].slice(0, ${TEN});
    }`);
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

async function bundle(folder, contents) {
  await build({ stdin: { contents, resolveDir: folder }, bundle: true, minify: true, format: 'esm', external: ['./report.js'], outfile: join(folder, 'engine.js'), logLevel: 'error' });
}

/* ---- the measures ---- */

/** The bytes that a host sends of a file: what is packed already as it is. */
function packed(bytes) {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? bytes.length : Math.min(bytes.length, gzipSync(bytes, { level: 9 }).length);
}

/** The number below which `share` of them are. */
function most(numbers, share) {
  return numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? 0;
}

async function measure(name, folder, known) {
  for (const language of ['en', 'zh']) await writeFile(join(folder, `${language}.html`), `<!DOCTYPE html><html lang="${language}"><link rel="icon" href="data:,">`);
  const host = await serve(folder, '/');
  const context = await browser.newContext(), page = await context.newPage(), session = await context.newCDPSession(page);
  const search = ({ q, ui }) => import('/engine.js').then((engine) => engine.search(q, ui));
  const sizes = new Map();
  const size = async (path) => {
    if (!sizes.has(path)) sizes.set(path, path === '/engine.js' ? await readFile(join(folder, 'engine.bytes'), 'utf8').then(Number, () => readFile(join(folder, path)).then(packed)) : packed(await readFile(join(folder, path))));
    return sizes.get(path);
  };
  const first = [], excerpts = [], ranks = [];
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  // What loads all of its index for the first query does so for any.
  for (const query of name === 'minisearch' ? queries.slice(0, 1) : queries) {
    await page.goto(`${host.url}${query.ui}.html`);
    const paths = new Set(), note = (request) => paths.add(decodeURIComponent(new URL(request.url()).pathname));
    page.on('request', note);
    await page.evaluate(search, query);
    await page.evaluate(async () => (await import('/engine.js')).excerpts);
    page.off('request', note);
    let [results, texts] = [0, 0];
    for (const path of paths) if (path.endsWith('.md')) texts += await size(path); else results += await size(path);
    first.push(results);
    excerpts.push(texts);
  }
  await session.send('Network.setCacheDisabled', { cacheDisabled: false });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const fresh = [], again = [];
  for (const language of ['en', 'zh']) {
    await page.goto(`${host.url}${language}.html`);
    await page.evaluate(search, { q: 'error', ui: language });
    const own = queries.filter(({ ui }) => ui === language);
    const answers = await page.evaluate(async (queries) => {
      const engine = await import('/engine.js'), answers = [];
      for (const { q, ui } of queries) {
        const times = [];
        let found;
        for (let time = 0; time < 4; time++) {
          // What a search leaves to be done after its results is not the next one's.
          await engine.excerpts;
          const start = performance.now();
          found = await engine.search(q, ui);
          times.push(performance.now() - start);
        }
        answers.push({ found, fresh: times[0], again: Math.min(...times.slice(1)) });
      }
      return answers;
    }, own);
    for (const [at, answer] of answers.entries()) {
      fresh.push(answer.fresh);
      again.push(answer.again);
      const { expect } = own[at], rank = answer.found.findIndex((id) => expect.includes(id));
      if (expect.some((id) => known.has(id))) ranks.push(rank < 0 ? 0 : 1 / (rank + 1));
    }
  }
  await context.close();
  await host.close();
  const kb = (bytes) => (bytes / 1000).toFixed(0).padStart(6), ms = (time) => time.toFixed(0).padStart(4);
  const more = most(excerpts, 0.95) ? ` + ${kb(most(excerpts, 0.95)).trim()}` : '';
  const mean = ranks.reduce((a, b) => a + b, 0) / ranks.length;
  console.log(`${name.padEnd(11)}${kb(most(first, 0.5))} ${kb(most(first, 0.95))}${more.padEnd(10)}${ms(most(fresh, 0.5))} ${ms(most(fresh, 0.95))}      ${ms(most(again, 0.5))} ${ms(most(again, 0.95))}   ${mean.toFixed(3)}`);
}
