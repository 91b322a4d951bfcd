// What a page does for a reader in the middle of a fix: blanks, warnings, ticks, hand-over, keys, lists.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, open } from './support/browser.js';
import { kinds, openSite } from './support/site.js';

const clipboard = { permissions: ['clipboard-read', 'clipboard-write'], serviceWorkers: 'block' };

describe('a reader in the middle of a fix', () => {
  let site, browser;
  before(async () => {
    site = await openSite('/', undefined, '--drafts');
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  async function visit(t, path) {
    const page = await open(t, browser, site.origin, { ...clipboard, locale: path.slice(0, 2) });
    await page.goto(site.url + path);
    return page;
  }
  const copied = (page) => page.evaluate(() => navigator.clipboard.readText());
  const forget = (page) => page.evaluate(() => navigator.clipboard.writeText(''));

  test('fills in a blank once, and gets no command with an empty one', async (t) => {
    const page = await visit(t, kinds('en').incident);
    const block = page.locator('.command', { has: page.locator('input[data-blank="requestId"]') }).first();
    const button = block.getByRole('button');
    await forget(page);
    await button.click();
    assert.equal(await copied(page), '');
    assert.match(await block.locator('.hint').innerText(), /requestId/);
    assert.ok(await block.locator('input').evaluate((input) => input === document.activeElement));
    await page.keyboard.type('r-42');
    await button.click();
    assert.equal(await copied(page), 'openclaw devices approve r-42');
    await block.locator('input').fill("a b'; rm -rf ~");
    await button.click();
    assert.equal(await copied(page), "openclaw devices approve 'a b'\\''; rm -rf ~'");
    // Kept over a reload and in the other language.
    await page.reload();
    await page.locator('.languages a[hreflang="zh"]').click();
    await page.waitForURL(/\/zh\//);
    assert.equal(await page.locator('input[data-blank="requestId"]').first().inputValue(), "a b'; rm -rf ~");
  });

  test('taps twice for a command that destroys', async (t) => {
    const page = await visit(t, 'styleguide/en/');
    const block = page.locator('.command.destructive').first();
    const button = block.getByRole('button');
    assert.match(await block.locator('.danger').innerText(), /Scope\s+~\/\.example\/jobs\.json\s+Undo/);
    await forget(page);
    await button.click();
    assert.equal(await copied(page), '');
    assert.equal(await button.innerText(), 'Tap again to copy');
    await button.click();
    assert.equal(await copied(page), 'example jobs clear --all');
  });

  test('ticks steps that stay, hands them over in either language and clears them', async (t) => {
    const page = await visit(t, kinds('en').incident);
    await page.getByRole('checkbox', { name: 'Done: step 1' }).check();
    await page.getByRole('checkbox', { name: 'Done: step 3' }).check();
    await page.reload();
    assert.ok(await page.getByRole('checkbox', { name: 'Done: step 3' }).isChecked());
    await page.getByRole('button', { name: 'Copy hand-off' }).click();
    const lines = (await copied(page)).split('\n');
    assert.match(lines[0], /^OPENCLAW-1 Cron fails/);
    assert.match(lines[1], /\/e\/OPENCLAW-1\/$/);
    assert.match(lines[2], /^commit [0-9a-f]+$/);
    assert.equal(lines[3], '2 of 7 steps done');
    assert.match(lines[4], /^\[x\] \d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d 1\. On the gateway host/);
    assert.match(lines[5], /^\[ \] 2\. Approve it without/);
    assert.equal(lines.length, 11);
    await page.locator('.languages a[hreflang="zh"]').click();
    await page.waitForURL(/\/zh\//);
    await page.getByRole('button', { name: '复制交接说明' }).click();
    assert.match(await copied(page), /已完成 2 步，共 7 步\n\[x\]/);
    await page.getByRole('button', { name: '清除' }).click();
    assert.equal(await page.locator('.tick:checked').count(), 0);
    await page.reload();
    assert.equal(await page.locator('.tick:checked').count(), 0);
  });

  test('copies, switches and asks by single keys, which typing never sets off', async (t) => {
    // A page whose first screen has two commands.
    const page = await visit(t, 'en/docker/hosts-set-twice/');
    await page.keyboard.press('c');
    await page.waitForFunction(() => document.activeElement.matches('.act .copy.done'));
    const first = await copied(page);
    assert.match(first, /jq/);
    await page.keyboard.press('c');
    await page.waitForFunction(() => document.querySelectorAll('.act .copy.done').length === 2);
    assert.notEqual(await copied(page), first);
    await page.goto(site.url + kinds('en').incident);
    await page.locator('input[data-blank]').first().focus();
    await page.keyboard.type('cl?/');
    assert.equal(await page.locator('input[data-blank]').first().inputValue(), 'cl?/');
    await page.locator('h1').click();
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keyboard' });
    await keys.waitFor();
    await keys.getByRole('checkbox').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('l');
    await page.getByRole('button', { name: 'Keyboard' }).click();
    assert.ok(page.url().includes('/en/'), 'keys that are off do nothing');
    await keys.getByRole('checkbox').check();
    await keys.getByRole('button', { name: 'Close' }).click();
    await page.keyboard.press('l');
    await page.waitForURL(/\/zh\//);
  });

  test('sorts and filters a list without a reload', async (t) => {
    const page = await visit(t, kinds('en').group);
    const titles = () => page.locator('.rows > li:visible .id').allInnerTexts();
    const all = await titles();
    assert.equal(all.length, 10);
    await page.getByLabel('Order').selectOption('id');
    assert.deepEqual((await titles()).slice(0, 2), ['OPENCLAW-1', 'OPENCLAW-2']);
    assert.equal((await titles())[9], 'OPENCLAW-10');
    await page.getByLabel('Filter', { exact: true }).fill('CRON model');
    assert.deepEqual(await titles(), ['OPENCLAW-8']);
    assert.equal(await page.locator('.sift output').innerText(), '1 of 10');
    await page.getByLabel('Filter', { exact: true }).fill('');
    await page.getByLabel('Severity').selectOption('medium');
    const some = await titles();
    assert.ok(some.length > 0 && some.length < 10);
    await page.getByLabel('Severity').selectOption('');
    await page.getByLabel('Order').selectOption('');
    assert.deepEqual(await titles(), all);
  });

  test('sees everything without scripts, and nothing that needs one', async (t) => {
    const page = await open(t, browser, site.origin, { javaScriptEnabled: false });
    await page.goto(site.url + kinds('en').group);
    assert.equal(await page.locator('.rows > li').count(), 10);
    assert.equal(await page.locator('.sift').isVisible(), false);
    await page.goto(site.url + kinds('en').incident);
    for (const needs of ['.copy', '.handoff', '.blanks', '.open-keys']) {
      assert.equal(await page.locator(needs).first().isVisible(), false, needs);
    }
  });

  test('is led by the browser or an earlier choice, before anything is painted', async (t) => {
    const page = await open(t, browser, site.origin, { locale: 'zh-CN', serviceWorkers: 'block' });
    await page.goto(site.url);
    await page.waitForURL(`${site.url}zh/`);
    await page.locator('.languages a').click();
    await page.waitForURL(`${site.url}en/`);
    for (const path of ['', 'e/OPENCLAW-1/']) {
      await page.goto(site.url + path);
      await page.waitForURL(/\/en\//);
    }
    const scripts = await (await page.request.get(site.url)).text();
    assert.ok(scripts.indexOf('choose.') < scripts.indexOf('<body'), 'the choice is made before the page is there');
  });
});
