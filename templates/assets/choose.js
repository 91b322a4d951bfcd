// Takes a reader from an address without a language to their own, before anything of the page is painted. Without this
// script the page itself is there, with every language one tap away.
"use strict";

(() => {
  const links = Array.from(document.querySelectorAll("link[rel=alternate][hreflang]:not([hreflang=x-default])"));
  let remembered = null;
  try { remembered = localStorage.getItem("language"); } catch { /* a private window keeps nothing */ }
  const part = (tag) => tag.toLowerCase().split("-")[0];
  for (const tag of [remembered, ...navigator.languages].filter(Boolean)) {
    const link = links.find((link) => link.hreflang.toLowerCase() === tag.toLowerCase())
      ?? links.find((link) => part(link.hreflang) === part(tag));
    if (!link) continue;
    // The links name the host that the site is published on; the page may be read from another.
    const { pathname } = new URL(link.href);
    if (pathname !== location.pathname) location.replace(pathname + location.hash);
    return;
  }
  // Of none of these languages. The page itself leads to the default one, but would leave the section behind.
  const other = document.querySelector("link[rel=alternate][hreflang=x-default]");
  if (other && location.hash) {
    const { pathname } = new URL(other.href);
    if (pathname !== location.pathname) location.replace(pathname + location.hash);
  }
})();
