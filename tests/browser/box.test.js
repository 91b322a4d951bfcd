// The box: words, logs and anything else go in; the incident comes out, and nothing leaves the page.

import assert from 'node:assert/strict';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { axe, launch, open } from './support/browser.js';
import { repository, temporaryFolder } from './support/faultbook.js';
import { none } from './support/faults.js';
import { bases, languages, openSite, schemes, screens } from './support/site.js';

const log = `Apr 16 06:15:05 box openclaw[1822]: starting
Apr 16 06:15:06 box openclaw[1822]: scope upgrade pending approval (requestId: 9f1c-22)
2026-04-16T06:15:07Z error gateway closed (1008): pairing required
`;
const incident = 'OPENCLAW-1';
const pictures = fileURLToPath(new URL('out/', import.meta.url));

for (const base of bases) {
  describe(`the box of the site at ${base}`, () => {
    let site, browser;
    before(async () => {
      site = await openSite(base);
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    /** Opens a path in a page whose faults fail the test; no address that it asks for may hold `secret`. */
    async function visit(t, path, { secret, expected, ...options } = {}) {
      const page = await open(t, browser, site.origin, options, expected);
      if (secret) {
        const told = [];
        page.on('request', (request) => {
          if (decodeURIComponent(request.url().split('#')[0]).includes(secret)) told.push(request.url());
        });
        t.after(() => none(told));
      }
      await page.goto(site.url + path);
      return page;
    }

    test('finds an incident by words and shows where they stand', async (t) => {
      const page = await visit(t, 'en/search/', { secret: 'cron pairing' });
      await search(page, 'cron pairing');
      const first = page.locator('.pages .result').first();
      assert.equal(await first.locator('.id').innerText(), incident);
      assert.match(await first.locator('mark').first().innerText(), /cron|pair/i);
      await first.locator('.title').click();
      await page.waitForURL(new RegExp(`${base}en/openclaw/cron-pairing-required/(#|$)`));
    });

    test('names the known errors of a log, marks the line and fills in what varies', async (t) => {
      const page = await visit(t, 'zh/search/', { secret: '9f1c' });
      await search(page, log);
      const first = page.locator('.known .result').first();
      assert.equal(await first.locator('.id').innerText(), incident);
      assert.equal(await first.locator('.line mark').innerText(), 'scope upgrade pending approval (requestId: 9f1c-22)');
      assert.deepEqual(await first.locator('.held > *').allInnerTexts(), ['request_id', '9f1c-22']);
      assert.match(await first.locator('.title').getAttribute('href'), /\/zh\//);
      assert.equal(await page.locator('.pages .id', { hasText: /^OPENCLAW-1$/ }).count(), 0);
    });

    test('keeps the address in step, and goes back and forward', async (t) => {
      const page = await visit(t, 'en/search/#q=device+token&severity=high');
      await settled(page);
      assert.equal(await page.locator('.box .entry textarea').inputValue(), 'device token');
      assert.equal(await page.locator('[name=severity]').inputValue(), 'high');
      await page.locator('.box .entry textarea').fill('pairing required');
      await page.keyboard.press('Tab');
      await page.waitForURL('**/#q=pairing+required&severity=high');
      await page.goBack();
      await page.waitForFunction(() => document.querySelector('.box .entry textarea').value === 'device token');
      await page.goForward();
      await page.waitForFunction(() => document.querySelector('.box .entry textarea').value === 'pairing required');
      await page.reload();
      await settled(page);
      assert.equal(await page.locator('.box .entry textarea').inputValue(), 'pairing required');
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.waitForFunction(() => location.hash === '');
    });

    test('opens on every page by a key, and leads to a result by keys alone', async (t) => {
      const page = await visit(t, 'en/docker/hosts-set-twice/');
      await page.keyboard.press('/');
      await page.locator('dialog.search[open] .entry textarea').waitFor();
      await page.keyboard.type('pairing required cron');
      await settled(page);
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement.className), 'title');
      await page.keyboard.press('ArrowUp');
      assert.equal(await page.evaluate(() => document.activeElement.tagName), 'TEXTAREA');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL(new RegExp('/en/openclaw/'));
    });

    test('closes by a button, for there is no key on a telephone', async (t) => {
      const page = await visit(t, 'zh/docker/hosts-set-twice/', { viewport: screens[0] });
      await page.locator('.find').click();
      await page.locator('dialog.search[open]').getByRole('button', { name: '关闭' }).click();
      await page.locator('dialog.search').waitFor({ state: 'hidden' });
    });

    test('opens on the home page and begins there', async (t) => {
      const page = await visit(t, 'zh/');
      await search(page, '定时任务 配对');
      assert.equal(await page.locator('.result .id').first().innerText(), incident);
    });

    test('keeps to a severity, a group and a tag', async (t) => {
      const page = await visit(t, 'en/search/');
      await search(page, 'gateway configuration');
      const ids = () => page.locator('.result .id').allInnerTexts();
      const all = await ids();
      await page.locator('[name=group]').selectOption({ label: 'Docker' });
      await page.waitForFunction((count) => document.querySelectorAll('.result').length < count, all.length);
      await settled(page);
      assert.ok((await ids()).every((id) => id.startsWith('DOCKER-')));
      await page.locator('[name=group]').selectOption('');
      await page.locator('[name=tag]').selectOption({ label: 'cron' });
      await page.waitForURL(/tag=/);
      await settled(page);
      assert.ok((await ids()).length > 0 && (await ids()).length < all.length);
    });

    test('names a known error whatever the filters, and says when they leave nothing', async (t) => {
      const page = await visit(t, 'en/search/#q=cron+pairing&group=docker&severity=low');
      await settled(page);
      assert.ok(await page.getByText('Nothing found', { exact: true }).first().isVisible());
      await page.getByRole('button', { name: 'Search without filters' }).click();
      await page.locator('.pages .id', { hasText: incident }).waitFor();
      assert.equal(await page.locator('[name=group]').inputValue(), '');
      await page.locator('[name=group]').selectOption({ label: 'Docker' });
      await page.waitForURL(/group=docker/);
      await search(page, log);
      assert.equal(await page.locator('.known .id').first().innerText(), incident);
      assert.ok(await page.locator('.nothing').isHidden());
      // The filter is the same one on the page in the other language.
      await page.goto(`${site.url}zh/search/${await page.evaluate(() => location.hash)}`);
      await settled(page);
      assert.match(await page.locator('[name=group]').inputValue(), /\/zh\/docker\/$/);
    });

    test('keeps a long log for who comes back to it', async (t) => {
      const page = await visit(t, 'en/search/'), long = 'nothing to see here\n'.repeat(150) + log;
      await search(page, long);
      assert.equal(await page.locator('.known .id').first().innerText(), incident);
      assert.ok(!page.url().includes('q='));
      await page.locator('.known .title').first().click();
      await page.waitForURL(/cron-pairing-required/);
      await page.goBack();
      await settled(page);
      assert.equal(await page.locator('.known .id').first().innerText(), incident);
      assert.equal(await page.locator('.box .entry textarea').inputValue(), long);
      await page.reload();
      await settled(page);
      assert.equal(await page.locator('.known .id').first().innerText(), incident);
    });

    test('takes a search along to another language, and leaves it alone at a place of the page', async (t) => {
      const page = await visit(t, 'en/search/#q=telegram'), field = page.locator('.box .entry textarea');
      const long = 'nothing to see here\n'.repeat(150) + log;
      for (const [text, language] of [['nginx map', 'zh'], [long, 'en']]) {
        await search(page, text);
        await page.locator(`.languages a[data-language=${language}]`).click();
        await page.waitForURL(`**/${language}/search/**`);
        await settled(page);
        assert.equal(await field.inputValue(), text);
      }
      assert.equal(await page.locator('.known .id').first().innerText(), incident);
      await page.evaluate(() => { location.hash = '#content'; });
      await page.waitForURL('**/#content');
      assert.equal(await field.inputValue(), long);
    });

    test('takes the text of a clipboard that has a picture as well, and no picture', async (t) => {
      const page = await visit(t, 'en/search/');
      await search(page, 'cron');
      await page.getByRole('button', { name: 'Clear' }).click();
      const copied = (text) => page.locator('.box .entry textarea').evaluate((field, text) => {
        const data = new DataTransfer();
        if (text) data.setData('text/plain', text);
        data.items.add(new File(['\x89PNG'], 'image.png', { type: 'image/png' }));
        const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
        return field.dispatchEvent(event);
      }, text);
      assert.ok(await copied('a few words'), 'the browser pastes it');
      assert.ok(!(await copied('')));
      assert.ok(await page.getByText('A picture has no text to search').isVisible());
      assert.equal(await page.locator('.box .entry textarea').inputValue(), '');
      await copied(`${'x '.repeat(15_000)}\n${log}`);
      await page.locator('.known .id', { hasText: incident }).waitFor();
    });

    test('makes way for a result on the page itself', async (t) => {
      const page = await visit(t, 'en/openclaw/cron-pairing-required/');
      await page.keyboard.press('/');
      await page.locator('dialog.search[open] .entry textarea').waitFor();
      await page.keyboard.type('cron pairing');
      await settled(page);
      await page.locator('.result .title').first().click();
      await page.locator('dialog.search').waitFor({ state: 'hidden' });
    });

    test('says so when its script does not come', async (t) => {
      const page = await visit(t, 'en/about/', { expected: ['404'] });
      await page.route(/\/box\..*\.js$/, (route) => route.fulfill({ status: 404 }));
      await page.goto(`${site.url}en/search/#q=cron`);
      await page.locator('.trouble .broken').waitFor();
      await page.unroute(/\/box\..*\.js$/);
      await page.locator('.trouble button').click();
      await page.locator('.pages .result').first().waitFor();
    });

    test('answers a log that nobody knows with the nearest pages and a masked report', async (t) => {
      const page = await visit(t, 'en/search/', { secret: 'bob@' });
      await search(page, '06:15:07 error: frobnicator at 10.2.3.4:8080 failed for bob@example.com token=abcdef123456, gateway closed it');
      assert.ok(await page.getByText('No known error in this text').isVisible());
      assert.ok((await page.locator('.pages .result').count()) > 0);
      await page.locator('.nothing summary').click();
      await page.waitForFunction(() => /body=/.test(document.querySelector('.nothing a').href));
      const report = await page.locator('.nothing a').getAttribute('href');
      assert.match(decodeURIComponent(report), /frobnicator at <address> failed for <email> token=<secret>/);
      assert.doesNotMatch(decodeURIComponent(report), /bob|10\.2|abcdef/);
    });

    test('shows any bytes as text', async (t) => {
      const page = await visit(t, 'en/search/');
      const hostile = '<img src=x onerror=alert(1)> \u0000\u001b[31m\u202e gateway closed (1008): pairing required </pre>\ud800 <script>1</script>';
      await page.locator('.box .entry textarea').evaluate((field, text) => {
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }, hostile);
      await page.locator('.box .entry textarea').focus();
      await page.locator('.known .result').first().waitFor();
      assert.equal(await page.locator('.known .line mark').innerText(), 'gateway closed (1008): pairing required');
      assert.match(await page.locator('.known .line').innerText(), /<img src=x onerror=alert\(1\)> ␀␛\[31m/);
      assert.equal(await page.locator('.box img, .box script').count(), 0);
    });

    test('takes a log of many megabytes, and a line of them, without a standstill', async (t) => {
      const page = await visit(t, 'en/search/');
      await page.locator('.box .entry textarea').click();
      for (const filler of ['10:00:00 nothing to see here, request served\n', 'x'.repeat(44)]) {
        await paste(page, filler, 10 << 20, '\ngateway closed (1008): pairing required\n');
        await page.locator('.known .result').first().waitFor();
        assert.equal(await page.locator('.known .line mark').innerText(), 'gateway closed (1008): pairing required');
        assert.ok((await page.locator('.box .entry textarea').inputValue()).length < 2000);
        await page.getByRole('button', { name: 'Clear' }).click();
        await page.locator('.known').waitFor({ state: 'hidden' });
      }
    });

    test('says so when the index cannot be read, and searches the catalog', async (t) => {
      for (const [name, spoil] of Object.entries(spoilers)) {
        const page = await visit(t, 'en/about/', { expected: ['404', 'Failed to load resource'] });
        await spoil(page);
        await page.goto(`${site.url}en/search/`);
        await search(page, log);
        assert.ok(await page.locator('.trouble').isVisible(), name);
        assert.equal(await page.locator('.known .id').first().innerText(), incident, name);
        await search(page, 'cron pairing');
        assert.equal(await page.locator('.result .id').first().innerText(), incident, name);
      }
    });

    test('says so when its worker does not come', async (t) => {
      const page = await visit(t, 'en/about/', { expected: ['404'] });
      await page.route(/\/worker\..*\.js$/, (route) => route.fulfill({ status: 404 }));
      await page.goto(`${site.url}en/search/`);
      for (const text of ['cron pairing', 'gateway']) {
        await search(page, text);
        assert.equal(await page.locator('.trouble').getAttribute('data-kind'), 'broken', text);
        assert.ok(await page.locator('.nothing').isHidden(), text);
      }
      await page.unroute(/\/worker\..*\.js$/);
      await page.locator('.trouble button').click();
      await page.locator('.pages .result').first().waitFor();
      assert.ok(await page.locator('.trouble').isHidden());
    });

    test('finds with an old manifest what a new index has', async (t) => {
      const page = await visit(t, 'en/about/', { expected: ['404', 'Failed to load resource'] });
      // The first manifest names shards that are no longer there, as one from a cache would.
      let old = true;
      await page.route('**/manifest.bin', async (route) => {
        if (!old) return route.continue();
        old = false;
        const response = await route.fetch();
        const manifest = JSON.parse(await page.evaluate(gunzip, (await response.body()).toString('base64')));
        manifest.terms.files = manifest.terms.files.replace(/./g, 'a');
        await route.fulfill({ body: JSON.stringify(manifest) });
      });
      await page.goto(`${site.url}en/search/`);
      await search(page, 'cron pairing');
      assert.equal(await page.locator('.result .id').first().innerText(), incident);
      assert.ok(await page.locator('.trouble').isHidden());
    });
  });
}

describe('the index', () => {
  let site, browser;
  before(async () => {
    site = await openSite('/');
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  test('may lack any one of its files', async (t) => {
    /** Searches without a file; gives the ids of what is found, whether something is said to be amiss, and what was asked for. */
    const without = async (missing) => {
      const page = await open(t, browser, site.origin, { serviceWorkers: 'block' }, ['404']), files = new Set();
      await page.route('**/*.bin', (route) => {
        const name = new URL(route.request().url()).pathname.split('/').at(-1);
        files.add(name);
        return name === missing ? route.fulfill({ status: 404 }) : route.continue();
      });
      await page.goto(`${site.url}en/search/`);
      await search(page, 'cron pairing required');
      const ids = await page.locator('.result .id').allInnerTexts(), trouble = await page.locator('.trouble').isVisible();
      await page.context().close();
      return { ids, trouble, files };
    };
    const whole = await without(null);
    assert.ok(whole.files.size > 3 && !whole.trouble);
    for (const name of whole.files) {
      const { ids, trouble } = await without(name);
      assert.ok(trouble, name);
      assert.ok(ids.includes(incident), name);
    }
  });
});

describe('a group within a group, and a tag of several words', () => {
  let folder, site, browser;
  before(async () => {
    folder = await temporaryFolder();
    await cp(join(repository, 'tests/sites/small/site'), folder, { recursive: true });
    const inner = join(folder, 'content/example/inner');
    for (const [path, text] of Object.entries({
      '_index.en.md': '---\ntitle: Inner\n---\n',
      'deep/index.en.md': '---\ntitle: Deep\n---\n\nThe example service starts late.\n',
    })) {
      await mkdir(join(inner, path, '..'), { recursive: true });
      await writeFile(join(inner, path), text);
    }
    site = await openSite('/books/', folder);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    await rm(folder, { recursive: true });
  });

  for (const language of languages) {
    test(`keep a search to what is in them, in ${language}`, async (t) => {
      const page = await open(t, browser, site.origin);
      const titles = async (fragment) => {
        await page.goto('about:blank');
        await page.goto(`${site.url}${language}/search/#${fragment}`);
        await settled(page);
        return page.locator('.result .title').allInnerTexts();
      };
      const addresses = await page.goto(`${site.url}${language}/search/`).then(() => page.locator('[name=group] option').evaluateAll((options) => options.map(({ value }) => value)));
      const [, outer, inner] = addresses;
      assert.ok(addresses.length === 3 && inner.endsWith('/example/inner/'));
      assert.ok(outer.endsWith('/example/'));
      assert.ok((await titles('q=service&group=example')).length > 1);
      assert.ok((await titles('q=service&group=example')).includes('Deep'));
      assert.deepEqual(await titles('q=service&group=example/inner'), ['Deep']);
      // One page is tagged `config`, another `Config`.
      assert.equal((await titles('q=service&tag=config')).length, 3);
    });
  }
});

describe('the results', () => {
  let site, browser;
  before(async () => {
    site = await openSite('/');
    browser = await launch();
    await mkdir(pictures, { recursive: true });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  for (const language of languages) {
    for (const colorScheme of schemes) {
      test(`are readable by everybody in ${language}, ${colorScheme}`, async (t) => {
        const page = await open(t, browser, site.origin, { colorScheme, viewport: screens[0] });
        const faults = [];
        for (const [name, text] of [['words', 'cron pairing'], ['log', log], ['unknown', '10:00 error: nobody has seen this failure']]) {
          await page.goto(`${site.url}${language}/search/`);
          await search(page, text);
          faults.push(...(await axe(page)));
          if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) faults.push(`${name} is too wide`);
          for (const screen of screens) {
            await page.setViewportSize(screen);
            await page.screenshot({ path: `${pictures}search-${name}-${language}-${colorScheme}-${screen.width}.png` });
          }
          await page.setViewportSize(screens[0]);
        }
        none(faults);
      });
    }
  }
});

/** Types a text and waits for all of its results. */
async function search(page, text) {
  await page.locator('.box .entry textarea').fill(text);
  await settled(page);
}

/** Waits until the status tells what was found for the text that stands in the field. */
async function settled(page) {
  await page.waitForFunction(() => {
    const box = document.querySelector('dialog.search .box, main .box');
    return box?.dataset.done && box.dataset.done === box.querySelector('.entry textarea').value.slice(0, 100);
  });
}

/** Pastes a text that is too long to be sent to the page. */
async function paste(page, filler, length, end) {
  await page.locator('.box .entry textarea').evaluate((field, { filler, length, end }) => {
    const data = new DataTransfer();
    data.setData('text/plain', filler.repeat(Math.ceil(length / filler.length)) + end);
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, { filler, length, end });
}

/** Ways in which an index cannot be read. */
const spoilers = {
  'no shard is there': (page) => page.route(/\/[a-z2-7]{6}\.bin$/, (route) => route.fulfill({ status: 404 })),
  'shards are cut off': (page) => page.route(/\/[a-z2-7]{6}\.bin$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.body()).subarray(0, 40) });
  }),
  'no manifest is there': (page) => page.route('**/manifest.bin', (route) => route.fulfill({ status: 404 })),
  'the browser cannot unpack': (page) => page.route(/\/worker\..*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `delete globalThis.DecompressionStream;\n${await response.text()}` });
  }),
};

async function gunzip(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}
