// A reader runs a check on files of their own: what the page says, and what it keeps to itself.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { axe, launch, open } from './support/browser.js';
import { repository } from './support/faultbook.js';
import { none } from './support/faults.js';
import { files as filesBelow, languages, openSite, schemes, screens } from './support/site.js';

const incidents = {
  jobs: 'openclaw/cron-main-job-wrong-payload',
  mode: 'openclaw/gateway-mode-unset',
  scopes: 'openclaw/cron-pairing-required',
  unit: 'systemd/oneshot-restart-always',
};
const jobs = '~/.openclaw/cron/jobs.json';
const pictures = fileURLToPath(new URL('out/', import.meta.url));

const fixture = (incident, name) => join(repository, 'content', incident, 'fixtures', name);

/** Where a fixture keeps a file of a reader's machine. */
function kept(folder, path) {
  return join(folder, path.startsWith('~/') ? `home/${path.slice(2)}` : `root${path}`);
}

/** A panel of a check: what is in it, by what a reader looks for. */
class Panel {
  constructor(page, check = 0) {
    this.page = page;
    this.root = page.locator('.runner').nth(check);
    this.opener = this.root.locator('> button');
    this.verdict = this.root.locator('.verdict:visible:not(.running)');
    this.findings = this.root.locator('.findings > li');
    this.changes = this.root.locator('.healed-file');
  }

  async open() {
    await this.opener.click();
    await this.root.locator('textarea').first().waitFor();
  }

  field(path) {
    return this.root.locator(`[data-path="${path}"]`);
  }

  async pick(path, text, name = 'picked') {
    await this.field(path).locator('input').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  }

  /** Picks the files that a fixture has, from nothing. */
  async pickAll(folder) {
    if (await this.root.locator('.verdict:visible').count()) await this.root.locator('.clear').click();
    for (const field of await this.root.locator('[data-path]').all()) {
      const file = kept(folder, await field.getAttribute('data-path'));
      if (existsSync(file)) await field.locator('input').setInputFiles(file);
    }
  }

  async says(kind) {
    await this.root.locator(`.verdict.${kind}:visible`).waitFor();
  }

  /** Waits until each finding has its lines or is said to have none. */
  async placed() {
    await this.page.waitForFunction(
      (list) => !Array.from(list.querySelectorAll('.place')).some((place) => place.textContent === list.dataset.seeking),
      await this.root.locator('.findings').elementHandle(),
    );
  }
}

