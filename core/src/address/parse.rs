//! O-3's grammar, over borrowed text: nothing here allocates.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{AddressError, ip};

const LONGEST_LABEL: usize = 63;
const LONGEST_NAME: usize = 253;

/// The two schemes that an address may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }

    pub(super) const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// A text cut at its separators; only the scheme is checked so far.
pub(super) struct Parts<'a> {
    pub(super) scheme: Scheme,
    pub(super) authority: &'a str,
    /// Empty, or from the first `/` on.
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
}

/// Cuts an address or a pattern, and refuses what may stand nowhere in it.
pub(super) fn split(text: &str) -> Result<Parts<'_>, AddressError> {
    for byte in text.bytes() {
        match byte {
            0x80.. => return Err(AddressError::NonAscii),
            ..=b' ' | 0x7f => return Err(AddressError::Blank),
            b'\\' => return Err(AddressError::Backslash),
            b'#' => return Err(AddressError::Fragment),
            _ => {}
        }
    }
    let (scheme, rest) = cut_scheme(text).ok_or(AddressError::Scheme)?;
    let (before, query) = match rest.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (rest, None),
    };
    let (authority, path) = cut_path(before);
    if authority.contains('@') {
        return Err(AddressError::UserInfo);
    }
    Ok(Parts { scheme, authority, path, query })
}

/// The scheme and what follows its `://`.
pub(super) fn cut_scheme(text: &str) -> Option<(Scheme, &str)> {
    [Scheme::Https, Scheme::Http].into_iter().find_map(|scheme| {
        let (head, rest) = text.split_at_checked(scheme.prefix().len())?;
        head.eq_ignore_ascii_case(scheme.prefix()).then_some((scheme, rest))
    })
}

/// The authority, and the path from its first `/` on.
pub(super) fn cut_path(text: &str) -> (&str, &str) {
    text.find('/').and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""))
}

/// A host that is one.
pub(super) enum Host<'a> {
    /// Without its trailing dot.
    Name(&'a str),
    V4(&'a str, Ipv4Addr),
    V6(Ipv6Addr),
}

impl Host<'_> {
    /// A bound for the length of its compared form.
    pub(super) fn longest(&self) -> usize {
        match self {
            Self::Name(text) | Self::V4(text, _) => text.len(),
            Self::V6(_) => "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]".len(),
        }
    }

    /// Whether the host is among O-3's refused ones.
    pub(super) fn is_reserved(&self) -> bool {
        match *self {
            Self::Name(text) => !text.contains('.') || is_reserved_domain(text),
            Self::V4(_, address) => ip::is_reserved_v4(address),
            Self::V6(address) => ip::is_reserved_v6(address),
        }
    }
}

/// Whether a name is, or lies below, a domain whose names O-3 refuses.
pub(super) fn is_reserved_domain(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    ["localhost", "local", "internal"].iter().any(|domain| last.eq_ignore_ascii_case(domain))
}

/// The host, and the port where one is stated.
pub(super) fn authority(text: &str) -> Result<(Host<'_>, Option<u16>), AddressError> {
    let (host_text, port_text) = cut_port(text);
    let port = port_text.map(port).transpose()?;
    Ok((host(host_text)?, port))
}

/// Host and port as texts; the `:` of an IPv6 address are inside its brackets.
pub(super) fn cut_port(text: &str) -> (&str, Option<&str>) {
    let host_end = if text.starts_with('[') { text.find(']').unwrap_or(text.len()) } else { 0 };
    let colon = text.get(host_end..).and_then(|tail| tail.find(':'));
    match colon.and_then(|at| text.split_at_checked(host_end + at)) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => (text, None),
    }
}

fn port(text: &str) -> Result<u16, AddressError> {
    // `parse` alone would take a sign and leading zeros.
    if text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AddressError::Port);
    }
    text.parse().map_err(|_| AddressError::Port)
}

fn host(text: &str) -> Result<Host<'_>, AddressError> {
    if let Some(inner) = text.strip_prefix('[') {
        let inner = inner.strip_suffix(']').ok_or(AddressError::Ipv6)?;
        return inner.parse().map(Host::V6).map_err(|_| AddressError::Ipv6);
    }
    match text.parse() {
        Ok(address) => Ok(Host::V4(text, address)),
        Err(_) => name(text).map(Host::Name),
    }
}

/// A name without its trailing dot.
pub(super) fn name(text: &str) -> Result<&str, AddressError> {
    if text.is_empty() {
        return Err(AddressError::NoHost);
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    if name.len() > LONGEST_NAME {
        return Err(AddressError::LongHost);
    }
    let mut last = "";
    for label in name.split('.') {
        if label.is_empty() {
            return Err(AddressError::EmptyLabel);
        }
        if !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return Err(AddressError::HostCharacter);
        }
        if label.len() > LONGEST_LABEL {
            return Err(AddressError::LongLabel);
        }
        last = label;
    }
    // Some programs would read such a name as an IPv4 address.
    if is_number(last) { Err(AddressError::NumericHost) } else { Ok(name) }
}

fn is_number(label: &str) -> bool {
    match label.strip_prefix("0x").or_else(|| label.strip_prefix("0X")) {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// Checks a path, which is empty or begins with `/`.
pub(super) fn path(text: &str) -> Result<(), AddressError> {
    let Some(text) = text.strip_prefix('/') else {
        return Ok(());
    };
    let mut segments = text.split('/').peekable();
    while let Some(segment) = segments.next() {
        match segment {
            "." | ".." => return Err(AddressError::DotSegment),
            "" if segments.peek().is_some() => return Err(AddressError::EmptySegment),
            _ => path_segment(segment)?,
        }
    }
    Ok(())
}

/// Checks the characters of one segment: what may stand in a path stands there as it is.
pub(super) fn path_segment(text: &str) -> Result<(), AddressError> {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let hidden = escaped(&mut bytes).ok_or(AddressError::Percent)?;
            if hidden.is_ascii_control() || matches!(hidden, b'/' | b'\\') || is_path_character(hidden) {
                return Err(AddressError::Encoded);
            }
        } else if !is_path_character(byte) {
            return Err(AddressError::PathCharacter);
        }
    }
    Ok(())
}

/// Checks a query, which is compared with nothing and so may encode what it likes.
pub(super) fn query(text: &str) -> Result<(), AddressError> {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            escaped(&mut bytes).ok_or(AddressError::Percent)?;
        } else if !is_path_character(byte) && !matches!(byte, b'/' | b'?') {
            return Err(AddressError::QueryCharacter);
        }
    }
    Ok(())
}

/// The byte that the two digits after a `%` encode.
pub(super) fn escaped(digits: &mut impl Iterator<Item = u8>) -> Option<u8> {
    let high = char::from(digits.next()?).to_digit(16)?;
    let low = char::from(digits.next()?).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

/// RFC 3986's `pchar`, percent-encoding apart.
fn is_path_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@'
        )
}

/// Appends a checked path in its compared form.
pub(super) fn push_path(form: &mut String, path: &str) {
    let mut pieces = if path.is_empty() { "/" } else { path }.split('%');
    form.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).unwrap_or((piece, ""));
        form.push('%');
        push_cased(form, digits, str::make_ascii_uppercase);
        form.push_str(rest);
    }
}

/// Appends a text in another case.
pub(super) fn push_cased(form: &mut String, text: &str, case: fn(&mut str)) {
    let start = form.len();
    form.push_str(text);
    if let Some(pushed) = form.get_mut(start..) {
        case(pushed);
    }
}
