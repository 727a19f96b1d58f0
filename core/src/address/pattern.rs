//! Patterns of the platform's list and of integrations (O-1, O-3, I-6, I-7).

use super::{Address, AddressError, parse};
use parse::Host;

/// A pattern of origins, read once; matching is a few comparisons.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    text: Box<str>,
    /// The pattern as an address: without `*.`, and with the path before `/*`.
    origin: Address,
    below: bool,
    any_port: bool,
    paths: Paths,
}

/// Which paths a pattern holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Paths {
    Every,
    /// That one alone.
    One,
    /// That one and all below.
    Subtree,
}

/// The host that a pattern names, in its compared form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "O-3 knows these two, and an index must handle both")]
pub enum PatternHost<'a> {
    /// This very host.
    Exact(&'a str),
    /// Written with `*.`: every name with at least one label before this one.
    Below(&'a str),
}

impl Pattern {
    /// Reads a pattern; the error says what O-3 doesn't allow in it.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let parts = parse::split(text)?;
        if parts.query.is_some() {
            return Err(PatternError::Query);
        }
        let (host_text, port_text) = parse::cut_port(parts.authority);
        let any_port = port_text == Some("*");
        let authority = if any_port { host_text } else { parts.authority };
        let domain = authority.strip_prefix("*.");
        let authority = domain.unwrap_or(authority);
        if parse::cut_port(authority).0.contains('*') {
            return Err(PatternError::Star);
        }
        let (host, port) = parse::authority(authority)?;
        if domain.is_some() && !matches!(host, Host::Name(_)) {
            return Err(PatternError::NumbersBelow);
        }
        parse::path(parts.path)?;
        let (path, paths) = match parts.path.strip_suffix("/*") {
            Some("") => ("", Paths::Every),
            Some(path) => (path, Paths::Subtree),
            None if parts.path.is_empty() => ("", Paths::Every),
            None => (parts.path, Paths::One),
        };
        let port = port.unwrap_or_else(|| parts.scheme.default_port());
        let origin = Address::assemble(parts.scheme, &host, port, path);
        Ok(Self { text: text.into(), origin, below: domain.is_some(), any_port, paths })
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The host to index it by.
    pub fn host(&self) -> PatternHost<'_> {
        if self.below { PatternHost::Below(self.origin.host()) } else { PatternHost::Exact(self.origin.host()) }
    }

    /// Whether the address matches (O-3).
    pub fn matches(&self, address: &Address) -> bool {
        self.origin.scheme == address.scheme
            && (self.any_port || self.origin.port == address.port)
            && self.holds_host(address)
            && match self.paths {
                Paths::Every => true,
                Paths::One => address.path() == self.origin.path(),
                Paths::Subtree => is_within(address.path(), self.origin.path()),
            }
    }

    /// Whether the address is this integration's in I-6's wider reading: whatever scheme and port, and with all that
    /// lies below the pattern's path.
    pub fn claims(&self, address: &Address) -> bool {
        let (path, own) = (address.path(), self.origin.path());
        self.holds_host(address)
            && match self.paths {
                Paths::Every => true,
                Paths::One if own.ends_with('/') => path.starts_with(own),
                Paths::One | Paths::Subtree => is_within(path, own),
            }
    }

    /// Whether the pattern names that very host, without `*.`, whatever scheme, port and path: on the platform's list
    /// this lifts O-3's refusal of a reserved host.
    pub fn names_host(&self, address: &Address) -> bool {
        !self.below && self.origin.host_bytes() == address.host_bytes()
    }

    /// Whether O-3 refuses every host that the pattern holds. An exact host on the platform's own list lifts that
    /// refusal by standing there (`names_host`), so this alone doesn't make such a pattern idle.
    pub fn only_reserved(&self) -> bool {
        if self.below { parse::is_reserved_domain(self.origin.host()) } else { self.origin.reserved }
    }

    fn holds_host(&self, address: &Address) -> bool {
        let (own, host) = (self.origin.host_bytes(), address.host_bytes());
        if self.below {
            // Only names can match: no name ends in a number or a bracket.
            host.strip_suffix(own).is_some_and(|front| front.ends_with(b"."))
        } else {
            own == host
        }
    }
}

/// Whether a path is `top` or lies below it.
fn is_within(path: &str, top: &str) -> bool {
    path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// What an address may not have either.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A query, which is never compared.
    #[error("a pattern has no query; remove `?` and what follows")]
    Query,
    /// A `*` in the host that isn't its first label.
    #[error("a `*` in the host may only be its first label; write `*.` before a domain")]
    Star,
    /// `*.` before numbers.
    #[error("`*.` stands before an IP address; write it before a name, or leave it out")]
    NumbersBelow,
}
