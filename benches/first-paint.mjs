// When a reader with a slow telephone first sees an incident: Chromium at a fourth of this machine's speed, on the network
// that its developer tools call slow 4G. Prints the median of some loads, with its ratio to the time that two round
// trips alone take (the page, then its stylesheet).
//
//   cargo build --release && node benches/first-paint.mjs

import { launch } from '../tests/browser/support/browser.js';
import { kinds, openSite } from '../tests/browser/support/site.js';

const loads = 7;
const slow4G = { offline: false, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: (750e3 / 8) * 0.9 };

const site = await openSite('/');
const browser = await launch();
try {
  // The tools multiply the 150 ms of a request's latency by 3.75; both are told.
  for (const latency of [150, 150 * 3.75]) {
    const times = [];
    for (let load = 0; load < loads; load++) {
      const context = await browser.newContext({ viewport: { width: 360, height: 640 }, serviceWorkers: 'block' });
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', { ...slow4G, latency });
      await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
      await page.goto(site.url + kinds('en').incident, { waitUntil: 'load' });
      await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length);
      times.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
      await context.close();
    }
    const median = times.sort((a, b) => a - b)[Math.floor(loads / 2)];
    console.log(`latency ${latency} ms: first paint after ${Math.round(median)} ms, ${(median / (2 * latency)).toFixed(2)} times two round trips`);
  }
} finally {
  await browser.close();
  await site.close();
}
