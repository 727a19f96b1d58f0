//! Addresses and patterns by O-3's grammar, character by character.

use std::net::Ipv6Addr;

/// A host in its compared form: names in lower case without a trailing dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    Name(String),
    V4([u8; 4]),
    V6(Ipv6Addr),
}

/// An address in its compared form. The query is never compared, so it isn't kept.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) scheme: String,
    pub(crate) host: Host,
    pub(crate) port: u16,
    pub(crate) path: String,
}

/// A pattern's port: none is the scheme's default, `:*` any.
#[derive(Debug, PartialEq, Eq)]
enum PatternPort {
    Any,
    One(u16),
}

/// A pattern of the platform's list or of an integration's origins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    scheme: String,
    /// `*.` stood before the host.
    below: bool,
    host: Host,
    port: PatternPort,
    /// As written, with the digits after `%` in upper case; none is every path.
    path: Option<String>,
}

/// Reads an address; `None` is `invalid-address`.
pub(crate) fn address(text: &str) -> Option<Address> {
    let (scheme, rest) = scheme_of(text)?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let (host, port) = host_and_port(authority)?;
    let port = match port {
        Some(digits) => number_of_port(digits)?,
        None => default_port(&scheme),
    };
    let host = host_of(host)?;
    if !path_is_valid(path) || !query.is_none_or(query_is_valid) {
        return None;
    }
    let path = if path.is_empty() { "/".to_owned() } else { upper_escapes(path) };
    Some(Address { scheme, host, port, path })
}

/// Reads a pattern; `None` for what is none (in a valid document there are no such).
pub(crate) fn pattern(text: &str) -> Option<Pattern> {
    let (scheme, rest) = scheme_of(text)?;
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (below, authority) = authority.strip_prefix("*.").map_or((false, authority), |rest| (true, rest));
    let (host, port) = host_and_port(authority)?;
    let port = match port {
        Some("*") => PatternPort::Any,
        Some(digits) => PatternPort::One(number_of_port(digits)?),
        None => PatternPort::One(default_port(&scheme)),
    };
    let host = host_of(host)?;
    if below && !matches!(host, Host::Name(_)) || !path_is_valid(path) {
        return None;
    }
    let path = (!path.is_empty()).then(|| upper_escapes(path));
    Some(Pattern { scheme, below, host, port, path })
}

impl Pattern {
    /// O-3: scheme, host, port and path.
    pub(crate) fn matches(&self, address: &Address) -> bool {
        self.scheme == address.scheme
            && self.host_matches(&address.host)
            && match self.port {
                PatternPort::Any => true,
                PatternPort::One(port) => port == address.port,
            }
            && match self.path.as_deref() {
                None => true,
                Some(path) => match path.strip_suffix("/*") {
                    Some(top) => is_or_below(top, &address.path),
                    None => path == address.path,
                },
            }
    }

    /// I-6: by host and path alone, and a path holds what is below it.
    pub(crate) fn covers(&self, address: &Address) -> bool {
        self.host_matches(&address.host)
            && match self.path.as_deref() {
                None => true,
                Some(path) => match path.strip_suffix("/*") {
                    Some(top) => is_or_below(top, &address.path),
                    None if path.ends_with('/') => address.path.starts_with(path),
                    None => is_or_below(path, &address.path),
                },
            }
    }

    /// Whether this pattern names that very host (without `*.`), whatever the rest (O-3's refusals).
    pub(crate) fn names_host(&self, host: &Host) -> bool {
        !self.below && self.host == *host
    }

    fn host_matches(&self, host: &Host) -> bool {
        match (self.below, &self.host, host) {
            (true, Host::Name(top), Host::Name(name)) => name.strip_suffix(top).is_some_and(|rest| rest.ends_with('.')),
            (true, _, _) => false,
            (false, own, host) => own == host,
        }
    }
}

fn is_or_below(top: &str, path: &str) -> bool {
    path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn scheme_of(text: &str) -> Option<(String, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    (scheme == "http" || scheme == "https").then_some((scheme, rest))
}

fn default_port(scheme: &str) -> u16 {
    if scheme == "http" { 80 } else { 443 }
}

/// Cuts an authority into host and port; a bracketed host keeps its brackets.
fn host_and_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if !authority.starts_with('[') {
        return Some(authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))));
    }
    let (host, rest) = authority.split_at(authority.find(']')? + 1);
    if rest.is_empty() {
        return Some((host, None));
    }
    Some((host, Some(rest.strip_prefix(':')?)))
}

fn number_of_port(digits: &str) -> Option<u16> {
    let plain = digits.chars().all(|c| c.is_ascii_digit()) && !digits.starts_with('0');
    if plain { digits.parse().ok() } else { None }
}

fn host_of(host: &str) -> Option<Host> {
    if let Some(inside) = host.strip_prefix('[') {
        return inside.strip_suffix(']')?.parse().ok().map(Host::V6);
    }
    if let Some(numbers) = four_numbers(host) {
        return Some(Host::V4(numbers));
    }
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let labels: Vec<&str> = name.split('.').collect();
    let label_is_valid =
        |label: &&str| (1..=63).contains(&label.len()) && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let valid = name.len() <= 253 && labels.iter().all(label_is_valid) && !labels.last().is_some_and(|last| is_number(last));
    valid.then_some(Host::Name(name))
}

