//! How many bytes a loaded policy holds for each server and each user: `cargo bench --bench memory`.
//!
//! The difference between two policies that differ in nothing but the number of these.

#![allow(clippy::unwrap_used, missing_docs, unsafe_code, reason = "a benchmark; an allocator can't be written without")]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use common::Shape;
use lockstep_policy::Policy;

/// The system's allocator, which says how much it has given.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it came; the counter allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The bytes that a policy holds, and those of its text.
fn held(shape: &Shape) -> (usize, usize) {
    let text = shape.document();
    let before = HELD.load(Ordering::Relaxed);
    let policy = Policy::load(text.as_bytes()).unwrap();
    let held = HELD.load(Ordering::Relaxed) - before;
    drop(policy);
    (held, text.len())
}

/// What so many more cost, each.
fn show(name: &str, few: &Shape, many: &Shape, more: usize) {
    let ((small, small_text), (large, large_text)) = (held(few), held(many));
    println!(
        "memory/{name:<28} {:>7.0} bytes each, in the document {:>7.0} ({more} more: {:.1} MB)",
        (large - small) as f64 / more as f64,
        (large_text - small_text) as f64 / more as f64,
        (large - small) as f64 / 1e6
    );
}

fn main() {
    let base = Shape { tenants: 200, workspaces: 3, users: 10, servers: 10, tools: 10 };
    let workspaces = base.tenants * base.workspaces;
    show("a server of 10 tools", &base, &Shape { servers: 20, ..base }, workspaces * 10);
    let bare = Shape { tools: 1, ..base };
    show("a server of 1 tool", &bare, &Shape { servers: 20, ..bare }, workspaces * 10);
    show("a tool", &base, &Shape { tools: 20, ..base }, workspaces * base.servers * 10);
    show("a user with a token", &base, &Shape { users: 20, ..base }, workspaces * 10);
    let ((held, text), tenants) = (held(&base), base.tenants);
    println!(
        "memory/{:<28} {:>7.2} times its text ({tenants} tenants, {:.1} MB)",
        "the whole",
        held as f64 / text as f64,
        text as f64 / 1e6
    );
}
