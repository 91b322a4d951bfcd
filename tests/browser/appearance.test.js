// Every kind of page as it is seen: by those who read it with other means than eyes, and on every screen.

import { mkdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { axe, launch, open } from './support/browser.js';
import { none } from './support/faults.js';
import { kinds, languages, openSite, schemes, screens } from './support/site.js';

const pictures = fileURLToPath(new URL('out/', import.meta.url));

describe('pages as they are seen', () => {
  let site, browser;
  before(async () => {
    await mkdir(pictures, { recursive: true });
    site = await openSite('/');
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  for (const language of languages) {
    // The page for what is missing has no address of its own, and its loading is an error in every console.
    const seen = { ...kinds(language), missing: `${language}/no-such-page/` };

    for (const scheme of schemes) {
      test(`axe finds nothing in ${language}, ${scheme}`, async (t) => {
        const page = await open(t, browser, site.origin, { colorScheme: scheme, locale: language }, ['404']);
        for (const path of Object.values(seen)) {
          await page.goto(site.url + path);
          none(await axe(page));
        }
      });

      test(`pictures are taken in ${language}, ${scheme}`, async (t) => {
        for (const screen of screens) {
          const options = { colorScheme: scheme, locale: language, viewport: screen };
          const page = await open(t, browser, site.origin, options, ['404']);
          for (const kind of ['home', 'group', 'incident', 'missing']) {
            await page.goto(site.url + seen[kind]);
            await page.screenshot({ path: `${pictures}${kind}-${language}-${scheme}-${screen.width}.png` });
          }
        }
      });
    }

    test(`nothing scrolls sideways on a narrow screen in ${language}`, async (t) => {
      const page = await open(t, browser, site.origin, { viewport: { width: 320, height: 640 } }, ['404']);
      const faults = [];
      for (const path of Object.values(seen)) {
        await page.goto(site.url + path);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > 320) faults.push(`${path} is ${width} pixels wide`);
      }
      none(faults);
    });
  }
});
