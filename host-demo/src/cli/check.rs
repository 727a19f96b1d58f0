//! `lockstep check`: everything that is wrong with a policy, and what deserves a warning.

use std::io::Write as _;

use clap::{Args, ValueHint};
use lockstep_policy::document::{Document, Problem, ProblemCode, Problems};
use serde::Serialize;

use super::failure::{Failure, Status};
use super::input::Input;
use super::output::{self, BAD, Format, GOOD, count};
use super::problems::{self, Kind};

/// Check a policy: all problems and warnings, each with its place and what to do
///
/// Warnings refuse nothing: with warnings alone the status is 0.
#[derive(Args)]
#[command(after_help = "Examples:
  lockstep check policy.json
  lockstep check policy.json --json | jq -r '.problems[] | \"\\(.line): \\(.problem)\"'
  lockstep check policy.json --digest     the same for one content, however written")]
pub(crate) struct Check {
    /// The policy
    #[arg(value_hint = ValueHint::FilePath)]
    file: Input,
    /// Print the content's digest, and nothing else unless --json or --text is given
    #[arg(long)]
    digest: bool,
    #[command(flatten)]
    format: Format,
}

/// What was found, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    problems: &'a [Problem],
    count: u64,
    warnings: &'a [Problem],
    warning_count: u64,
    #[serde(flatten)]
    content: Option<Content>,
}

/// What a valid policy holds.
#[derive(Serialize)]
struct Content {
    revision: u64,
    scopes: usize,
    users: usize,
    servers: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
}

impl Check {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let text = self.file.read()?;
        match Document::read_and_warn(&text) {
            Ok((document, warnings)) => {
                let content = Content {
                    revision: document.revision,
                    scopes: document.scopes.len(),
                    users: document.users.len(),
                    servers: document.servers.len(),
                    digest: self.digest.then(|| document.digest().to_string()),
                };
                self.valid(&text, content, &warnings)?;
                Ok(Status::Done)
            }
            Err(found) => {
                self.invalid(&text, &found)?;
                // What isn't UTF-8 can't be read at all; that is no finding about a policy.
                let unreadable = found.problems.iter().any(|problem| problem.code == ProblemCode::NotUtf8);
                if unreadable { Err(Failure::Told) } else { Ok(Status::Found) }
            }
        }
    }

    /// Whether the digest alone is wanted.
    fn is_terse(&self) -> bool {
        self.digest && !self.format.asks_for_json() && !self.format.asks_for_text()
    }

    fn valid(&self, text: &[u8], content: Content, warnings: &Problems) -> Result<(), Failure> {
        let name = self.file.to_string();
        if let (true, Some(digest)) = (self.is_terse(), &content.digest) {
            problems::write(&mut anstream::stderr().lock(), Kind::Warning, &name, text, &warnings.problems)?;
            writeln!(output::text(), "{digest}")?;
        } else if self.format.is_json() {
            let found = (&warnings.problems, warnings.count);
            output::json(&Report { problems: &[], count: 0, warnings: found.0, warning_count: found.1, content: Some(content) })?;
        } else {
            let mut out = output::text();
            problems::write(&mut out, Kind::Warning, &name, text, &warnings.problems)?;
            let Content { revision, scopes, users, servers, digest } = content;
            let [scopes, users, servers] =
                [(scopes, "scope"), (users, "user"), (servers, "server")].map(|(number, thing)| count(number as u64, thing));
            write!(out, "{name}: {GOOD}valid{GOOD:#}, revision {revision}, {scopes}, {users}, {servers}")?;
            if warnings.count > 0 {
                write!(out, "; {}", problems::total(warnings, "warning"))?;
            }
            match digest {
                Some(digest) => writeln!(out, "; {digest}")?,
                None => writeln!(out)?,
            }
        }
        Ok(())
    }

    fn invalid(&self, text: &[u8], found: &Problems) -> Result<(), Failure> {
        let name = self.file.to_string();
        let total = format!("{name}: {BAD}{}{BAD:#}", problems::total(found, "problem"));
        if self.is_terse() {
            let mut out = anstream::stderr().lock();
            problems::write(&mut out, Kind::Error, &name, text, &found.problems)?;
            writeln!(out, "{total}")?;
        } else if self.format.is_json() {
            output::json(&Report { problems: &found.problems, count: found.count, warnings: &[], warning_count: 0, content: None })?;
        } else {
            let mut out = output::text();
            problems::write(&mut out, Kind::Error, &name, text, &found.problems)?;
            writeln!(out, "{total}")?;
        }
        Ok(())
    }
}
