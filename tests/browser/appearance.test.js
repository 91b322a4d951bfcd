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
    site = await openSite('/', undefined, '--drafts');
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  for (const language of languages) {
    // The page for what is missing has no address of its own, and its loading is an error in every console.
    const seen = { ...kinds(language), styleguide: `styleguide/${language}/`, missing: `${language}/no-such-page/` };

    async function visit(t, options) {
      return open(t, browser, site.origin, { locale: language, serviceWorkers: 'block', ...options }, ['404']);
    }

    for (const scheme of schemes) {
      test(`axe finds nothing in ${language}, ${scheme}`, async (t) => {
        const page = await visit(t, { colorScheme: scheme });
        for (const path of Object.values(seen)) {
          await page.goto(site.url + path);
          // What is folded away is read too, once it is opened.
          await page.evaluate(() => document.querySelectorAll('details').forEach((details) => { details.open = true; }));
          none(await axe(page));
        }
      });

      test(`pictures are taken in ${language}, ${scheme}`, async (t) => {
        for (const screen of [...screens, { width: 1920, height: 1080 }]) {
          const page = await visit(t, { colorScheme: scheme, viewport: screen });
          for (const kind of ['home', 'group', 'incident', 'missing']) {
            await page.goto(site.url + seen[kind]);
            await page.screenshot({ path: `${pictures}${kind}-${language}-${scheme}-${screen.width}.png` });
          }
        }
      });
    }

    // 320 pixels are also what a window of 640 has at a zoom of 200 %, and 640 one of 1280.
    for (const width of [320, 640]) {
      test(`nothing scrolls sideways at a width of ${width} in ${language}`, async (t) => {
        const page = await visit(t, { viewport: { width, height: 640 } });
        const faults = [];
        for (const path of Object.values(seen)) {
          await page.goto(site.url + path);
          const found = await page.evaluate(() => document.documentElement.scrollWidth);
          if (found > width) faults.push(`${path} is ${found} pixels wide`);
        }
        none(faults);
      });
    }

    test(`whatever can be used is large enough and shows that it is in focus, in ${language}`, async (t) => {
      const page = await visit(t, { viewport: { width: 360, height: 640 } });
      const faults = [];
      for (const path of Object.values(seen)) {
        await page.goto(site.url + path);
        faults.push(...(await page.evaluate(targets)).map((fault) => `${path}: ${fault}`));
      }
      none(faults);
    });

    test(`the keyboard reaches everything in the order of the page, in ${language}`, async (t) => {
      const page = await visit(t, {});
      await page.goto(site.url + seen.incident);
      const expected = await page.evaluate(() => [...document.querySelectorAll('a[href], button, input, summary, pre[tabindex], section[tabindex]')]
        .filter((element) => element.checkVisibility() && !element.closest('dialog')).length);
      const faults = [];
      let reached = 0;
      for (let step = 0; step < expected + 2; step++) {
        await page.keyboard.press('Tab');
        const fault = await page.evaluate(focused);
        if (fault === null) break;
        reached += 1;
        if (fault) faults.push(fault);
      }
      if (reached < expected) faults.push(`${reached} of ${expected} reached`);
      none(faults);
    });

    test(`print has everything that is folded away, and whole addresses, in ${language}`, async (t) => {
      const page = await visit(t, { viewport: { width: 794, height: 1123 } });
      await page.goto(site.url + seen.incident);
      await page.emulateMedia({ media: 'print' });
      await page.screenshot({ path: `${pictures}print-${language}.png`, fullPage: true });
      none(await page.evaluate(printed));
    });
  }
});

/** What is too small to be hit with a finger: 24 pixels for anything but a link within a sentence, 44 to copy or run. */
function targets() {
  const faults = [];
  for (const element of document.querySelectorAll('a[href], button, input, select, summary')) {
    if (!element.checkVisibility() || element.disabled || element.matches('.skip')) continue;
    const { width, height } = element.getBoundingClientRect();
    const inSentence = element.matches('a') && element.closest('p, dd, .text li, td, h1, h2, h3, .danger, figcaption, summary');
    const least = element.matches('.copy, .run, .hand-off') ? 44 : 24;
    if (!inSentence && (height < least - 0.5 || width < least - 0.5)) {
      faults.push(`${element.outerHTML.slice(0, 120)} is ${Math.round(width)}x${Math.round(height)}`);
    }
  }
  return faults;
}

/** What is wrong with the element in focus: nothing to see of it, or covered. `null` when the focus has left the page. */
function focused() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const name = element.outerHTML.slice(0, 120);
  if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) return `${name} has no outline`;
  const [x, y] = [box.left + Math.min(box.width, 20) / 2, box.top + Math.min(box.height, 20) / 2];
  if (box.top < 0 || y > innerHeight) return `${name} is out of sight`;
  const on = document.elementFromPoint(x, y);
  const covered = !on || !(element.contains(on) || on.contains(element) || on.closest('label')?.contains(element));
  return covered ? `${name} is covered by ${on?.outerHTML.slice(0, 60)}` : '';
}

/** What a printed page hides, or shows without use. */
function printed() {
  const faults = [];
  for (const details of document.querySelectorAll('details')) {
    const content = details.querySelector('summary ~ *');
    if (content.getBoundingClientRect().height === 0) faults.push(`${details.className} is folded away`);
  }
  for (const pre of document.querySelectorAll('pre')) {
    if (pre.scrollHeight > pre.clientHeight + 1 || pre.scrollWidth > pre.clientWidth + 1) faults.push(`cut off: ${pre.textContent.slice(0, 60)}`);
  }
  for (const button of document.querySelectorAll('button')) {
    if (button.checkVisibility()) faults.push(`a button: ${button.textContent}`);
  }
  const link = document.querySelector('.text a[href^="/"]');
  if (link && !getComputedStyle(link, '::after').content.includes(link.getAttribute('href'))) faults.push('a link without its address');
  if (!/\/e\/OPENCLAW-1\/$/m.test(document.querySelector('.record').innerText.trim() + '\n' + document.querySelector('.about').innerText)) faults.push('no permanent link');
  return faults;
}
