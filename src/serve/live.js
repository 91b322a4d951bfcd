// Keeps a page of the preview up to date: reloads it when the site is another one, and shows findings over it.
"use strict";
{
  const version = new URL(document.currentScript.src).searchParams.get("version");
  const scrollKey = `faultbook scroll ${location.pathname}`;
  let events;

  const host = document.createElement("faultbook-findings");
  const shadow = host.attachShadow({ mode: "open" });
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/__faultbook/live.css" });
  const dialog = document.createElement("dialog");
  shadow.append(style, dialog);

  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

  // Escape closes it, as it does every dialog; the next edit that leaves findings opens it again.
  const show = (findings) => {
    if (findings.length === 0) {
      dialog.close();
      return;
    }
    const heading = element("h1", findings.length === 1 ? "1 finding" : `${findings.length} findings`);
    dialog.setAttribute("aria-label", heading.textContent);
    dialog.replaceChildren(heading, ...findings.map((text) => element("pre", text)), element("p", "Escape closes this."));
    document.body.append(host);
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
    events = new EventSource("/__faultbook/events");
    events.addEventListener("state", (event) => {
      const state = JSON.parse(event.data);
      if (state.version === version) show(state.findings);
      else reload();
    });
  };

  const scroll = sessionStorage.getItem(scrollKey);
  sessionStorage.removeItem(scrollKey);
  if (scroll !== null) scrollTo({ top: Number(scroll), behavior: "instant" });
  document.addEventListener("visibilitychange", listen);
  listen();
}
