//! `lockstep completions`: for the shell's tab key.

use std::io::{self, Write as _};

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::failure::{Failure, Status};

/// Print a script that completes commands and options in your shell
#[derive(Args)]
#[command(after_help = "Example:
  lockstep completions bash > ~/.local/share/bash-completion/completions/lockstep")]
pub(crate) struct Completions {
    /// Your shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        // Written at once: the generator itself would panic on a closed pipe.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::Cli::command(), "lockstep", &mut script);
        let mut out = io::stdout().lock();
        out.write_all(&script)?;
        out.flush()?;
        Ok(Status::Done)
    }
}
