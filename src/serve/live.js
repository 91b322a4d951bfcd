// Keeps a page of the preview up to date: reloads it when the site is another one, shows findings over it, each with a
// link to its line, and below it what was proven.
"use strict";
{
  const version = new URL(document.currentScript.src).searchParams.get("version");
  const scrollKey = `faultbook scroll ${location.pathname}`;
  let events;

  const host = document.createElement("faultbook-findings");
  const shadow = host.attachShadow({ mode: "open" });
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/__faultbook/live.css" });
  const dialog = document.createElement("dialog");
  const bar = document.createElement("aside");
  shadow.append(style, dialog, bar);

  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

  /** A finding as the terminal shows it; its place is a link that opens an editor there. */
  const finding = ({ text, link }) => {
    const pre = element("pre", text);
    const [, before, place] = text.match(/^([^]*?--> )(.+)$/m) ?? [];
    if (link && place) {
      const anchor = Object.assign(element("a", place), { href: link });
      pre.replaceChildren(before, anchor, text.slice(before.length + place.length));
    }
    return pre;
  };

  // Only once: an open dialog that is moved leaves the top layer, and still counts as open.
  const attach = () => host.isConnected || document.body.append(host);

  // Below the page: what was proven of it, and the way to its other languages.
  const prove = (proof) => {
    bar.hidden = !proof;
    const compare = Object.assign(element("a", "compare languages"), { href: `${location.pathname}?compare` });
    bar.replaceChildren(proof ?? "", " ", ...(self === top ? [compare] : []));
    attach();
  };

  // Escape closes it, as it does every dialog; the next edit that leaves findings opens it again.
  const show = (findings) => {
    if (findings.length === 0) {
      dialog.close();
      return;
    }
    const heading = element("h1", findings.length === 1 ? "1 finding" : `${findings.length} findings`);
    dialog.setAttribute("aria-label", heading.textContent);
    dialog.replaceChildren(heading, ...findings.map(finding), element("p", "Escape closes this."));
    attach();
    if (!dialog.open) dialog.showModal();
  };

  const reload = () => {
    sessionStorage.setItem(scrollKey, String(scrollY));
    location.reload();
  };

  // A browser grants few connections to a host, so only a page that is seen holds one.
  const listen = () => {
    events?.close();
    if (document.hidden) return;
    events = new EventSource(`/__faultbook/events?${location.pathname}`);
    events.addEventListener("state", (event) => {
      const state = JSON.parse(event.data);
      if (state.version !== version) return reload();
      prove(state.proof);
      show(state.findings);
    });
  };

  const scroll = sessionStorage.getItem(scrollKey);
  sessionStorage.removeItem(scrollKey);
  if (scroll !== null) scrollTo({ top: Number(scroll), behavior: "instant" });
  document.addEventListener("visibilitychange", listen);
  listen();
}
