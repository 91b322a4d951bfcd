//! The engine as a WebAssembly module: `room(length)` gives the address for a question of that many bytes, `answer()`
//! reads it and gives the length of the answer, which then stands at `room(0)`.
//!
//! A page makes an instance for a question and lets go of it, so what a run leaves behind matters to nobody.

#[path = "../mod.rs"]
#[expect(dead_code, unused_imports, reason = "pages ask for a part of what the engine does")]
mod engine;

use engine::{Limits, Probe};
use std::cell::RefCell;
use std::time::Duration;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for a question; with 0 leaves all as it is. Gives the address of the buffer.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    BUFFER.with_borrow_mut(|buffer| {
        if length > 0 {
            buffer.resize(length, 0);
        }
        buffer.as_mut_ptr()
    })
}

/// Answers the question in the buffer: the length of the answer in its place, or 0 where the question is none.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> usize {
    let question = BUFFER.take();
    let question = String::from_utf8_lossy(&question);
    // The host's stack is smaller than a worker process's; it ends a run by an exception when it is used up.
    let limits = Limits { stack: STACK, ..Limits::default() };
    let answer = engine::answer(&question, &limits, &Page).unwrap_or_default();
    let length = answer.len();
    BUFFER.set(answer.into_bytes());
    length
}

/// Half of what the linker is told to give.
const STACK: usize = 4 << 20;

#[link(wasm_import_module = "page")]
unsafe extern "C" {
    /// Milliseconds since some fixed moment.
    safe fn now() -> f64;
}

/// Time and memory as the page has them.
struct Page;

impl Probe for Page {
    fn elapsed(&self) -> Duration {
        Duration::from_secs_f64(now() / 1000.0)
    }

    fn memory(&self) -> usize {
        std::arch::wasm32::memory_size(0) << 16
    }
}
