// Shows a page in all its languages side by side, at the same section: headings have the same anchors in every language.
"use strict";

const headings = (view) => [...view.document.querySelectorAll("main :is(h1, h2, h3)[id]")];

/** The heading that is at the top of a view, and how far the view is below it. */
const place = (view) => {
  const passed = headings(view).filter((heading) => heading.getBoundingClientRect().top < 100);
  const heading = passed.at(-1);
  return heading ? { id: heading.id, below: heading.getBoundingClientRect().top } : { below: -view.scrollY };
};

const follow = (view, { id, below }) => {
  const heading = id && view.document.getElementById(id);
  const top = heading ? view.scrollY + heading.getBoundingClientRect().top - below : -below;
  if (!id || heading) view.scrollTo({ top, behavior: "instant" });
};

const frame = (address) => {
  const frame = Object.assign(document.createElement("iframe"), { src: address.pathname, title: address.lang });
  // The one that the author's pointer or keyboard is in leads.
  const leads = () => frame.matches(":hover") || document.activeElement === frame;
  frame.addEventListener("load", () => {
    const view = frame.contentWindow;
    view.addEventListener("scroll", () => {
      if (!leads()) return;
      const now = place(view);
      for (const other of document.querySelectorAll("iframe")) {
        if (other !== frame && other.contentWindow.document.body) follow(other.contentWindow, now);
      }
    });
  });
  return frame;
};

const show = async () => {
  const page = await (await fetch(location.pathname)).text();
  const links = new DOMParser().parseFromString(page, "text/html").querySelectorAll("link[rel=alternate][hreflang]");
  const languages = [...links].filter((link) => link.hreflang !== "x-default");
  const addresses = languages.map((link) => ({ pathname: new URL(link.href).pathname, lang: link.hreflang }));
  document.body.append(...(addresses.length ? addresses : [{ pathname: location.pathname, lang: "" }]).map(frame));
};

show();
