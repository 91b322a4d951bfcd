// Runs a check on the reader's own files, in the page: what they paste, drop or pick stays in its text fields and in the
// worker that the engine runs in. Nothing is sent and nothing is kept.

/// Milliseconds after which the worker is ended; the engine's own budget is a quarter of a second.
const LIMIT = { check: 2000, lines: 4000, heal: 2000 };

const OVERRUN = { verdict: "unknown", why: "overrun" };

/* ---- the engine --------------------------------------------------------------------------------------------------- */

let engine, worker, last = Promise.resolve();

/// The compiled engine and a worker that waits; what fails to load is tried again the next time.
async function load({ dataset }) {
  engine ??= fetch(dataset.engine).then(async (response) => {
    if (!response.ok) throw new Error(response.statusText);
    return WebAssembly.compile(await response.arrayBuffer());
  });
  try {
    await engine;
    worker ??= await started(dataset.worker);
  } catch (error) {
    engine = undefined;
    throw error;
  }
}

function started(url) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(url);
    worker.onmessage = () => resolve(worker);
    worker.onerror = reject;
  });
}

/// Puts a question to the engine, after those before it have been answered.
function ask(root, question) {
  const asked = last.then(async () => {
    await load(root);
    const module = await engine;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        worker.terminate();
        worker = undefined;
        resolve(OVERRUN);
      }, LIMIT[question.task]);
      worker.onmessage = ({ data }) => {
        clearTimeout(timer);
        resolve(JSON.parse(data));
      };
      worker.postMessage({ engine: module, question: JSON.stringify(question) });
    });
  });
  last = asked.catch(() => {});
  return asked;
}

/* ---- the panel ---------------------------------------------------------------------------------------------------- */

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
const name = (path) => path.split("/").pop();

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

/// Opens the panel of a check, making it when there is none, or closes it.
export async function toggle(root) {
  const button = root.querySelector("button");
  const unloaded = root.querySelector(".unloaded");
  unloaded.textContent = "";
  let panel = root.querySelector(".panel");
  if (!panel) {
    try {
      await Promise.all([load(root), styled(root.dataset.style)]);
    } catch {
      unloaded.textContent = root.dataset.unloaded;
      return;
    }
    root.append(root.querySelector("template").content.cloneNode(true));
    panel = root.querySelector(".panel");
    new Panel(root, panel);
  } else {
    panel.hidden = !panel.hidden;
  }
  button.setAttribute("aria-expanded", String(!panel.hidden));
  if (!panel.hidden) panel.querySelector("textarea").focus();
}

function styled(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: resolve });
    link.onerror = () => { link.remove(); reject(new Error(href)); };
    document.head.append(link);
  });
}

class Panel {
  constructor(root, panel) {
    this.root = root;
    this.panel = panel;
    this.run = JSON.parse(root.dataset.run);
    this.runs = 0;
    this.saved = [];
    this.fields = new Map(Array.from(panel.querySelectorAll(".file"), (file) => [file.dataset.path, new Field(file, () => this.changed())]));
    this.find(".go").addEventListener("click", () => this.check());
    this.find(".clear").addEventListener("click", () => this.clear());
    panel.addEventListener("dragover", (event) => event.preventDefault());
    panel.addEventListener("drop", (event) => this.drop(event));
  }

  find(selector) {
    return this.panel.querySelector(selector);
  }

  /// Files that are dropped: by their names, else into the field that they are dropped on, else into the empty ones.
  async drop(event) {
    const files = Array.from(event.dataTransfer.files);
    if (!files.length) return;
    event.preventDefault();
    const fields = Array.from(this.fields.values());
    const under = fields.find((field) => field.element.contains(event.target));
    for (const file of files) {
      const field = fields.find((field) => name(field.path) === file.name)
        ?? (files.length === 1 ? under : undefined) ?? fields.find((field) => field.text === undefined) ?? under;
      await field?.take(file);
    }
    this.changed();
  }

  /// A file has come in whole: run at once when nothing more is needed.
  changed() {
    if (this.missing() === undefined) return this.check();
    this.reset();
  }

  missing() {
    return Array.from(this.fields.values()).find((field) => !field.optional && field.text === undefined)?.path;
  }

  clear() {
    for (const field of this.fields.values()) field.set(undefined);
    this.reset();
    this.fields.values().next().value.area.focus();
  }

  /// Takes away what was said; what still runs is of an earlier run.
  reset() {
    this.runs += 1;
    for (const verdict of this.panel.querySelectorAll(".verdict")) verdict.hidden = true;
    this.find(".findings").hidden = true;
    this.find(".healing").hidden = true;
    this.find(".findings").replaceChildren();
    for (const file of this.panel.querySelectorAll(".healed-file")) file.remove();
    for (const url of this.saved.splice(0)) URL.revokeObjectURL(url);
  }

