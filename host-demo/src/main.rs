//! The lockstep command line.

mod cli;
mod policy_file;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
