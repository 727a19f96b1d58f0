//! SHA-256 digests, and the canonical JSON (RFC 8785) that those of arguments and tool definitions are over
//! (contract 1, K-7, K-9).

mod json;
mod number;

use std::fmt;

use sha2::{Digest as _, Sha256};

pub use json::{DigestError, canonical_json};

const PREFIX: &str = "sha256:";

/// The members of a tool's definition that its digest covers (K-9).
const DEFINITION: [&str; 6] = ["annotations", "description", "inputSchema", "name", "outputSchema", "title"];

/// A SHA-256 digest, written `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes as they are.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads a digest; nothing but its one spelling is one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = text.strip_prefix(PREFIX)?.bytes();
        let mut bytes = [0; 32];
        for byte in &mut bytes {
            *byte = hex_digit(digits.next()?)? << 4 | hex_digit(digits.next()?)?;
        }
        digits.next().is_none().then_some(Self(bytes))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' - 10 + value };
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        formatter.write_str(PREFIX)?;
        formatter.write_str(str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The digest of a JSON text's canonical form, for a call's arguments; an error where contract 1 says that it has none.
pub fn json_digest(text: &[u8]) -> Result<Digest, DigestError> {
    canonical_json(text).map(|canonical| Digest::of(&canonical))
}

/// The digest of a tool's definition as a server lists it: of the members that K-9 names, those that are there.
///
/// The definition has none, too, where one of its other members is what no digest can be over.
pub fn definition_digest(tool: &[u8]) -> Result<Digest, DigestError> {
    json::canonical_members(tool, &DEFINITION).map(|canonical| Digest::of(&canonical))
}

/// The value of a lower-case hexadecimal digit.
fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