describe('a check on a reader’s own files', () => {
  let site, browser, broken;
  before(async () => {
    await mkdir(pictures, { recursive: true });
    site = await openSite('/team/runbooks/');
    browser = await launch();
    broken = await readFile(kept(fixture(incidents.jobs, 'broken'), jobs), 'utf8');
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  async function visit(t, incident, options = {}, language = 'en') {
    const page = await open(t, browser, site.origin, { locale: language, ...options });
    page.setDefaultTimeout(10_000);
    await page.goto(`${site.url}${language}/${incident}/`);
    return { page, panel: new Panel(page) };
  }

  for (const language of languages) {
    test(`says of every fixture in ${language} what the build says`, async (t) => {
      const faults = [];
      const pages = (await filesBelow(join(repository, 'content'), 'index.en.md')).filter((path) => !path.startsWith('_'));
      for (const path of pages) {
        const incident = path.replace('/index.en.md', '');
        if (!existsSync(join(repository, 'content', incident, 'fixtures'))) continue;
        const { page } = await visit(t, incident, {}, language);
        const checks = await page.locator('.runner').count();
        for (const name of await readdir(join(repository, 'content', incident, 'fixtures'))) {
          const verdicts = [];
          for (let check = 0; check < checks; check += 1) {
            const panel = new Panel(page, check);
            if ((await panel.opener.getAttribute('aria-expanded')) === 'false') await panel.open();
            await panel.pickAll(fixture(incident, name));
            await panel.verdict.waitFor();
            verdicts.push((await panel.verdict.getAttribute('class')).split(' ').pop());
            for (const text of await panel.findings.locator('.words').allInnerTexts()) {
              if (/[{}]/.test(text) || (language === 'zh' && !/\p{Script=Han}/u.test(text))) faults.push(`${path} ${name}: ${text}`);
            }
          }
          const expected = name.startsWith('broken') ? 'present' : 'absent';
          const isRight = name.startsWith('broken') ? verdicts.includes(expected) : verdicts.every((verdict) => verdict === expected);
          if (checks && !isRight) faults.push(`${path} ${name} in ${language}: ${verdicts}`);
        }
        await page.close();
      }
      none(faults);
    });
  }

  test('is loaded when it is first asked for, and then asks nothing of any host and keeps nothing', async (t) => {
    const page = await open(t, browser, site.origin, { acceptDownloads: true });
    const requests = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname.split('/').pop()));
    page.on('worker', (worker) => requests.push(`worker ${worker.url().split('/').pop()}`));
    await page.goto(`${site.url}en/${incidents.jobs}/`, { waitUntil: 'networkidle' });
    assert.deepEqual(requests.filter((name) => /run|engine/.test(name)), []);

    const panel = new Panel(page);
    await panel.open();
    for (const name of ['run.', 'run-worker.', 'engine.']) assert.ok(requests.some((request) => request.startsWith(name)), name);
    const after = requests.length;

    const secret = 'correct-horse-battery';
    const text = broken.replace('{', `{ "comment": "${secret}",`);
    // Nothing answers any more, and nothing needs to.
    await page.context().setOffline(true);
    await panel.pick(jobs, text);
    await panel.says('present');
    await panel.placed();
    await panel.changes.first().waitFor();
    const download = page.waitForEvent('download');
    await panel.changes.getByRole('link').click();
    await download;
    await panel.changes.locator('.use').click();
    await panel.says('absent');
    await panel.root.locator('.clear').click();
    assert.deepEqual(requests.slice(after).filter((name) => !/^[0-9a-f-]{36}$/.test(name)), []);

    assert.ok(!page.url().includes(secret));
    const stored = await page.evaluate(async () => {
      const databases = await indexedDB.databases();
      return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, document.cookie, history.state]);
    });
    assert.ok(!stored.includes(secret), stored);
    await page.context().setOffline(false);
    await page.reload();
    assert.ok(!(await page.content()).includes(secret));
  });

  test('shows the line of each finding, and leads to it', async (t) => {
    const { panel } = await visit(t, incidents.unit);
    await panel.open();
    const path = '/etc/systemd/system/nightly-backup.service';
    await panel.pick(path, '[Unit]\nDescription=x\n\n[Service]\nType=oneshot\nExecStart=/bin/true\nRestart=always\n');
    await panel.says('present');
    const lines = panel.findings.locator('.line');
    await lines.first().waitFor();
    assert.deepEqual(await lines.allInnerTexts(), ['nightly-backup.service, line 5', 'nightly-backup.service, line 7']);
    await lines.last().click();
    const marked = panel.field(path).locator('textarea');
    assert.equal(await marked.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd)), 'Restart=always');
  });

  test('shows the part that lacks something, where no line has it', async (t) => {
    const { panel } = await visit(t, incidents.mode);
    await panel.open();
    await panel.pick('~/.openclaw/openclaw.json', '{\n  agents: {},\n  gateway: {\n    port: 18789,\n  },\n}\n');
    await panel.says('present');
    const line = panel.findings.locator('.line');
    await line.waitFor();
    assert.equal(await line.innerText(), 'Something is missing below openclaw.json, line 3');
  });

  for (const language of languages) {
    test(`says what is wrong with a file in words of ${language}`, async (t) => {
      const { panel } = await visit(t, incidents.jobs, {}, language);
      await panel.open();
      for (const text of ['', '{\n "jobs": [,]\n}', '{"jobs": [1]}', `{"a": "${'x'.repeat(1 << 20)}"}`]) {
        await (text ? panel.pick(jobs, text) : panel.root.locator('.go').click());
        await panel.says('unknown');
        // What a program or a parser says is shown too, marked as English.
        const words = await panel.verdict.evaluate((verdict) => {
          const copy = verdict.cloneNode(true);
          copy.querySelectorAll('[lang]').forEach((part) => part.remove());
          return copy.textContent;
        });
        assert.equal(/\p{Script=Han}/u.test(words), language === 'zh', words);
      }
    });
  }

  test('heals the text that the reader gave, and nothing else in it', async (t) => {
    const { page, panel } = await visit(t, incidents.jobs, { acceptDownloads: true });
    const text = '{"version": 1,\r\n  "jobs": [\r\n    {"name": "a", "sessionTarget": "main", "payload": {"kind": "agentTurn", "message": "m"}}]}\r\n';
    const healed = text.replace('"main"', '"isolated"');
    await panel.open();
    await panel.pick(jobs, text);
    await panel.says('present');
    await panel.changes.waitFor();
    const signs = (await panel.changes.locator('pre').innerText()).split('\n').filter((line) => /^[+-] /.test(line));
    assert.equal(signs.length, 2, signs.join('\n'));
    const download = page.waitForEvent('download');
    await panel.changes.getByRole('link').click();
    const file = await download;
    assert.equal(file.suggestedFilename(), 'jobs.json');
    assert.equal(await readFile(await file.path(), 'utf8'), healed);
    await panel.changes.locator('.use').click();
    await panel.says('absent');
    assert.equal(await panel.changes.count(), 0);
  });

  test('takes what is pasted, dropped or typed', async (t) => {
    const { page, panel } = await visit(t, incidents.scopes, { permissions: ['clipboard-read', 'clipboard-write'] });
    await panel.open();
    const files = await Promise.all(
      ['~/.openclaw/identity/device.json', '~/.openclaw/identity/device-auth.json', '~/.openclaw/devices/paired.json'].map(
        async (path) => ({ path, name: path.split('/').pop(), text: await readFile(kept(fixture(incidents.scopes, 'broken'), path), 'utf8') }),
      ),
    );
    const [device, ...others] = files;
    await page.evaluate((text) => navigator.clipboard.writeText(text), device.text);
    await panel.field(device.path).locator('textarea').focus();
    await page.keyboard.press('Control+V');
    // Files that are dropped together find their fields by their names.
    const dropped = await page.evaluateHandle((files) => {
      const data = new DataTransfer();
      for (const { name, text } of files) data.items.add(new File([text], name));
      return data;
    }, others);
    await panel.root.locator('.panel').dispatchEvent('drop', { dataTransfer: dropped });
    await panel.says('present');
    assert.ok((await panel.findings.count()) > 1);

    await panel.field(device.path).locator('textarea').fill('{"deviceId": "nobody"}');
    await panel.root.locator('.go').click();
    await panel.says('absent');
  });

  test('says why there is no verdict', async (t) => {
    const { panel } = await visit(t, incidents.jobs);
    const said = async (words) => {
      await panel.says('unknown');
      for (const word of words) assert.ok((await panel.verdict.innerText()).includes(word), await panel.verdict.innerText());
    };
    await panel.open();
    await panel.root.locator('.go').click();
    await said([jobs, 'needed']);
    await panel.field(jobs).locator('textarea').fill('  \n');
    await panel.root.locator('.go').click();
    await said([jobs, 'needed']);
    await panel.pick(jobs, 'null');
    await said(['does not look like', jobs]);
    await panel.pick(jobs, '{\n  "jobs": [,]\n}');
    await said(['is not valid JSON', 'Line 2, column 12', 'before `,`']);
    await panel.pick(jobs, '{"jobs": [1]}');
    await said(['not built as the check expects', 'Cannot index number with']);
    await panel.pick(jobs, `{"a": "${'x'.repeat(1 << 20)}"}`);
    await said(['bytes, where at most 1048576 are read']);
  });

  test('is stopped when it takes too much, by itself or from outside', async (t) => {
    const { page, panel } = await visit(t, incidents.jobs);
    await panel.root.evaluate((root) => {
      const run = JSON.parse(root.dataset.run);
      root.dataset.run = JSON.stringify({ ...run, check: { ...run.check, code: '[range(1e9)]' } });
    });
    await panel.open();
    await panel.pick(jobs, '{}');
    await panel.says('unknown');
    assert.match(await panel.verdict.innerText(), /stopped/);
    await page.close();

    const other = await open(t, browser, site.origin);
    await other.route('**/run-worker.*', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: 'postMessage("ready"); onmessage = () => { for (;;); };' }),
    );
    await other.goto(`${site.url}en/${incidents.jobs}/`);
    const stuck = new Panel(other);
    await stuck.open();
    const worker = other.workers()[0];
    const ended = new Promise((resolve) => worker.once('close', resolve));
    await stuck.pick(jobs, '{}');
    await stuck.says('unknown');
    assert.match(await stuck.verdict.innerText(), /stopped/);
    await ended;
  });

  test('says so when it cannot be loaded, and can be asked again', async (t) => {
    const page = await open(t, browser, site.origin, {}, ['ERR_INTERNET_DISCONNECTED', 'Failed to fetch', 'Failed to load']);
    await page.goto(`${site.url}en/${incidents.jobs}/`);
    const panel = new Panel(page);
    await page.route('**/engine.*', (route) => route.abort('internetdisconnected'));
    await panel.opener.click();
    await panel.root.getByRole('alert').filter({ hasText: 'could not be loaded' }).waitFor();
    await page.unroute('**/engine.*');
    await panel.open();
  });

  test('is worked by keys alone', async (t) => {
    const { page, panel } = await visit(t, incidents.jobs);
    await panel.opener.focus();
    await page.keyboard.press('Enter');
    const field = panel.field(jobs).locator('textarea');
    await field.waitFor();
    assert.ok(await field.evaluate((area) => area === document.activeElement));
    await page.keyboard.insertText(broken);
    for (const name of ['input', '.go']) {
      await page.keyboard.press('Tab');
      assert.ok(await panel.root.locator(name).first().evaluate((element) => element === document.activeElement), name);
    }
    await page.keyboard.press('Enter');
    await panel.says('present');
    await panel.changes.waitFor();
    await panel.changes.locator('.use').focus();
    await page.keyboard.press('Enter');
    await panel.says('absent');
    assert.ok(await panel.root.locator('.go').evaluate((element) => element === document.activeElement));
  });

  for (const language of languages) {
    for (const scheme of schemes) {
      test(`reads well in ${language}, ${scheme}`, async (t) => {
        for (const screen of screens) {
          const { page, panel } = await visit(t, incidents.jobs, { colorScheme: scheme, viewport: screen }, language);
          await panel.open();
          await panel.pick(jobs, broken);
          await panel.says('present');
          await panel.changes.first().waitFor();
          none(await axe(page));
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(wide <= screen.width, `${wide} pixels wide`);
          await panel.root.screenshot({ path: `${pictures}run-${language}-${scheme}-${screen.width}.png` });
          await panel.changes.first().locator('.use').click();
          await panel.says('absent');
          none(await axe(page));
          await page.close();
        }
      });
    }
  }
});