fn four_numbers(host: &str) -> Option<[u8; 4]> {
    let numbers: Option<Vec<u8>> = host
        .split('.')
        .map(|part| {
            let plain = !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
            let leading_zero = part.starts_with('0') && part != "0";
            if plain && !leading_zero { part.parse().ok() } else { None }
        })
        .collect();
    numbers?.try_into().ok()
}

/// Digits, or `0x` and hex digits or nothing.
fn is_number(label: &str) -> bool {
    match label.strip_prefix("0x") {
        Some(digits) => digits.chars().all(|c| c.is_ascii_hexdigit()),
        None => label.chars().all(|c| c.is_ascii_digit()),
    }
}

/// RFC 3986: what may stand in a path segment as it is.
fn is_path_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@".contains(c)
}

fn path_is_valid(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else {
        return path.is_empty();
    };
    let segments: Vec<&str> = rest.split('/').collect();
    let last = segments.len() - 1;
    segments.iter().enumerate().all(|(index, segment)| {
        let empty_inside = segment.is_empty() && index != last;
        let dots = *segment == "." || *segment == "..";
        !empty_inside && !dots && characters_are_valid(segment, is_path_character, escape_may_stand_in_path)
    })
}

fn query_is_valid(query: &str) -> bool {
    characters_are_valid(query, |c| is_path_character(c) || c == '/' || c == '?', |_| true)
}

/// An escape hides nothing: no control character, no slash of either kind, nothing that could stand there openly.
fn escape_may_stand_in_path(byte: u8) -> bool {
    let c = char::from(byte);
    !c.is_ascii_control() && c != '/' && c != '\\' && !is_path_character(c)
}

fn characters_are_valid(text: &str, plain: impl Fn(char) -> bool, escaped: impl Fn(u8) -> bool) -> bool {
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '%' {
            if !plain(c) {
                return false;
            }
            continue;
        }
        let digits = (rest.next().and_then(|c| c.to_digit(16)), rest.next().and_then(|c| c.to_digit(16)));
        let (Some(high), Some(low)) = digits else {
            return false;
        };
        if !u8::try_from(high * 16 + low).is_ok_and(&escaped) {
            return false;
        }
    }
    true
}

/// The digits after `%` in upper case, all else as it is.
fn upper_escapes(path: &str) -> String {
    let mut upper = 0;
    path.chars()
        .map(|c| {
            if c == '%' {
                upper = 2;
                return c;
            }
            if upper > 0 {
                upper -= 1;
                return c.to_ascii_uppercase();
            }
            c
        })
        .collect()
}

