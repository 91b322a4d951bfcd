// Keeps the last complete version of the site for when there is no network. Online, pages come from the network as ever.
// A version is kept as a whole or not at all, and while it is fetched the one before stays as it is.
"use strict";

const VERSION = "aa48bc2b58e2b0f9";
const root = self.registration.scope;
const own = `faultbook ${root} `;
const name = own + VERSION;

/// How long a page may take before the kept one is shown instead.
const PATIENCE = 4000;

/// What the site consists of now, past every cache.
async function listed() {
  const response = await fetch(`${root}offline.json`, { cache: "no-store" });
  const list = await response.json();
  if (list.version !== VERSION) throw new Error("another version is being published");
  return list.files;
}

async function install() {
  const files = await listed();
  const cache = await caches.open(name);
  try {
    // A few at a time, so that the page that the reader waits for is not held up.
    const queue = files.values();
    const fetcher = async () => {
      for (const file of queue) await cache.add(new Request(root + file, { cache: "no-cache" }));
    };
    await Promise.all([fetcher(), fetcher(), fetcher()]);
    // A host may answer with another status, or not at all, when it is asked for this page itself.
    const missing = await fetch(`${root}404.html`, { cache: "no-cache" }).catch(() => undefined);
    if (missing && !missing.redirected) await cache.put(`${root}404.html`, missing);
    // What was fetched is of one version only if that is still the one.
    await listed();
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
  await self.skipWaiting();
}

/// The version before stays: a page of it may still be open and ask for its assets.
async function activate() {
  const old = (await caches.keys()).filter((key) => key.startsWith(own) && key !== name);
  await Promise.all(old.slice(0, -1).map((key) => caches.delete(key)));
  await self.clients.claim();
}

async function kept(request) {
  const cache = await caches.open(name);
  return cache.match(request, { ignoreSearch: true });
}

/// Without a network, for a page that is not kept: the address with a last slash, as hosts do, else that it is missing.
async function instead(request) {
  if (request.mode !== "navigate") return undefined;
  const url = new URL(request.url);
  url.pathname += "/";
  if (await kept(url.href)) return Response.redirect(url.href);
  const cache = await caches.open(name);
  const page = await cache.match(`${root}404.html`);
  return page && new Response(page.body, { status: 404, headers: page.headers });
}

/// From the network; when that fails or takes too long, from what is kept.
async function fresh(request) {
  const network = fetch(request);
  network.catch(() => { /* told below, or no longer waited for */ });
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE); }).then(() => kept(request));
  try {
    return await Promise.race([network, late]) ?? await network;
  } catch (error) {
    const page = await kept(request) ?? await instead(request);
    if (page) return page;
    throw error;
  }
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(root)) return;
  // An asset has the digest of its bytes in its name, so that any version's is the right one; but not the search's list.
  const isAsset = request.url.startsWith(`${root}assets/`) && !request.url.endsWith("/manifest.bin");
  event.respondWith(isAsset ? caches.match(request).then((asset) => asset ?? fetch(request)) : fresh(request));
});