  async check() {
    this.reset();
    const run = this.runs;
    const texts = Array.from(this.fields.values()).filter((field) => field.text !== undefined);
    const files = Object.fromEntries(texts.map((field) => [field.path, field.text]));
    const put = async (task) => {
      let answer;
      try {
        answer = await ask(this.root, { task, run: this.run, files });
      } catch {
        this.find(".verdict.running").hidden = true;
        this.root.querySelector(".unloaded").textContent = this.root.dataset.unloaded;
      }
      return run === this.runs ? answer : undefined;
    };
    this.find(".verdict.running").hidden = false;
    const answer = await put("check");
    if (!answer) return;
    this.say(answer);
    if (answer.verdict !== "present") return;
    const lines = await put("lines");
    if (!lines) return;
    this.place(Array.isArray(lines) ? lines : [], files);
    const healing = this.run.fixes.length ? await put("heal") : undefined;
    if (healing) this.heal(healing);
  }

  say(answer) {
    this.find(".verdict.running").hidden = true;
    const verdict = this.find(`.verdict.${answer.verdict}`);
    if (answer.verdict === "present") {
      verdict.dataset.text ??= verdict.textContent;
      verdict.textContent = filled(verdict.dataset.text, { count: answer.findings.length });
      const list = this.find(".findings");
      list.append(...answer.findings.map((finding) => {
        const words = finding.words === null ? element("code", "") : element("span", "words");
        words.textContent = finding.words ?? finding.data;
        return element("li", "", words, element("span", "place", list.dataset.seeking));
      }));
      list.hidden = false;
    } else if (answer.verdict === "unknown") {
      const why = element("span", "", filled(verdict.dataset[answer.why], { ...answer, format: answer.format?.toUpperCase() }));
      if (answer.line) why.append(" ", filled(verdict.dataset.place, answer));
      if (answer.message && answer.why !== "overrun") {
        const message = element("span", "message", answer.message);
        message.lang = "en";
        why.append(" ", message);
      }
      verdict.replaceChildren(why);
    }
    verdict.hidden = false;
  }

  /// Shows the lines that the findings come from, each a button that leads to it.
  place(lines, files) {
    const list = this.find(".findings");
    list.querySelectorAll(".place").forEach((place, at) => {
      const found = lines[at] ?? [];
      place.replaceChildren(...(found.length ? found.map(({ path, line, above }) => {
        const words = above ? list.dataset.missing : this.root.dataset.line;
        const button = element("button", "line", filled(words, { file: name(path), line }));
        button.type = "button";
        button.addEventListener("click", () => this.fields.get(path).show(line));
        const text = element("code", "", files[path].split("\n")[line - 1].trim().slice(0, 200));
        return element("span", "", button, " ", text);
      }) : [list.dataset.none]));
    });
  }

  heal(healing) {
    const { files = [], after } = healing;
    this.find(".after.good").hidden = after?.verdict !== "absent";
    this.find(".after.bad").hidden = after?.verdict !== "present" || files.length === 0;
    const unhealed = this.find(".unhealed");
    unhealed.hidden = files.length > 0;
    unhealed.firstElementChild.textContent = unhealed.dataset[healing.why ? "unfit" : "idle"];
    unhealed.lastElementChild.textContent = healing.message ?? "";
    const pattern = this.find(".healing template");
    for (const { path, text, diff, kept } of files) {
      const shown = pattern.content.firstElementChild.cloneNode(true);
      shown.querySelector(".path").textContent = path;
      shown.querySelector("pre").append(...colored(diff));
      shown.querySelector(".loses").hidden = kept || text === null;
      shown.querySelector(".by-hand").hidden = text !== null;
      shown.querySelector(".do").hidden = text === null;
      if (text !== null) {
        const link = shown.querySelector(".save");
        link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
        link.download = name(path);
        this.saved.push(link.href);
      }
      shown.querySelector(".use").addEventListener("click", () => {
        this.fields.get(path).set(text);
        this.changed();
        this.find(".go").focus();
      });
      pattern.before(shown);
    }
    this.find(".healing").hidden = false;
  }
}

/// The lines of a diff; what a colour says, the sign before the line says too.
function colored(diff) {
  return diff.split(/(?<=\n)/).map((line) => {
    const kind = { "+": "i", "-": "d", "@": "m" }[/^(---|\+\+\+) /.test(line) ? "@" : line[0]];
    return kind ? element("span", kind, line) : line;
  });
}

/// A file of the reader: what stands in its text field, or what was picked, which keeps its line ends.
class Field {
  constructor(file, changed) {
    this.element = file;
    this.path = file.dataset.path;
    this.optional = "optional" in file.dataset;
    this.area = file.querySelector("textarea");
    const picker = file.querySelector("input");
    picker.addEventListener("change", async () => {
      if (picker.files.length) await this.take(picker.files[0]);
      picker.value = "";
      changed();
    });
    let pasted = false;
    this.area.addEventListener("paste", () => { pasted = true; });
    this.area.addEventListener("input", () => {
      this.text = this.area.value.trim() ? this.area.value : undefined;
      if (pasted) changed();
      pasted = false;
    });
  }

  async take(file) {
    this.set(await file.text());
  }

  set(text) {
    this.area.value = text ?? "";
    this.text = text?.trim() ? text : undefined;
  }

  /// Marks a line, and scrolls to it.
  show(line) {
    const lines = this.area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    this.area.focus();
    this.area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    const height = parseFloat(getComputedStyle(this.area).lineHeight);
    this.area.scrollTop = Math.max(0, (line - 2) * height);
  }
}
