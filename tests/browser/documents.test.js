// Every file of the built site as a document: it is valid, and whatever it refers to is there.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { launch, open } from './support/browser.js';
import { addresses, documents } from './support/documents.js';
import { none } from './support/faults.js';
import { bases, files, openSite, published } from './support/site.js';

// The recommended rules, less those that are about taste.
const rules = {
  extends: ['html-validate:recommended'],
  rules: {
    // The title of an incident is the error that is searched for, however long that is.
    'long-title': 'off',
    // A list may have a name.
    'aria-label-misuse': ['error', { allowAnyNamable: true }],
    // What scrolls sideways is a region of its own, but no section of the text.
    'prefer-native-element': ['error', { exclude: ['region'] }],
  },
};

for (const base of bases) {
  describe(`the site at ${base}`, () => {
    let site, browser;
    before(async () => {
      site = await openSite(base);
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    test('every page is valid HTML', async () => {
      const validator = new HtmlValidate(new StaticConfigLoader(rules));
      const faults = [];
      for (const file of await files(site.folder, '.html')) {
        const report = await validator.validateFile(join(site.folder, file));
        const messages = report.results.flatMap((result) => result.messages);
        faults.push(
          ...messages.map(({ line, column, ruleId, message }) => `${file}:${line}:${column} ${ruleId}: ${message}`),
        );
      }
      none(faults);
    });

    test('the browser understands every declaration of every stylesheet', async (t) => {
      const page = await open(t, browser, site.origin);
      await page.goto(site.url + 'en/');
      const faults = [];
      for (const file of await files(site.folder, '.css')) {
        const text = await readFile(join(site.folder, file), 'utf8');
        faults.push(...(await page.evaluate(misunderstood, text)).map((fault) => `${file}: ${fault}`));
      }
      none(faults);
    });

    test('every link and every anchor of every page is there', async (t) => {
      const page = await open(t, browser, site.origin, {}, ['404']);
      // Links of the page that stands in for what is missing must work at any depth.
      const missing = `${site.url}no/such/page/`;
      await page.goto(missing);
      const paths = (await files(site.folder, '.html')).filter((file) => file !== '404.html');
      const pages = await documents(page, [missing, ...paths.map((path) => site.url + path.replace(/index\.html$/, ''))]);
      none(await unreachable(site, pages));
    });

    test('every address in the files that machines read is there', async () => {
      const names = [
        ...(await files(site.folder, '.xml')).filter((file) => file !== 'opensearch.xml'),
        ...(await files(site.folder, '.txt')),
      ];
      const readings = names.map(async (name) => {
        const text = await readFile(join(site.folder, name), 'utf8');
        return { url: site.url + name, anchors: [], references: addresses(text, published) };
      });
      none(await unreachable(site, await Promise.all(readings)));
    });
  });
}

/** The references that lead nowhere, or only by way of a redirect, each with the document that it stands in. */
async function unreachable(site, pages) {
  const anchors = new Map(pages.map(({ url, anchors }) => [url, new Set(anchors)]));
  // A document that was read is there, even one that stands in for what is missing.
  const statuses = new Map(pages.map(({ url }) => [url, 200]));
  const faults = [];
  for (const { url, references } of pages) {
    for (const reference of references) {
      const local = reference.startsWith(published) ? site.origin + reference.slice(published.length) : reference;
      const [address, anchor = ''] = local.split('#');
      if (!address.startsWith(`${site.origin}/`)) {
        if (!/^(https?|mailto):/.test(address)) faults.push(`${url}: ${reference} is no address for a link`);
        continue;
      }
      if (!statuses.has(address)) {
        statuses.set(address, (await fetch(address, { redirect: 'manual' })).status);
      }
      const isMissingPage = statuses.get(address) !== 200;
      const isMissingAnchor = anchor !== '' && anchors.has(address) && !anchors.get(address).has(decodeURIComponent(anchor));
      if (isMissingPage) faults.push(`${url}: ${reference} answers ${statuses.get(address)}`);
      if (isMissingAnchor) faults.push(`${url}: ${reference} has no such anchor`);
    }
  }
  return faults;
}

/** The declarations and rules of a stylesheet that this browser drops, less those that others are meant to read. */
function misunderstood(text) {
  const others = /^(hanging-punctuation|-webkit-|text-size-adjust)/;
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, '');
  const opened = (plain.match(/\{/g) ?? []).length;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  const count = (rules) => [...rules].reduce((sum, rule) => sum + 1 + (rule.cssRules ? count(rule.cssRules) : 0), 0);
  const kept = count(sheet.cssRules);
  const faults = kept === opened ? [] : [`${opened} rules are written, ${kept} are understood`];
  for (const [, body] of plain.matchAll(/\{([^{}]*)\}/g)) {
    for (const declaration of body.split(/;(?![^(]*\))/).map((part) => part.trim()).filter(Boolean)) {
      const at = declaration.indexOf(':');
      const [property, value] = [declaration.slice(0, at).trim(), declaration.slice(at + 1).replace('!important', '').trim()];
      if (!property.startsWith('--') && !others.test(property) && !CSS.supports(property, value)) faults.push(declaration);
    }
  }
  return faults;
}
