//! The commands: one file each. This file says what there is, and what a process ends with.

mod apply;
mod check;
mod completions;
mod decide;
mod diff;
mod explain;
mod failure;
mod init;
mod input;
mod line;
mod list;
mod output;
mod preview;
mod problems;
mod slice;
mod table;
mod test;
mod view;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::failure::{Failure, Status};

/// One decision core for AI integrations and MCP servers: check a policy, ask it, test it.
#[derive(Parser)]
#[command(name = "lockstep", version, max_term_width = 100, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(after_help = "Start with `lockstep init`: it writes a small policy and tests of it.

A file named `-` is standard input. On a terminal answers are for reading;
into a pipe they are JSON (--json and --text choose). NO_COLOR: no colours.

Exit status: 0 done; 1 something denied, a problem or a failed test (for decide
and explain only with --exit-status); 2 wrong usage or unreadable input.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Init),
    Check(check::Check),
    Decide(decide::Decide),
    Explain(explain::Explain),
    List(list::List),
    View(view::View),
    Diff(diff::Diff),
    Slice(slice::Slice),
    Preview(preview::Preview),
    Apply(apply::Apply),
    Test(test::Test),
    Completions(completions::Completions),
}

/// Does what the arguments say.
pub(crate) fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Init(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Decide(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::List(command) => command.run(),
        Command::View(command) => command.run(),
        Command::Diff(command) => command.run(),
        Command::Slice(command) => command.run(),
        Command::Preview(command) => command.run(),
        Command::Apply(command) => command.run(),
        Command::Test(command) => command.run(),
        Command::Completions(command) => command.run(),
    };
    match done {
        Ok(Status::Done) => ExitCode::SUCCESS,
        Ok(Status::Found) => ExitCode::FAILURE,
        // Whoever reads has enough, as `head` does: that is no error.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell();
            ExitCode::from(2)
        }
    }
}
