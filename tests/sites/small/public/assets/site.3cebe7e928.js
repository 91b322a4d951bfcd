// What a page does beyond being read: copy a command, keep the place when the language changes, follow a permanent
// link to the reader's language. Without this script every page still reads and every link still leads somewhere.
"use strict";

const LANGUAGE = "language";

function remembered() {
  try { return localStorage.getItem(LANGUAGE); } catch { return null; }
}

function remember(language) {
  try { localStorage.setItem(LANGUAGE, language); } catch { /* a private window keeps nothing */ }
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

/// The anchor of the heading that the reader is at: the last one above the middle of the window.
function place() {
  let anchor = "";
  for (const heading of document.querySelectorAll(".text h2[id], .text h3[id]")) {
    if (heading.getBoundingClientRect().top > innerHeight / 2) break;
    anchor = heading.id;
  }
  return scrollY > 0 ? anchor : "";
}

for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => {
    remember(link.dataset.language);
    const anchor = location.hash.slice(1) || place();
    link.hash = anchor;
  });
}

/// The first of the reader's languages that is among the links, by tag or by its first part.
function preferred(links) {
  const wanted = [remembered(), ...navigator.languages].filter(Boolean);
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
