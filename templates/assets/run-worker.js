// Runs the engine apart from the page, which ends this worker when a run takes too long.
"use strict";

/// Puts a question to a new instance of the engine; both question and answer are JSON.
function ask(module, question, now) {
  const { exports: engine } = new WebAssembly.Instance(module, { page: { now } });
  const bytes = new TextEncoder().encode(question);
  const at = engine.room(bytes.length);
  new Uint8Array(engine.memory.buffer, at, bytes.length).set(bytes);
  const length = engine.answer();
  return new TextDecoder().decode(new Uint8Array(engine.memory.buffer, engine.room(0), length));
}

if (typeof module === "undefined") {
  addEventListener("message", ({ data: { engine, question } }) => {
    let answer;
    try {
      answer = ask(engine, question, () => performance.now());
    } catch {
      // The stack or the memory that the browser gives is used up.
      answer = '{"verdict":"unknown","why":"overrun"}';
    }
    postMessage(answer);
  });
  postMessage("ready");
} else {
  module.exports = { ask };
}
