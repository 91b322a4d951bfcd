// The site under test: this repository, built and served, and what a reader can reach on it.

import { readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { faultbook, repository, temporaryFolder } from './faultbook.js';
import { serve } from './server.js';

export const languages = ['en', 'zh'];
export const schemes = ['light', 'dark'];
export const screens = [
  { width: 360, height: 640 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
];

/** Where the site says it is published; nobody asks this host for anything. */
export const published = 'https://runbooks.example';

/** The site can stand at the root of a host or below it. */
export const bases = ['/', '/team/runbooks/'];

/** One page of every kind in a language: a name and its path below the base. */
export function kinds(language) {
  return {
    home: `${language}/`,
    group: `${language}/openclaw/`,
    tags: `${language}/tags/`,
    tag: `${language}/tags/gateway/`,
    product: `${language}/products/openclaw/`,
    incident: `${language}/openclaw/cron-pairing-required/`,
    page: `${language}/about/`,
    search: `${language}/search/`,
  };
}

/** A site, by default this repository, built for a base path and served; `close` ends that and removes it. */
export async function openSite(base, site = repository, ...flags) {
  const temporary = await temporaryFolder();
  const folder = join(temporary, 'public');
  await faultbook('build', '--site', site, '--out', folder, '--base-url', published + base, ...flags);
  const server = await serve(folder, base);
  const close = async () => {
    await server.close();
    await rm(temporary, { recursive: true });
  };
  return { folder, base, origin: server.origin, url: server.url, close };
}

/** The files of a folder whose paths have this ending, as paths below it. */
export async function files(folder, ending) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => path.endsWith(ending))
    .sort();
}
