// What a page does beyond being read: copy a command, fill in its blanks, tick steps and hand over, keep the place when
// the language changes, sort and filter a list, keys. Without this script every page still reads and every link still
// leads somewhere.
"use strict";

const words = document.body.dataset;
const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

/* ---- what stays on this device ---- */

function kept(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, typeof value === "string" ? value : JSON.stringify(value));
  } catch { /* a private window keeps nothing */ }
}

/// Ticks and values belong to one night: after twelve hours they are gone. They are the incident's, whatever the language.
const NIGHT = 12 * 60 * 60 * 1000;
const incident = document.querySelector("[data-incident]")?.dataset.incident;

function ofTonight(name) {
  const saved = incident && kept(`${name}:${incident}`);
  return saved && Date.now() - saved.time < NIGHT ? saved.of : {};
}

function keepTonight(name, of) {
  if (incident) keep(`${name}:${incident}`, Object.keys(of).length ? { time: Date.now(), of } : null);
}

/// Says something to readers who hear the page.
function say(text) {
  document.querySelector(".said").textContent = text;
}

/* ---- commands ---- */

const values = ofTonight("blanks");

/// How a value must be written at the end of `before`, so that the shell takes it as one word and nothing more.
function quoted(value, before) {
  let quote = "";
  for (let at = 0; at < before.length; at++) {
    if (before[at] === "\\" && quote !== "'") at++;
    else if (!quote && `"'`.includes(before[at])) quote = before[at];
    else if (before[at] === quote) quote = "";
  }
  if (quote === '"') return value.replace(/[\\"$`]/g, "\\$&");
  const inSingle = value.replaceAll("'", "'\\''");
  return quote || /^[\w@%+=:,./-]+$/.test(value) ? inSingle : `'${inSingle}'`;
}

/// A command with its blanks filled in; of a terminal session without prompts and output.
function copied(code) {
  const parts = code.querySelector("kbd") ? all("kbd", code) : [code];
  const texts = parts.map((part) => {
    let text = "";
    for (const node of textNodes(part)) {
      const blank = node.parentElement.closest("[data-blank]");
      text += blank ? quoted(values[blank.dataset.blank], text) : node.data;
    }
    return text;
  });
  return texts.join("\n").replace(/\n+$/, "");
}

function textNodes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

/// A button that says something else for a while.
function flash(button, text, name, time) {
  button.dataset.label ??= button.textContent;
  clearTimeout(button.timer);
  button.textContent = text;
  button.classList.add(name);
  button.timer = setTimeout(() => {
    button.textContent = button.dataset.label;
    button.classList.remove("done", "armed");
  }, time);
  say(text);
}

async function copyText(button, text, code) {
  try {
    await navigator.clipboard.writeText(text);
    flash(button, words.copied, "done", 2000);
  } catch {
    // Without a secure connection there is no clipboard: mark the text for the reader's own copy.
    if (code) getSelection().selectAllChildren(code);
    flash(button, words.copyFailed, "failed", 4000);
  }
}

/// The first field of a block that must be filled before its command is worth copying.
function unfilled(block, code) {
  const name = all("[data-blank]", code).map((blank) => blank.dataset.blank).find((name) => !values[name]);
  return name && { name, field: all("input[data-blank]", block).find((field) => field.dataset.blank === name) };
}

function copy(button) {
  const block = button.closest(".code");
  const code = block.querySelector("code");
  const missing = unfilled(block, code);
  if (missing) {
    const text = words.fill.replace("{name}", missing.name);
    block.querySelector(".hint").textContent = text;
    missing.field.setAttribute("aria-invalid", "true");
    missing.field.focus();
    return say(text);
  }
  if (block.classList.contains("destructive") && !button.classList.contains("armed")) {
    return flash(button, words.again, "armed", 5000);
  }
  button.classList.remove("armed");
  return copyText(button, copied(code), code);
}

const buttons = all("button.copy");
for (const button of buttons) button.addEventListener("click", () => copy(button));

/// Shows a value everywhere that its blank stands.
function fill(name) {
  const value = values[name] ?? "";
  for (const blank of all("span[data-blank]").filter((blank) => blank.dataset.blank === name)) {
    blank.textContent = value || `<${name}>`;
    blank.classList.toggle("filled", value !== "");
  }
  for (const field of all("input[data-blank]").filter((field) => field.dataset.blank === name)) {
    if (field.value !== value) field.value = value;
    if (value) {
      field.removeAttribute("aria-invalid");
      field.closest(".blanks").querySelector(".hint").textContent = "";
    }
  }
}

for (const field of all("input[data-blank]")) {
  const name = field.dataset.blank;
  fill(name);
  field.addEventListener("input", () => {
    const value = field.value.replace(/[\r\n]/g, "");
    if (value) values[name] = value; else delete values[name];
    keepTonight("blanks", values);
    fill(name);
  });
}

/* ---- steps ---- */

const steps = all(".steps.ticks > li");
const handoff = document.querySelector(".handoff");
const ticked = ofTonight("steps");

/// The words of a step without its commands.
function stepText(step) {
  const copy = step.cloneNode(true);
  all(".code, .snippet, .tick, .table, .handoff", copy).forEach((part) => part.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
}

/// The reader's own time, with its distance from UTC.
function moment(time) {
  const offset = -new Date(time).getTimezoneOffset();
  const pad = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  const local = new Date(time + offset * 60000).toISOString().slice(0, 16).replace("T", " ");
  return `${local} ${offset < 0 ? "-" : "+"}${pad(offset / 60)}:${pad(offset % 60)}`;
}

function progress() {
  const done = steps.filter((_, number) => ticked[number]).length;
  return handoff.dataset.done.replace("{done}", done).replace("{count}", steps.length);
}

function handed() {
  const { link, commit } = handoff.dataset;
  const title = document.querySelector("h1").textContent.trim();
  const lines = steps.map((step, number) => {
    const done = ticked[number] ? `[x] ${moment(ticked[number])}` : "[ ]";
    return `${done} ${number + 1}. ${stepText(step)}`;
  });
  return [`${incident} ${title}`, link, ...(commit ? [commit] : []), progress(), ...lines].join("\n");
}

if (handoff) {
  const show = () => { handoff.querySelector("p").textContent = progress(); };
  const boxes = steps.map((step, number) => {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "tick";
    box.checked = Boolean(ticked[number]);
    box.setAttribute("aria-label", `${words.step} ${number + 1}`);
    box.addEventListener("change", () => {
      if (box.checked) ticked[number] = Date.now(); else delete ticked[number];
      keepTonight("steps", ticked);
      show();
    });
    step.prepend(box);
    return box;
  });
  handoff.querySelector(".clear").addEventListener("click", () => {
    boxes.forEach((box, number) => { box.checked = false; delete ticked[number]; });
    keepTonight("steps", ticked);
    show();
  });
  const button = handoff.querySelector(".hand-off");
  button.addEventListener("click", () => copyText(button, handed()));
  show();
}

/* ---- the place, and the language ---- */

const headings = all(".text :is(h2, h3)[id]");

/// The anchor of the heading that the reader is at: the last one in the upper half of the window or above it. The one
/// that the address names comes before those below it, for it is what the reader asked for.
function place() {
  let anchor = "";
  for (const heading of headings) {
    const { top } = heading.getBoundingClientRect();
    if (top > innerHeight / 2) break;
    anchor = heading.id;
    if (heading.matches(":target") && top >= 0) break;
  }
  return anchor;
}

const outline = all(".outline a");

function markPlace() {
  const here = `#${encodeURIComponent(place())}`;
  for (const link of outline) {
    if (link.getAttribute("href") === here || link.hash === here) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// The links to other languages stand at the top, so the place to keep is where the reader last paused before.
let paused = location.hash.slice(1);
let pause;
let frame;
addEventListener("scroll", () => {
  clearTimeout(pause);
  pause = setTimeout(() => { if (scrollY > 0) paused = place() || paused; }, 500);
  frame ??= requestAnimationFrame(() => { frame = undefined; markPlace(); });
}, { passive: true });
addEventListener("hashchange", () => { paused = location.hash.slice(1); });
markPlace();

// A search goes along: in the address, or what is too long for that by way of the tab.
const CARRIED = "faultbook search";
const opensHere = (event) => !(event.button || event.ctrlKey || event.metaKey || event.shiftKey);
for (const link of all(".languages a, .choices a[data-language]")) {
  link.addEventListener("click", (event) => {
    keep("language", link.dataset.language);
    const isSearch = document.querySelector("main .box textarea")?.value;
    const there = isSearch ? location.hash.slice(1) : paused;
    if (there || isSearch) link.hash = there;
    try {
      if (isSearch && history.state?.text && opensHere(event)) sessionStorage.setItem(CARRIED, history.state.text);
    } catch { /* no storage, or too little */ }
  });
}
try {
  const text = sessionStorage.getItem(CARRIED);
  sessionStorage.removeItem(CARRIED);
  if (text) history.replaceState({ text }, "");
} catch { /* no storage */ }

/* ---- lists ---- */

const SEVERITIES = ["critical", "high", "medium", "low"];

for (const form of all(".sift")) {
  const list = form.parentElement.querySelector(".rows");
  const found = form.querySelector("output");
  const [words, severity, sort] = ["words", "severity", "sort"].map((name) => form.querySelector(`[name=${name}]`));
  const rows = Array.from(list.children, (row, at) => ({
    row,
    at,
    text: row.textContent.toLowerCase(),
    severity: SEVERITIES.find((severity) => row.querySelector(`.severity.${severity}`)) ?? "",
    changed: row.querySelector("time")?.dateTime ?? "",
    id: row.querySelector(".id")?.textContent ?? "",
    title: row.querySelector("a").textContent,
  }));
  const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
  const orders = {
    "": (a, b) => a.at - b.at,
    changed: (a, b) => compare(b.changed, a.changed) || a.at - b.at,
    id: (a, b) => compare(a.id, b.id),
    title: (a, b) => compare(a.title, b.title),
  };
  const sift = () => {
    const wanted = words.value.toLowerCase().split(/\s+/);
    for (const { row, text, severity: its } of rows) {
      row.hidden = !wanted.every((word) => text.includes(word)) || ![its, ""].includes(severity.value);
    }
    list.append(...rows.toSorted(orders[sort.value]).map(({ row }) => row));
    const shown = rows.filter(({ row }) => !row.hidden).length;
    const text = found.dataset.found.replace("{shown}", shown).replace("{count}", rows.length);
    found.textContent = shown < rows.length ? text : "";
  };
  form.addEventListener("input", sift);
  // A browser that comes back to the page brings back what was typed.
  addEventListener("pageshow", sift);
}

/* ---- keys ---- */

const keys = document.querySelector("dialog.keys");
let last = -1;

/// The command after the one copied last that is not above the window; one that waits for its second tap comes first.
function nextCommand() {
  const seen = (button) => button.checkVisibility() && button.getBoundingClientRect().bottom > 0;
  const next = buttons.find((button) => button.classList.contains("armed"))
    ?? buttons.find((button, at) => at > last && seen(button)) ?? buttons.find(seen);
  if (!next) return;
  last = buttons.indexOf(next);
  next.scrollIntoView({ block: "nearest" });
  next.focus();
  next.click();
}

const shortcuts = {
  "/": () => document.querySelector(".find")?.click(),
  c: nextCommand,
  l: () => {
    if (scrollY > 0) paused = place() || paused;
    document.querySelector(".languages a")?.click();
  },
  "?": () => keys.showModal(),
};

if (keys) {
  const on = keys.querySelector("input");
  on.checked = kept("keys") !== false;
  on.addEventListener("change", () => keep("keys", on.checked));
  keys.querySelector(".close").addEventListener("click", () => keys.close());
  document.querySelector(".open-keys").addEventListener("click", () => keys.showModal());
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
    const action = Object.hasOwn(shortcuts, event.key) && shortcuts[event.key];
    if (!action || typing || !on.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    action();
  });
}

/* ---- on paper ---- */

// A path means nothing on paper: links say where they lead with the host.
matchMedia("print").addEventListener("change", ({ matches }) => {
  if (matches) for (const link of all("main a[href]")) link.dataset.whole ??= link.href;
});

/* ---- without a network ---- */

if (words.offline && navigator.serviceWorker && !navigator.connection?.saveData) {
  addEventListener("load", () => navigator.serviceWorker.register(words.offline).catch(() => { /* a host without https */ }));
}

// An old address leads on by itself, but would lose the section that it names.
const moved = document.querySelector("body.redirect a");
if (moved && location.hash) location.replace(moved.href + location.hash);

// The box: its script comes when somebody needs it, by a link, a key, the field itself, or an address with a search in it.
const find = document.querySelector(".find");
const inline = document.querySelector("main .box");

async function box(use) {
  try { await use(await import(find.dataset.script)); } catch {
    if (!inline) return location.assign(find.href);
    const trouble = inline.querySelector(".trouble");
    Object.assign(trouble, { hidden: false }).dataset.kind = "broken";
    trouble.querySelector("button").onclick = () => location.reload();
  }
}

if (find) {
  find.addEventListener("click", (event) => {
    if (!opensHere(event)) return;
    event.preventDefault();
    box((script) => script.open(find));
  });
}
if (inline) {
  const mount = () => box((script) => script.mount(inline));
  inline.addEventListener("focusin", mount);
  const resume = () => { if (history.state?.text || /^#(?:.*&)?q=/.test(location.hash)) mount(); };
  resume();
  addEventListener("popstate", resume);
}

// A check runs on the reader's own files; what runs it is loaded when it is first asked for.
for (const root of document.querySelectorAll(".runner")) {
  root.querySelector("button").addEventListener("click", async () => {
    try {
      (await import(root.dataset.script)).toggle(root);
    } catch {
      root.querySelector(".unloaded").textContent = root.dataset.unloaded;
    }
  });
}
