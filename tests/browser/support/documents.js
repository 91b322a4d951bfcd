// What the documents of a site refer to, read by the browser's own parser and resolved by its own rules.

/**
 * The documents at `urls`: their anchors and the addresses that they refer to. `page` must be on the site, because it
 * fetches them.
 */
export function documents(page, urls) {
  return page.evaluate(
    (urls) =>
      Promise.all(
        urls.map(async (url) => {
          const response = await fetch(url);
          const document = new DOMParser().parseFromString(await response.text(), 'text/html');
          const refresh = document.querySelector('meta[http-equiv="refresh" i]')?.content.match(/url=(.*)/i)?.[1];
          const references = [...document.querySelectorAll('[href], [src]')].map(
            (element) => element.getAttribute('href') ?? element.getAttribute('src'),
          );
          return {
            url,
            anchors: [...document.querySelectorAll('[id]')].map(({ id }) => id),
            references: [...new Set(refresh === undefined ? references : [...references, refresh])].map(
              (reference) => new URL(reference, url).href,
            ),
          };
        }),
      ),
    urls,
  );
}

/** The addresses that stand in a file that is not HTML, such as a sitemap, a feed or `llms.txt`. */
export function addresses(text, origin) {
  return [...text.matchAll(/https?:\/\/[^\s"<>()]+/g)].map(([url]) => url).filter((url) => url.startsWith(origin));
}
