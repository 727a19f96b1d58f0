//! Addresses and patterns of origins (O-3), and what is shown of an address (N-3).
//!
//! The grammar is far stricter than what a browser reads: an address has one spelling, so that two programs can't
//! disagree about what it names.

mod ip;
mod parse;
mod pattern;
mod redact;

use std::fmt;
use std::fmt::Write as _;

use crate::digest::Digest;

pub use ip::is_reserved_ip;
pub use pattern::{Pattern, PatternError, PatternHost};
pub use redact::redact;

use parse::{Host, Scheme};

/// An address that O-3 can read, kept in its compared form.
///
/// Two spellings of one address are equal. `Debug` shows it redacted, since an address counts as secret (N-3).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// `scheme://host[:port]/path`, the form that is compared and digested.
    form: Box<str>,
    host_end: u16,
    path_start: u16,
    port: u16,
    scheme: Scheme,
    is_name: bool,
    reserved: bool,
}

impl Address {
    /// Reads an address; the error says which clause of O-3 it breaks.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let parts = parse::split(text)?;
        let (host, port) = parse::authority(parts.authority)?;
        parse::path(parts.path)?;
        parse::query(parts.query.unwrap_or_default())?;
        let port = port.unwrap_or_else(|| parts.scheme.default_port());
        Ok(Self::assemble(parts.scheme, &host, port, parts.path))
    }

    /// The compared form: scheme and host in lower case, no default port, no trailing dot, IPv6 as RFC 5952, digits
    /// after `%` in upper case, a path of at least `/`, no query.
    pub fn as_str(&self) -> &str {
        &self.form
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        self.scheme.name()
    }

    /// The host of the compared form; an IPv6 address with its brackets.
    pub fn host(&self) -> &str {
        self.form.get(self.scheme.prefix().len()..usize::from(self.host_end)).unwrap_or_default()
    }

    /// The host as bytes, for comparing: a name is ASCII, and so needs no care where it is cut.
    fn host_bytes(&self) -> &[u8] {
        self.form.as_bytes().get(self.scheme.prefix().len()..usize::from(self.host_end)).unwrap_or_default()
    }

    /// The effective port: the scheme's own where the address states none.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path of the compared form, `/` at least.
    pub fn path(&self) -> &str {
        self.form.get(usize::from(self.path_start)..).unwrap_or_default()
    }

    /// Whether O-3 refuses this host unless the platform names it.
    pub fn is_reserved(&self) -> bool {
        self.reserved
    }

    /// What a `*.` pattern that holds this host may name: of `a.b.c` these are `b.c` and `c`, of numbers nothing.
    pub fn host_suffixes(&self) -> impl Iterator<Item = &str> {
        let name = if self.is_name { self.host() } else { "" };
        std::iter::successors(after_dot(name), |suffix| after_dot(suffix))
    }

    /// The digest of the compared form (contract 1).
    pub fn digest(&self) -> Digest {
        Digest::of(self.form.as_bytes())
    }

    /// Writes the compared form of checked parts; the one allocation, exact but for IPv6.
    fn assemble(scheme: Scheme, host: &Host<'_>, port: u16, path: &str) -> Self {
        const PORT_AND_SLASH: usize = ":65535/".len();
        let mut form = String::with_capacity(scheme.prefix().len() + host.longest() + PORT_AND_SLASH + path.len());
        form.push_str(scheme.prefix());
        match host {
            Host::Name(text) | Host::V4(text, _) => parse::push_cased(&mut form, text, str::make_ascii_lowercase),
            Host::V6(ip) => push_args(&mut form, format_args!("[{ip}]")),
        }
        let host_end = form.len();
        if port != scheme.default_port() {
            push_args(&mut form, format_args!(":{port}"));
        }
        let path_start = form.len();
        parse::push_path(&mut form, path);
        Self {
            form: form.into_boxed_str(),
            // Scheme, host and port have less than 300 bytes together.
            host_end: u16::try_from(host_end).unwrap_or(u16::MAX),
            path_start: u16::try_from(path_start).unwrap_or(u16::MAX),
            port,
            scheme,
            is_name: matches!(host, Host::Name(_)),
            reserved: host.is_reserved(),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Address").field(&redact(&self.form)).finish()
    }
}

/// The digest of a stored address: of its compared form, or of what is stored where that can't be read (contract 1).
pub fn address_digest(stored: &str) -> Digest {
    Address::parse(stored).map_or_else(|_| Digest::of(stored.as_bytes()), |address| address.digest())
}

fn push_args(form: &mut String, args: fmt::Arguments<'_>) {
    // A String takes whatever is written to it.
    let _ = form.write_fmt(args);
}

fn after_dot(name: &str) -> Option<&str> {
    let dot = name.bytes().position(|byte| byte == b'.')?;
    name.get(dot + 1..)
}

/// Which clause of O-3 a text breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Neither `http://` nor `https://` at the start.
    #[error("the scheme is missing or unknown; begin with `https://` or `http://`")]
    Scheme,
    /// A character outside ASCII.
    #[error("a character is not ASCII; write the host in punycode and the path percent-encoded")]
    NonAscii,
    /// White space or a control character.
    #[error("white space or a control character; remove it, or write a blank in the path as `%20`")]
    Blank,
    /// A backslash.
    #[error("a backslash; separate with `/`")]
    Backslash,
    /// A fragment.
    #[error("a fragment; remove `#` and what follows")]
    Fragment,
    /// An `@` before the path.
    #[error("user information before the host; remove it up to the `@` and use headers for credentials")]
    UserInfo,
    /// No host at all.
    #[error("the host is missing; write it after `://`")]
    NoHost,
    /// A character that no host may have.
    #[error("the host has a character that is not a letter, digit, hyphen, underscore or dot; remove it")]
    HostCharacter,
    /// Two dots in a row, or one at the start.
    #[error("the host has an empty label; write one dot between labels and none before the first")]
    EmptyLabel,
    /// A label of more than 63 characters.
    #[error("a label of the host has more than 63 characters; shorten it")]
    LongLabel,
    /// A name of more than 253 characters.
    #[error("the host has more than 253 characters; shorten it")]
    LongHost,
    /// A name that ends in a number, and four decimal numbers it isn't.
    #[error("the host ends in a number; write four decimal numbers from 0 to 255 without leading zeros, or a name")]
    NumericHost,
    /// Brackets without a valid IPv6 address.
    #[error("the brackets hold no valid IPv6 address; write one without a zone and close the bracket")]
    Ipv6,
    /// A port that isn't one.
    #[error("the port is no number from 1 to 65535 without a leading zero; correct it, or leave it out with its `:`")]
    Port,
    /// A character that RFC 3986 doesn't allow in a path.
    #[error("the path has a character that may not stand there; percent-encode it")]
    PathCharacter,
    /// A character that RFC 3986 doesn't allow in a query.
    #[error("the query has a character that may not stand there; percent-encode it")]
    QueryCharacter,
    /// A `%` without two hexadecimal digits.
    #[error("a `%` is not followed by two hexadecimal digits; write `%25` for the sign itself")]
    Percent,
    /// An encoded character that a path must not hide.
    #[error("the path encodes what must not be encoded there; write the character itself, or leave it out")]
    Encoded,
    /// `.` or `..` in the path.
    #[error("the path has a segment `.` or `..`; write the path that it leads to")]
    DotSegment,
    /// `//` in the path.
    #[error("the path has an empty segment; write one `/` between segments")]
    EmptySegment,
}
