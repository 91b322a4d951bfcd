// What a reader on call does: find the incident, switch language, copy a command, follow links of all ages.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { launch, open } from './support/browser.js';
import { repository } from './support/faultbook.js';
import { bases, kinds, languages, openSite } from './support/site.js';

const incident = kinds('en').incident;
const id = 'OPENCLAW-1';
const alias = 'wiki/operations/openclaw-cron-pairing-and-operator-scopes.html';

for (const base of bases) {
  describe(`a reader of the site at ${base}`, () => {
    let site, browser;
    before(async () => {
      site = await openSite(base);
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    /** Opens a path of the site in a page whose faults fail the test. */
    async function visit(t, path, options, expected) {
      const page = await open(t, browser, site.origin, options, expected);
      const response = await page.goto(site.url + path);
      return { page, response };
    }

    test('goes from the root to an incident', async (t) => {
      const { page } = await visit(t, '');
      await page.locator(`a[href="${base}${incident}"]`).first().click();
      await page.waitForURL(site.url + incident);
      assert.match(await page.locator('h1').innerText(), /pairing required/);
      assert.ok(await page.getByText(id).first().isVisible());
    });

    test('switches language and keeps the section', async (t) => {
      const { page } = await visit(t, `${incident}#fix`);
      await page.locator('nav a[hreflang="zh"]').click();
      await page.waitForURL(`${site.url}${kinds('zh').incident}#fix`);
      assert.equal(await page.locator('html').getAttribute('lang'), 'zh');
      assert.ok(await page.locator('#fix').evaluate((heading) => heading.getBoundingClientRect().top < innerHeight));
    });

    test('copies a command, which finds the fault where it is and nothing where it is not', async (t) => {
      const { page } = await visit(t, incident, { permissions: ['clipboard-read', 'clipboard-write'] });
      const blocks = page.locator('figure.check .command');
      assert.ok((await blocks.count()) > 0);
      const machine = (name) => join(repository, 'content/openclaw/cron-pairing-required/fixtures', name, 'home');
      for (const block of await blocks.all()) {
        await block.getByRole('button').click();
        const command = await page.evaluate(() => navigator.clipboard.readText());
        assert.equal(command, (await block.locator('code').textContent()).trimEnd());
        assert.notEqual(await run(command, machine('broken')), '', command);
        assert.equal(await run(command, machine('healthy')), '', command);
      }
    });

    for (const language of languages) {
      for (const javaScriptEnabled of [true, false]) {
        const script = javaScriptEnabled ? 'with' : 'without';
        test(`follows a permanent link in ${language} ${script} scripts`, async (t) => {
          const { page } = await visit(t, `e/${id}/`, { locale: language, javaScriptEnabled });
          // Only a script can know the reader's language; without one the default language answers.
          await page.waitForURL(site.url + kinds(javaScriptEnabled ? language : 'en').incident);
          assert.ok(await page.getByText(id).first().isVisible());
        });
      }
    }

    test('follows a link to an old address', async (t) => {
      const { page } = await visit(t, alias);
      await page.waitForURL(site.url + incident);
    });

    test('keeps the section that a link to an old address names', async (t) => {
      const { page } = await visit(t, `${alias}#fix`);
      await page.waitForURL(`${site.url}${incident}#fix`);
    });

    test('is led home from an address that leads nowhere', async (t) => {
      const { page, response } = await visit(t, 'no/such/page/', {}, ['404']);
      assert.equal(response.status(), 404);
      await page.locator(`main a[href="${base}en/"]`).first().click();
      await page.waitForURL(`${site.url}en/`);
    });
  });
}

/** What a command prints on a machine with this home folder. */
async function run(command, home) {
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: { PATH: process.env.PATH, HOME: home } });
  return stdout;
}
