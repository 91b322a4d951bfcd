// What a reader on call sees on a phone before scrolling, on every incident in every language.

import { after, before, describe, test } from 'node:test';
import { launch, open } from './support/browser.js';
import { none } from './support/faults.js';
import { files, languages, openSite } from './support/site.js';

const phone = { width: 360, height: 640 };

describe('the first screen of every incident', () => {
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
    test(`says what it is, how to tell, what to do and what is proven, in ${language}`, async (t) => {
      const page = await open(t, browser, site.origin, { viewport: phone, locale: language });
      const paths = (await files(site.folder, 'index.html')).filter((path) => path.startsWith(`${language}/`));
      const faults = [];
      let seen = 0;
      for (const path of paths) {
        await page.goto(site.url + path.replace(/index\.html$/, ''));
        const found = await page.evaluate(look, phone.height);
        if (found) seen += 1;
        faults.push(...(found ?? []).map((fault) => `${path}: ${fault}`));
      }
      if (seen === 0) faults.push('there is no incident');
      none(faults);
    });
  }
});

/** What is missing from the first screen of an active incident; nothing of a page that is none. */
function look(height) {
  const incident = document.querySelector('.columns[data-incident]');
  if (!incident || incident.querySelector('.mark .status')) return null;
  const faults = [];
  const within = (selector, what, first = selector) => {
    const element = incident.querySelector(first);
    if (!element) return faults.push(`no ${what}`);
    const { bottom } = element.getBoundingClientRect();
    return bottom > height && faults.push(`${what} ends at ${Math.round(bottom)} of ${height}`);
  };
  within('.mark .id', 'id');
  within('.mark .severity', 'severity');
  if (incident.querySelector('.signatures')) within('.signatures code', 'error text');
  within('.applies', 'versions');
  const [confirm, fix] = incident.querySelectorAll('.act');
  for (const [act, what] of [[confirm, 'confirm'], [fix, 'fix']]) {
    const action = act?.querySelector('.copy, .words');
    if (!action) faults.push(`no command for ${what}`);
    else if (action.getBoundingClientRect().bottom > height) faults.push(`${what} is not on the first screen`);
  }
  within('.proof > summary, .unchecked', 'proof');
  // Words before the first command, in whatever script.
  const range = new Range();
  range.setStart(document.querySelector('main'), 0);
  range.setEndBefore(incident.querySelector('.act pre, .act .words'));
  const copy = document.createElement('div');
  copy.append(range.cloneContents());
  copy.querySelectorAll('.unseen, .trail, details li').forEach((part) => part.remove());
  const segments = new Intl.Segmenter(document.documentElement.lang, { granularity: 'word' }).segment(copy.textContent);
  const words = [...segments].filter(({ isWordLike }) => isWordLike).length;
  if (words > 60) faults.push(`${words} words before the first command`);
  return faults;
}
