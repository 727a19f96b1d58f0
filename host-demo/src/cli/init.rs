//! `lockstep init`: a small policy to start from, tests of it, and a gateway's configuration.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::failure::{Failure, Status, reason};
use super::output::{self, FAINT, STRONG};

const CONFIGURATION: &str = include_str!("init/lockstep.toml");

/// Write a small policy, tests of it, and a gateway's configuration
///
/// The policy has one integration that works, one that is turned off, and a tool that asks first; the tests say so. No
/// file that is there is ever overwritten.
#[derive(Args)]
#[command(after_help = "Examples:
  lockstep init                   a company: one tenant with one workspace
  lockstep init --msp northwind   a service provider: MSP, tenant, workspace")]
pub(crate) struct Init {
    /// Start as a managed service provider with a customer: three levels
    #[arg(long)]
    msp: bool,
    /// Where to write; it is made if it isn't there
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    dir: PathBuf,
}

impl Init {
    /// The files' names and texts.
    fn files(&self) -> [(&'static str, &'static str); 3] {
        let (policy, tests) = if self.msp {
            (include_str!("init/msp/policy.json"), include_str!("init/msp/policy.test.json"))
        } else {
            (include_str!("init/tenant/policy.json"), include_str!("init/tenant/policy.test.json"))
        };
        [("policy.json", policy), ("policy.test.json", tests), ("lockstep.toml", CONFIGURATION)]
    }

    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let files = self.files().map(|(name, text)| (self.dir.join(name), text));
        for (path, _) in &files {
            // Even a link to nowhere is something that is there.
            if path.symlink_metadata().is_ok() {
                return Err(occupied(path));
            }
        }
        fs::create_dir_all(&self.dir).map_err(|error| unwritable(&self.dir, &error))?;
        for (place, (path, text)) in files.iter().enumerate() {
            if let Err(error) = write(path, text) {
                // All of them or none: what this run has written goes again.
                files.iter().take(place).for_each(|(path, _)| drop(fs::remove_file(path)));
                return Err(if error.kind() == io::ErrorKind::AlreadyExists { occupied(path) } else { unwritable(path, &error) });
            }
        }
        let mut out = output::text();
        let [policy, tests, configuration] = files.map(|(path, _)| path.display().to_string());
        writeln!(out, "Wrote {policy}, {tests} and {configuration}.\n")?;
        writeln!(out, "{FAINT}Next:{FAINT:#}")?;
        writeln!(out, "  {STRONG}lockstep check {}{STRONG:#}", quoted(&policy))?;
        writeln!(out, "  {STRONG}lockstep test {}{STRONG:#}", quoted(&tests))?;
        Ok(Status::Done)
    }
}

/// Writes a file that isn't there yet, whole or not at all.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes()).inspect_err(|_| drop(fs::remove_file(path)))
}

fn occupied(path: &Path) -> Failure {
    Failure::input(
        format!("`{}` is there already; nothing was written", path.display()),
        "name another folder: `lockstep init DIR`, or move the file away",
    )
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::input(format!("`{}` can't be written: {}", path.display(), reason(error)), "name a folder that you may write to")
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |char: char| char.is_alphanumeric() || "/._-+=,@:".contains(char);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
