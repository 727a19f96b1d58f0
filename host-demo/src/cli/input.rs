//! What is read: files, or standard input.

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use lockstep_policy::Policy;

use super::failure::{Failure, reason};
use super::problems;

/// A file named on the command line; `-` is standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Input(PathBuf);

impl From<OsString> for Input {
    fn from(name: OsString) -> Self {
        Self(name.into())
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        Self(path)
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_standard() { f.write_str("standard input") } else { self.0.display().fmt(f) }
    }
}

impl Input {
    fn is_standard(&self) -> bool {
        self.0.as_os_str() == "-"
    }

    /// The file, unless it is standard input.
    pub(crate) fn file(&self) -> Option<&Path> {
        (!self.is_standard()).then_some(&*self.0)
    }

    /// The folder that it lies in; standard input is in the current one.
    pub(crate) fn folder(&self) -> &Path {
        self.0.parent().unwrap_or(Path::new(""))
    }

    /// Reads all of it.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Failure> {
        let read = if self.is_standard() {
            let mut text = Vec::new();
            io::stdin().lock().read_to_end(&mut text).map(|_| text)
        } else {
            std::fs::read(&self.0)
        };
        read.map_err(|error| self.unreadable(&error))
    }

    /// Opens it for reading line by line.
    pub(crate) fn lines(&self) -> Result<Lines, Failure> {
        let reader: Box<dyn io::Read> = if self.is_standard() {
            Box::new(io::stdin().lock())
        } else {
            Box::new(File::open(&self.0).map_err(|error| self.unreadable(&error))?)
        };
        Ok(Lines { input: self.clone(), reader: BufReader::with_capacity(1 << 16, reader), line: Vec::new(), number: 0 })
    }

    /// Loads a policy; what is wrong with it goes to standard error.
    pub(crate) fn policy(&self) -> Result<Policy, Failure> {
        let text = self.read()?;
        Policy::load(&text).map_err(|found| {
            problems::tell(&self.to_string(), &text, &found);
            Failure::Told
        })
    }

    /// Two files can't both be standard input.
    pub(crate) fn is_apart_from(&self, other: &Self) -> Result<(), Failure> {
        if self.is_standard() && other.is_standard() {
            return Err(Failure::input("standard input can be read only once", "name a file in place of one `-`"));
        }
        Ok(())
    }

    fn unreadable(&self, error: &io::Error) -> Failure {
        let name = self.to_string();
        match error.kind() {
            io::ErrorKind::NotFound => {
                Failure::input(format!("there is no file `{name}`"), "check the path, or use `-` for standard input")
            }
            io::ErrorKind::IsADirectory => Failure::input(format!("`{name}` is a folder"), "name a file in it"),
            io::ErrorKind::PermissionDenied => {
                Failure::input(format!("`{name}` may not be read"), "check its permissions, or run this as somebody who may")
            }
            _ => Failure::input(format!("`{name}` can't be read: {}", reason(error)), "check the file and the disk that it lies on"),
        }
    }
}

/// The lines of a file, one at a time.
pub(crate) struct Lines {
    input: Input,
    reader: BufReader<Box<dyn io::Read>>,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    /// Whether the next line may have to be waited for.
    pub(crate) fn waits(&self) -> bool {
        !self.reader.buffer().contains(&b'\n')
    }

    /// The next line that isn't blank, and its number from 1.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, &[u8])>, Failure> {
        loop {
            self.line.clear();
            let length = self.reader.read_until(b'\n', &mut self.line).map_err(|error| self.input.unreadable(&error))?;
            self.number += 1;
            if length == 0 {
                return Ok(None);
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some((self.number, self.line.trim_ascii())));
            }
        }
    }
}
