// A real browser, and pages in it that remember everything they did wrong.

import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { none } from './faults.js';

/** Debian's Chromium, which asks nothing of the network by itself. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * A page of a new profile, closed when the test `t` ends. The test fails if the page wrote an error to its console,
 * broke its content security policy, or asked another host than `origin` for anything. `expected` are console
 * errors that the test brings about.
 */
export async function open(t, browser, origin, options = {}, expected = []) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.some((text) => message.text().includes(text))) {
      faults.push(`console: ${message.text()} (${page.url()})`);
    }
  });
  page.on('pageerror', (error) => faults.push(`script: ${error.message} (${page.url()})`));
  context.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:')) {
      faults.push(`request off the site: ${request.url()} (${page.url()})`);
    }
  });
  t.after(async () => {
    await context.close();
    none(faults);
  });
  return page;
}

/** What axe finds wrong with a page: a fault for each rule, with the first of its places. */
export async function axe(page) {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.map(({ id, help, nodes }) => {
    const [{ html, failureSummary }] = nodes;
    return `${page.url()}: ${id}: ${help} (${nodes.length} places), first at ${html}\n  ${failureSummary}`;
  });
}
