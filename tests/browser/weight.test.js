// What the first load of an incident and the first search cost, counted and not timed: `benches/first-paint.mjs` and
// `benches/search.mjs` time them.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { launch, open } from './support/browser.js';
import { none } from './support/faults.js';
import { languages, kinds, openSite } from './support/site.js';

const budget = { bytes: 60 * 1024, requests: 6, blockingBytes: 30 * 1024, searchScript: 15 * 1024 };

describe('the first load of an incident', () => {
  let site, browser;
  before(async () => {
    site = await openSite('/');
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  for (const language of languages) {
    test(`is light and does not move, in ${language}`, async (t) => {
      // What the browser keeps for later is fetched after the page is there, and is no part of it.
      const options = { serviceWorkers: 'block', viewport: { width: 360, height: 640 } };
      const page = await open(t, browser, site.origin, options);
      await page.goto(site.url + kinds(language).incident, { waitUntil: 'networkidle' });
      const { entries, shift } = await page.evaluate(async () => ({
        entries: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(
          ({ name, encodedBodySize, renderBlockingStatus }) => ({ name, encodedBodySize, renderBlockingStatus }),
        ),
        shift: await new Promise((resolve) => {
          new PerformanceObserver((list) => resolve(list.getEntries().map(({ value }) => value))).observe({
            type: 'layout-shift',
            buffered: true,
          });
          requestAnimationFrame(() => setTimeout(() => resolve([]), 0));
        }),
      }));
      const bytes = entries.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
      const [document, ...rest] = entries;
      const blocking = [document, ...rest.filter((entry) => entry.renderBlockingStatus === 'blocking')];
      const blockingBytes = blocking.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
      t.diagnostic(`${bytes} bytes in ${entries.length} requests, ${blockingBytes} of them before the first paint`);
      const faults = [];
      if (bytes > budget.bytes) faults.push(`${bytes} bytes`);
      if (entries.length > budget.requests) faults.push(`${entries.length} requests: ${entries.map(({ name }) => name)}`);
      if (blockingBytes > budget.blockingBytes) faults.push(`${blockingBytes} bytes before the first paint`);
      if (blocking.length > 2) faults.push(`more than a stylesheet holds the paint up: ${blocking.map(({ name }) => name)}`);
      if (shift.length > 0) faults.push(`the layout shifts by ${shift}`);
      none(faults);
    });
  }

  test('leaves the search, whose script is small, to whoever asks for it', async (t) => {
    const page = await open(t, browser, site.origin, { serviceWorkers: 'block' });
    const scripts = [];
    page.on('request', (request) => {
      if (request.url().includes('/search/') && request.url().endsWith('.js')) scripts.push(request.url().slice(site.url.length));
    });
    await page.goto(site.url + kinds('en').incident, { waitUntil: 'networkidle' });
    assert.deepEqual(scripts, []);
    await page.keyboard.press('/');
    await page.locator('dialog.search .entry textarea').fill('gateway closed (1008): pairing required');
    await page.locator('.known .result').first().waitFor();
    await page.locator('.pages .result mark').first().waitFor();
    const packed = await Promise.all(scripts.map(async (path) => gzipSync(await readFile(join(site.folder, path)), { level: 9 }).length));
    const bytes = packed.reduce((a, b) => a + b);
    t.diagnostic(`${bytes} bytes: ${scripts.map((path, at) => `${path} ${packed[at]}`).join(', ')}`);
    assert.ok(scripts.length > 0 && bytes <= budget.searchScript, `${bytes} bytes of script`);
  });
});
