// Removes what an earlier version of this script kept; nothing of the site is kept any more.
"use strict";

const own = `faultbook ${self.registration.scope} `;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const keys = await caches.keys();
  await Promise.all(keys.filter((key) => key.startsWith(own)).map((key) => caches.delete(key)));
  await self.registration.unregister();
})()));
