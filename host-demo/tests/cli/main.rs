//! The command line as its users meet it: the built program, its output, its exit status.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail by panicking"
)]

mod apply;
mod check;
mod decide;
mod diff;
mod explain;
mod init;
mod list;
mod preview;
mod run;
mod slice;
mod test;
mod usage;
mod view;
