// Every template as it was last looked at: `pictures/` has what somebody approved, and a page must still look like it.
// `FAULTBOOK_ACCEPT=1` replaces what differs; look at the new pictures before you commit them.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, open } from './support/browser.js';
import { none } from './support/faults.js';
import { repository } from './support/faultbook.js';
import { difference, picture } from './support/pictures.js';
import { languages, openSite, schemes, screens } from './support/site.js';

const approved = fileURLToPath(new URL('pictures/', import.meta.url));
const found = fileURLToPath(new URL('out/differs/', import.meta.url));

/** What may differ: a letter here and there, but no line, colour or gap. */
const tolerance = 0.004;

/** A page of every template, on a site that changes with the templates only. */
const templates = (language) => ({
  home: `${language}/`,
  group: `${language}/example/`,
  tags: `${language}/tags/`,
  tag: `${language}/tags/config/`,
  product: `${language}/products/`,
  incident: `${language}/example/port-is-text/`,
  untranslated: `${language}/example/only-english/`,
  page: `${language}/about/`,
  search: `${language}/search/`,
  permanent: 'e/EXAMPLE-1/',
  missing: 'no-such-page/',
});

describe('pages still look as they were approved', () => {
  let site, browser, canvas;
  before(async () => {
    await mkdir(approved, { recursive: true });
    await mkdir(found, { recursive: true });
    site = await openSite('/', join(repository, 'tests/sites/small/site'), '--drafts');
    browser = await launch();
    canvas = await browser.newPage();
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  /** The fault of a picture, or nothing. */
  async function compare(name, bytes) {
    const old = await readFile(join(approved, name)).catch(() => null);
    const far = old ? await difference(canvas, old, bytes) : 1;
    if (far <= tolerance) return [];
    if (process.env.FAULTBOOK_ACCEPT) {
      await writeFile(join(approved, name), bytes);
      return [];
    }
    await writeFile(join(found, name), bytes);
    return [`${name} ${old ? `differs in ${(far * 100).toFixed(1)} % of its cells` : 'was never approved'}: see out/differs/`];
  }

  for (const language of languages) {
    for (const scheme of schemes) {
      test(`in ${language}, ${scheme}`, async (t) => {
        const faults = [];
        for (const screen of screens) {
          const options = { colorScheme: scheme, locale: language, viewport: screen, serviceWorkers: 'block', bypassCSP: true };
          const page = await open(t, browser, site.origin, options, ['404']);
          for (const [kind, path] of Object.entries(templates(language))) {
            // A permanent link would lead on before it is seen.
            if (kind === 'permanent') await page.route('**/e/**', still);
            await page.goto(site.url + path);
            await page.evaluate(() => document.fonts.ready);
            faults.push(...(await compare(`${kind}-${language}-${scheme}-${screen.width}.webp`, await picture(page, canvas))));
          }
        }
        none(faults);
      });
    }

    // The guide shows both schemes by itself.
    test(`every component in ${language}`, async (t) => {
      const faults = [];
      for (const screen of screens) {
        const options = { locale: language, viewport: screen, serviceWorkers: 'block', bypassCSP: true };
        const page = await open(t, browser, site.origin, options);
        await page.goto(`${site.url}styleguide/${language}/`);
        const bytes = await picture(page, canvas, { fullPage: true });
        faults.push(...(await compare(`styleguide-${language}-${screen.width}.webp`, bytes)));
      }
      none(faults);
    });
  }
});

/** Answers with a page that leads nowhere by itself. */
async function still(route) {
  const response = await route.fetch();
  const body = (await response.text()).replace(/<meta http-equiv="refresh"[^>]*>|<script src="[^"]*choose[^"]*"><\/script>/g, '');
  await route.fulfill({ response, body });
}