/// O-3's refusals: hosts that no one from outside should be led to.
pub(crate) fn host_is_refused(host: &Host) -> bool {
    match host {
        Host::Name(name) => !name.contains('.') || [".localhost", ".local", ".internal"].iter().any(|end| name.ends_with(end)),
        Host::V4(numbers) => {
            let bits = u32::from_be_bytes(*numbers);
            let within = |first: [u8; 4], length: u32| (bits ^ u32::from_be_bytes(first)) >> (32 - length) == 0;
            within([0, 0, 0, 0], 8)
                || within([10, 0, 0, 0], 8)
                || within([100, 64, 0, 0], 10)
                || within([127, 0, 0, 0], 8)
                || *numbers == [168, 63, 129, 16]
                || within([169, 254, 0, 0], 16)
                || within([172, 16, 0, 0], 12)
                || within([192, 0, 0, 0], 24)
                || within([192, 0, 2, 0], 24)
                || within([192, 88, 99, 0], 24)
                || within([192, 168, 0, 0], 16)
                || within([198, 18, 0, 0], 15)
                || within([198, 51, 100, 0], 24)
                || within([203, 0, 113, 0], 24)
                || within([224, 0, 0, 0], 4)
                || within([240, 0, 0, 0], 4)
        }
        Host::V6(ip) => {
            let bits = u128::from(*ip);
            let within = |first: [u16; 2], length: u32| {
                let first = (u128::from(first[0]) << 112) | (u128::from(first[1]) << 96);
                (bits ^ first) >> (128 - length) == 0
            };
            !within([0x2000, 0], 3)
                || within([0x2001, 0], 23)
                || within([0x2001, 0x0db8], 32)
                || within([0x2002, 0], 16)
                || within([0x3fff, 0], 20)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{address, host_is_refused, pattern};

    #[test]
    fn what_is_an_address() {
        for text in [
            "https://a.example",
            "HTTP://A.Example.:80/",
            "https://a_b.example/p?",
            "https://1.2.3.4/",
            "https://[2a00::1]:8443/x",
            "https://a.example/@x/%20%25%3F",
            "https://a.example/a/?q=%41/?@",
            "https://a.example?q",
            "https://-a-.x",
            "https://0x.x0x1g",
            "https://a.example/%C2%85",
        ] {
            assert!(address(text).is_some(), "{text}");
        }
        for text in [
            "",
            "ftp://a.example",
            "https:/a.example",
            "https://",
            "https:///p",
            "https://u@a.example",
            "https://@a.example",
            "https://a.example#f",
            "https://a.example/#",
            "https://a.example\\x",
            "https://a example",
            "https://é.example",
            "https://a..example",
            "https://.example",
            "https://a.example..",
            "https://1.2.3",
            "https://1.2.3.4.",
            "https://01.2.3.4",
            "https://a.256",
            "https://a.0x",
            "https://a.0X1f",
            "https://a.example:",
            "https://a.example:0",
            "https://a.example:080",
            "https://a.example:65536",
            "https://a.example:+1",
            "https://[::1%25eth0]",
            "https://[1.2.3.4]",
            "https://[::1",
            "https://[::1]x",
            "https://a.example/%",
            "https://a.example/%4",
            "https://a.example/%zz",
            "https://a.example/%41",
            "https://a.example/%2e",
            "https://a.example/%2F",
            "https://a.example/%5c",
            "https://a.example/%00",
            "https://a.example/%7f",
            "https://a.example/./b",
            "https://a.example/..",
            "https://a.example//",
            "https://a.example/a//b",
            "https://a.example/[x]",
            "https://a.example/?q#",
            "https://a.example/?%4",
            "https://a.example/?q^",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
        assert!(address(&format!("https://{}.example", "a".repeat(63))).is_some());
        assert!(address(&format!("https://{}.example", "a".repeat(64))).is_none());
        let long = format!("{}x.", "a.".repeat(126));
        assert!(address(&format!("https://{long}")).is_some());
        assert!(address(&format!("https://a{long}")).is_none());
    }

    #[test]
    fn what_equals() {
        assert_eq!(address("HTTPS://A.Example.:443?x"), address("https://a.example/"));
        assert_eq!(address("https://[2A00:0::1]/%c3"), address("https://[2a00::1]/%C3"));
        assert_ne!(address("https://a.example/P"), address("https://a.example/p"));
    }

    #[test]
    fn what_a_pattern_matches() {
        // pattern, address, whether O-3's match, whether I-6's
        for (wanted, given, matches, covers) in [
            ("https://a.example", "https://a.example/x", true, true),
            ("https://a.example", "http://a.example:1/x", false, true),
            ("https://a.example/", "https://a.example/x", false, true),
            ("https://a.example/p", "https://a.example/p/", false, true),
            ("https://a.example/p", "https://a.example/px", false, false),
            ("https://a.example/p/", "https://a.example/p", false, false),
            ("https://a.example/p/", "https://a.example/p/x", false, true),
            ("https://a.example/p/*", "https://a.example/p", true, true),
            ("https://a.example/p/*", "https://a.example/p/x/y?q", true, true),
            ("https://a.example/p/*", "https://a.example/px", false, false),
            ("https://a.example/*", "https://a.example/x", true, true),
            ("https://*.example", "https://a.b.example", true, true),
            ("https://*.a.example", "https://a.example", false, false),
            ("https://*.a.example", "https://ba.example", false, false),
            ("https://a.example:*", "https://a.example:99", true, true),
            ("https://a.example:8443", "https://a.example", false, true),
            ("https://a.example/x*y", "https://a.example/xzy", false, false),
        ] {
            let (Some(pattern), Some(address)) = (pattern(wanted), address(given)) else {
                assert_eq!((wanted, given), ("a pattern", "an address"));
                return;
            };
            assert_eq!((pattern.matches(&address), pattern.covers(&address)), (matches, covers), "{wanted} {given}");
        }
        for text in ["https://*.1.2.3.4", "https://a.*.example", "https://*", "https://a.example/p?q", "https://a.example:*1"] {
            assert_eq!(pattern(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_refused() {
        for (text, refused) in [
            ("https://localhost", true),
            ("https://a.localhost.", true),
            ("https://a.local", true),
            ("https://a.internal", true),
            ("https://a.example", false),
            ("https://100.127.0.1", true),
            ("https://100.128.0.1", false),
            ("https://172.31.0.1", true),
            ("https://172.32.0.1", false),
            ("https://168.63.129.16", true),
            ("https://168.63.129.17", false),
            ("https://198.19.0.1", true),
            ("https://255.1.1.1", true),
            ("https://8.8.8.8", false),
            ("https://[::ffff:8.8.8.8]", true),
            ("https://[2001:1ff::1]", true),
            ("https://[2001:200::1]", false),
            ("https://[2001:db8::1]", true),
            ("https://[2002::1]", true),
            ("https://[3fff:fff::1]", true),
            ("https://[3fff:1000::1]", false),
            ("https://[64:ff9b::1]", true),
            ("https://[fe80::1]", true),
        ] {
            assert_eq!(address(text).map(|address| host_is_refused(&address.host)), Some(refused), "{text}");
        }
    }
}
