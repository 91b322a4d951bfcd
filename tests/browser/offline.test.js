// A reader without a network has the last complete version of the site, and never a mix of two.

import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch, open } from './support/browser.js';
import { faultbook, temporaryFolder } from './support/faultbook.js';
import { serve } from './support/server.js';

const incident = 'en/example/port-is-text/';
const base = '/books/';

describe('a site that a browser keeps', () => {
  let folder, browser;
  before(async () => {
    folder = await temporaryFolder();
    await faultbook('init', join(folder, 'site'));
    await build('one', 'The first text.');
    await build('two', 'The zebrafish text.');
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  /** Builds the site with a sentence on its incident's page. */
  async function build(out, sentence) {
    const file = join(folder, 'site/content/example/port-is-text/index.en.md');
    const text = (await readFile(file, 'utf8')).replace(/\nThe \w+ text\.\n/, '');
    await writeFile(file, `${text}\n${sentence}\n`);
    const site = join(folder, 'site');
    await faultbook('build', '--site', site, '--out', join(folder, out), '--base-url', `https://runbooks.example${base}`);
  }

  async function visit(t, first) {
    const host = await serve(join(folder, first), base);
    t.after(() => host.close());
    const page = await open(t, browser, host.origin, {}, ['ERR_', 'Failed to']);
    await page.goto(`${host.url}en/`);
    return { host, page };
  }

  /** Waits until the worker of a version has taken over, and so has all of it; with no version, until there is none. */
  const taken = (page, version) =>
    page.evaluate(async (version) => {
      const isSo = async () => {
        const keys = await caches.keys();
        const { active, installing, waiting } = (await navigator.serviceWorker.getRegistration()) ?? {};
        if (!version) return !active && keys.length === 0;
        const isAlone = active?.state === 'activated' && !installing && !waiting;
        return isAlone && navigator.serviceWorker.controller === active && keys.some((key) => key.endsWith(version));
      };
      while (!(await isSo())) await new Promise(requestAnimationFrame);
    }, version);

  const version = async (out) => JSON.parse(await readFile(join(folder, out, 'offline.json'), 'utf8')).version;

  test('shows a page that was never opened, in its style', async (t) => {
    const { host, page } = await visit(t, 'one');
    await taken(page, await version('one'));
    host.down = true;
    await page.goto(host.url + incident);
    await page.getByText('The first text.').waitFor();
    assert.notEqual(await page.locator('.top').evaluate((top) => getComputedStyle(top).display), 'block');
    await page.goto(`${host.url}zh/example/`);
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh');
  });

  test('mends an address without its last slash, and says what is missing', async (t) => {
    const { host, page } = await visit(t, 'one');
    await taken(page, await version('one'));
    host.down = true;
    await page.goto(`${host.url}${incident.slice(0, -1)}#fix`);
    await page.getByText('The first text.').waitFor();
    assert.equal(page.url(), `${host.url}${incident}#fix`);
    const answer = await page.goto(`${host.url}zh/nope/`);
    assert.equal(answer.status(), 404);
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  });

  test('answers a search, and names the errors of a log', async (t) => {
    const { host, page } = await visit(t, 'one');
    await taken(page, await version('one'));
    host.down = true;
    await page.goto(host.url + incident);
    await page.keyboard.press('/');
    const field = page.locator('dialog.search .entry textarea');
    await field.fill('port as text');
    await page.locator('.pages .result .id', { hasText: 'EXAMPLE-1' }).waitFor();
    await field.fill('listen: invalid port 80a');
    await page.locator('.known .result .id', { hasText: 'EXAMPLE-1' }).waitFor();
    await page.goto(`${host.url}zh/search/#q=port`);
    await page.locator('.pages .result .id', { hasText: 'EXAMPLE-1' }).waitFor();
    assert.ok(await page.locator('.trouble').isHidden());
  });

  test('runs a check that was never opened, and asks nobody for anything', async (t) => {
    const { host, page } = await visit(t, 'one');
    await taken(page, await version('one'));
    host.down = true;
    await page.goto(host.url + incident);
    const asked = [];
    page.context().on('request', (request) => { if (!request.serviceWorker()) asked.push(request.url()); });
    await page.getByRole('button', { name: 'Run on my file' }).first().click();
    await page.locator('.runner textarea').fill('{\n  "port": "8080"\n}');
    await page.locator('.runner .go').click();
    await page.locator('.runner .verdict.present').waitFor();
    await page.getByText('server.json, line 2').waitFor();
    await page.locator('.healed-file .use').click();
    await page.locator('.runner .verdict.absent').waitFor();
    const others = asked.filter((url) => !url.startsWith('blob:') && !url.startsWith(`${host.url}assets/`));
    assert.deepEqual(others, []);
  });

  test('stays whole while another version is half published, and then becomes that one', async (t) => {
    const { host, page } = await visit(t, 'one');
    await taken(page, await version('one'));
    // The new worker and pages are there, the list is still the old one.
    await cp(join(folder, 'two'), join(folder, 'half'), { recursive: true });
    await cp(join(folder, 'one/offline.json'), join(folder, 'half/offline.json'));
    host.folder = join(folder, 'half');
    const refused = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      await registration.update().catch(() => {});
      const worker = registration.installing;
      if (worker) await new Promise((resolve) => { worker.onstatechange = resolve; });
      return worker?.state ?? 'redundant';
    });
    assert.equal(refused, 'redundant');
    host.down = true;
    await page.goto(host.url + incident);
    await page.getByText('The first text.').waitFor();
    host.down = false;
    host.folder = join(folder, 'two');
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    await taken(page, await version('two'));
    // The search, too, is of the new version, with a network and without.
    for (const down of [false, true]) {
      host.down = down;
      await page.goto('about:blank');
      await page.goto(`${host.url}en/search/#q=zebrafish`);
      await page.locator('.pages .result .id', { hasText: 'EXAMPLE-1' }).waitFor();
    }
    await page.goto(host.url + incident);
    await page.getByText('The zebrafish text.').waitFor();
  });

  test('is forgotten when site.toml says so', async (t) => {
    const { host, page } = await visit(t, 'one');
    await taken(page, await version('one'));
    const config = join(folder, 'site/site.toml');
    await writeFile(config, `offline = false\n${await readFile(config, 'utf8')}`);
    await build('off', 'The third text.');
    host.folder = join(folder, 'off');
    await page.goto(`${host.url}en/`);
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    await taken(page, '');
  });
});
