//! How a command ends when it can't do its work, and what is said about it.

use std::io::{self, Write as _};

use super::output::{BAD, GOOD};

/// How a command ended that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Exit status 0.
    Done,
    /// Exit status 1: something is denied, has a problem, or failed.
    Found,
}

impl Status {
    /// `Found` if something was found.
    pub(crate) fn found(found: bool) -> Self {
        if found { Self::Found } else { Self::Done }
    }
}

/// Why a command could not do its work: exit status 2.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Wrong usage or unreadable input, and what to do about it.
    Input {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// What is wrong was told where it was found.
    Told,
    /// The output can't be written.
    Output(io::Error),
}

/// Output is the only thing whose errors are passed on as they are; reading says which file it was.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Failure {
    /// Wrong usage or unreadable input.
    pub(crate) fn input(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Input { message: message.into(), help: help.into() }
    }

    /// Says on standard error what is wrong.
    pub(crate) fn tell(&self) {
        match self {
            Self::Input { message, help } => tell("error", message, Some(help)),
            Self::Told => {}
            Self::Output(error) => tell("error", &format!("the output can't be written: {}", reason(error)), None),
        }
    }
}

/// Says something on standard error that changes no status.
pub(crate) fn note(message: &str) {
    tell("note", message, None);
}

fn tell(kind: &str, message: &str, help: Option<&str>) {
    let style = if kind == "error" { BAD } else { GOOD };
    let mut out = anstream::stderr().lock();
    // There is nobody left to tell that this can't be told.
    let _ = writeln!(out, "{style}{kind}{style:#}: {message}");
    if let Some(help) = help {
        let _ = writeln!(out, "{GOOD}help{GOOD:#}: {help}");
    }
}

/// The system's words without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}
