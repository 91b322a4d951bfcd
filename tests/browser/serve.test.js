// The preview while an author writes: a saved page shows at once, a broken one says what is wrong with it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch, open } from './support/browser.js';
import { faultbook, start, temporaryFolder } from './support/faultbook.js';
import { files } from './support/site.js';

describe('the preview of a small site', () => {
  let folder, preview, url, browser;
  before(async () => {
    folder = await temporaryFolder();
    await faultbook('init', folder);
    preview = start('serve', '--site', folder, '--port', '0');
    url = await address(preview);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    if (preview?.exitCode === null) {
      preview.kill('SIGINT');
      const [code] = await once(preview, 'exit');
      assert.equal(code, 0, 'an interrupted preview ends well');
    }
    await rm(folder, { recursive: true });
  });

  test('shows an edit in the open page, and a fault until it is repaired', async (t) => {
    const route = await deepestPage(folder);
    const file = join(folder, 'content', route, 'index.en.md');
    const text = await readFile(file, 'utf8');
    const page = await open(t, browser, new URL(url).origin);
    await page.goto(`${url}en/${route}/`);

    const sentence = page.getByText('A sentence of this minute.');
    const edited = `${text}\nA sentence of this minute.\n`;
    await writeFile(file, edited);
    await sentence.waitFor();

    const proof = page.getByText(/^EXAMPLE-1: proven, 1 check and 1 fix/);
    await proof.waitFor();
    const finding = page.getByText('FB060').first();
    await writeFile(file, `${edited}\nSee [what is not there](../no-such-page/index.en.md).\n`);
    await finding.waitFor();
    await page.getByText(/^EXAMPLE-1: .*; this page is as it was before the last edit/).waitFor();
    const place = page.getByRole('link', { name: /index\.en\.md:\d+:\d+$/ });
    assert.equal(await place.getAttribute('href'), `vscode://file${file}:${edited.split('\n').length + 1}:25`);

    // A second save that is broken, too, is shown over the page like the first.
    const dialog = page.getByRole('dialog');
    await writeFile(file, `${edited}\nSee [neither this](../nor-this-page/index.en.md).\n`);
    await dialog.getByText('nor-this-page').first().waitFor();
    assert.ok(await dialog.evaluate((open) => open.matches(':modal')), 'the findings are in the top layer');
    assert.ok((await dialog.boundingBox()).y < page.viewportSize().height, 'the findings are in sight');

    await writeFile(file, edited);
    await finding.waitFor({ state: 'hidden' });
    await sentence.waitFor();
    await proof.waitFor();
  });

  test('shows the languages of a page side by side, at the same section', async (t) => {
    const route = await deepestPage(folder);
    const page = await open(t, browser, new URL(url).origin);
    await page.setViewportSize({ width: 1280, height: 500 });
    await page.goto(`${url}en/${route}/`);
    await page.getByRole('link', { name: 'compare languages' }).click();
    const [english, chinese] = ['en', 'zh'].map((language) => page.frameLocator(`iframe[title=${language}]`));
    await english.locator('html[lang=en] #fix').waitFor();
    await chinese.locator('html[lang=zh] #fix').waitFor();
    await page.frames()[1].waitForLoadState();
    await page.frames()[2].waitForLoadState();
    // The pointer is in the English one, which leads.
    await page.mouse.move(200, 200);
    const top = (frame) => frame.locator('#fix').evaluate((heading) => heading.getBoundingClientRect().top);
    await english.locator('#fix').evaluate((heading) => heading.scrollIntoView({ block: 'start', behavior: 'instant' }));
    const deadline = Date.now() + 5_000;
    while (Math.abs((await top(english)) - (await top(chinese))) > 2) {
      assert.ok(Date.now() < deadline, `the sections are at ${await top(english)} and ${await top(chinese)}`);
    }
  });
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

/** The folder below `content` of the page that lies deepest, which is an incident. */
async function deepestPage(folder) {
  const pages = (await files(join(folder, 'content'), '/index.en.md')).map((path) => path.replace('/index.en.md', ''));
  return pages.sort((a, b) => b.split('/').length - a.split('/').length)[0];
}
