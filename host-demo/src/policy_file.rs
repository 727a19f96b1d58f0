//! The file that holds a policy: read and replaced by one at a time, and never half of it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A policy's file, held: nobody else who holds it this way changes it meanwhile.
///
/// What is held is a lock on a file beside it, `NAME.lock`, which stays there; the operating system lets go of it when the
/// process ends, however it ends.
pub(crate) struct PolicyFile {
    /// Where the file itself lies: behind links, so that a link stays one.
    path: PathBuf,
    _lock: File,
}

impl PolicyFile {
    /// Waits until nobody else holds the file, and holds it.
    pub(crate) fn hold(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(beside(&path, ".lock"))?;
        lock.lock()?;
        Ok(Self { path, _lock: lock })
    }

    /// All of it.
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.path)
    }

    /// Puts a text in its place: whoever reads the file, at whatever moment, reads the old one or the new one whole, also
    /// after a crash.
    pub(crate) fn replace(&self, text: &str) -> io::Result<()> {
        // Always the same name: what a killed process left is written over, and holding the file keeps others from it.
        let next = beside(&self.path, ".next");
        let mut file = File::create(&next)?;
        file.set_permissions(fs::metadata(&self.path)?.permissions())?;
        file.write_all(text.as_bytes())?;
        // On disk before the name leads to it, and the name before anybody is told.
        file.sync_all()?;
        fs::rename(&next, &self.path)?;
        match self.path.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

/// A hidden file beside another.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(ending);
    path.with_file_name(name)
}
