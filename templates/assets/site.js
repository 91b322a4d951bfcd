// What a page does beyond being read: copy a command, tick the steps of a fix, keep the place when the language
// changes, follow a permanent link to the reader's language. Without this script every page still reads and every link still leads somewhere.
"use strict";

const LANGUAGE = "language";

function remembered(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

function remember(key, value) {
  try { localStorage.setItem(key, value); } catch { /* a private window keeps nothing */ }
}

/// The commands of a terminal session without prompts and output; of other code all of it.
function copied(code) {
  const commands = code.querySelectorAll("kbd");
  const text = commands.length ? Array.from(commands, (line) => line.textContent).join("\n") : code.textContent;
  return text.replace(/\n+$/, "");
}

async function copy(button) {
  const code = button.parentElement.querySelector("code");
  const words = document.body.dataset;
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(copied(code));
    button.textContent = words.copied;
  } catch {
    // Without a secure connection there is no clipboard: mark the text for the reader's own copy.
    getSelection().selectAllChildren(code);
    button.textContent = words.copyFailed;
  }
  setTimeout(() => { button.textContent = label; }, 2000);
}

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", () => copy(button));
}

/// The steps of the fix: the items of the numbered lists between its heading and the next.
function steps() {
  const items = [];
  let part = document.getElementById("fix")?.nextElementSibling;
  for (; part && part.tagName !== "H2"; part = part.nextElementSibling) {
    if (part.tagName === "OL") items.push(...part.children);
  }
  return items;
}

/// Ticks belong to one night: after twelve hours they are gone. Every language of a page has the same steps, so the
/// ticks are the incident's. They stay on this device.
const NIGHT = 12 * 60 * 60 * 1000;
const incident = document.querySelector("[data-incident]")?.dataset.incident;
if (incident) {
  const key = `steps:${incident}`;
  const kept = JSON.parse(remembered(key) ?? "null");
  const ticked = new Set(kept && Date.now() - kept.time < NIGHT ? kept.ticked : []);
  steps().forEach((item, number) => {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "tick";
    box.checked = ticked.has(number);
    box.setAttribute("aria-label", `${document.body.dataset.step} ${number + 1}`);
    box.addEventListener("change", () => {
      if (box.checked) ticked.add(number); else ticked.delete(number);
      remember(key, JSON.stringify({ time: Date.now(), ticked: [...ticked] }));
    });
    const first = item.firstElementChild;
    (first?.tagName === "P" ? first : item).prepend(box);
  });
}

/// The anchor of the heading that the reader is at: the last one in the upper half of the window or above it. The one
/// that the address names comes before those below it, for it is what the reader asked for.
function place() {
  let anchor = "";
  for (const heading of document.querySelectorAll(".text :is(h2, h3)[id]")) {
    const { top } = heading.getBoundingClientRect();
    if (top > innerHeight / 2) break;
    anchor = heading.id;
    if (heading.matches(":target") && top >= 0) break;
  }
  return anchor;
}

// The links to other languages stand at the top, so the place to keep is where the reader last paused before.
let paused = location.hash.slice(1);
let pause;
addEventListener("scroll", () => {
  clearTimeout(pause);
  pause = setTimeout(() => { if (scrollY > 0) paused = place() || paused; }, 500);
}, { passive: true });
addEventListener("hashchange", () => { paused = location.hash.slice(1); });

for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => {
    remember(LANGUAGE, link.dataset.language);
    link.hash = paused;
  });
}

/// The first of the reader's languages that is among the links, by tag or by its first part.
function preferred(links) {
  const wanted = [remembered(LANGUAGE), ...navigator.languages].filter(Boolean);
  const part = (tag) => tag.toLowerCase().split("-")[0];
  for (const tag of wanted) {
    const link = links.find((link) => link.dataset.language.toLowerCase() === tag.toLowerCase())
      ?? links.find((link) => part(link.dataset.language) === part(tag));
    if (link) return link;
  }
  return null;
}

const choices = document.querySelector("[data-permanent]");
if (choices) {
  const link = preferred(Array.from(choices.querySelectorAll("a")));
  if (link) location.replace(link.href + location.hash);
}

// An old address leads on by itself, but would lose the section that it names.
const moved = document.querySelector("body.redirect a");
if (moved && location.hash) location.replace(moved.href + location.hash);

// The box: its script comes when somebody needs it, by a link, a key, the field itself, or an address with a search in it.
const find = document.querySelector(".find");
const inline = document.querySelector("main .box");

async function box(use) {
  try { use(await import(find.dataset.script)); } catch { if (!inline) location.assign(find.href); }
}

if (find) {
  find.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    box((script) => script.open(find));
  });
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    find.click();
  });
}
if (inline) {
  const mount = () => box((script) => script.mount(inline));
  inline.addEventListener("focusin", mount, { once: true });
  if (/^#(?:.*&)?q=/.test(location.hash)) mount();
  addEventListener("hashchange", () => { if (/^#(?:.*&)?q=/.test(location.hash)) mount(); });
}
