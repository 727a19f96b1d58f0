//! What the benchmarks and the counts share: one organisation of any size, and calls of it that nothing denies.

#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "benchmarks stop at the first thing that is wrong, and none needs all of this"
)]

mod calls;
mod organisation;

use std::time::Duration;

use criterion::Criterion;

pub use calls::{Calls, spread};
pub use organisation::{Shape, server_id, tool_name, user_id, workspace_id};

/// The organisation that decisions are timed in: 50 tenants, 1,200 servers, 12,000 tools.
pub const FIFTY: Shape = Shape { tenants: 50, workspaces: 3, users: 5, servers: 8, tools: 10 };

/// A caller who sees exactly 400 tools.
pub const FOUR_HUNDRED: Shape = Shape { tenants: 1, workspaces: 1, users: 1, servers: 20, tools: 20 };

/// The same small tenant, so many times.
pub const fn grown(tenants: usize) -> Shape {
    Shape { tenants, workspaces: 1, users: 3, servers: 3, tools: 4 }
}

/// The numbers of tenants that growth is measured at.
pub const GROWTH: [usize; 4] = [10, 100, 1_000, 10_000];

/// Short measurements: all benchmarks together take a few minutes.
pub fn quick() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2)).sample_size(50)
}
