//! Addresses, patterns, and what is shown of them (O-3, I-6, N-3).

use lockstep_policy::address::{Address, Pattern, PatternHost, address_digest, redact};

/// What no address of the fuzzer has.
const SECRET: &str = "S3cretOfNobody";

/// An address, another, and a pattern, a line each.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.splitn(3, '\n');
    let [first, second, third] = std::array::from_fn(|_| lines.next().unwrap_or_default());
    let addresses = [first, second].map(|text| (text, Address::parse(text)));
    for (text, address) in &addresses {
        shown(text);
        if let Ok(address) = address {
            read(text, address);
            holds_itself(address);
        }
    }
    shown(third);
    let pattern = Pattern::parse(third);
    if let ([(_, Ok(one)), (_, Ok(other))], pattern) = (&addresses, pattern.as_ref().ok()) {
        are_compared(one, other, pattern);
    }
    if let Ok(pattern) = &pattern {
        assert_eq!(pattern.text(), third);
        for (_, address) in &addresses {
            address.iter().for_each(|address| hold(pattern, address));
        }
    }
}

/// An accepted address is what the `url` crate reads, its compared form is one, and is its own.
fn read(text: &str, ours: &Address) {
    match url::Url::parse(text) {
        Ok(theirs) => assert!(agree(ours, &theirs), "{text}: {} and {theirs}", ours.as_str()),
        // Whether punycode decodes is left open by O-3.
        Err(error) => assert!(ours.host().contains("xn--"), "{text}: {error}"),
    }
    assert_eq!(Address::parse(ours.as_str()).as_ref(), Ok(ours), "{text}: the compared form");
    assert_eq!(address_digest(text), address_digest(ours.as_str()), "{text}");
    let default_port = if ours.scheme() == "https" { 443 } else { 80 };
    let port = if ours.port() == default_port { String::new() } else { format!(":{}", ours.port()) };
    assert_eq!(ours.as_str(), format!("{}://{}{port}{}", ours.scheme(), ours.host(), ours.path()));
}

fn agree(ours: &Address, theirs: &url::Url) -> bool {
    let host = match theirs.host() {
        Some(url::Host::Domain(name)) => name.strip_suffix('.').unwrap_or(name).to_owned(),
        Some(url::Host::Ipv4(ip)) => ip.to_string(),
        Some(url::Host::Ipv6(ip)) => format!("[{ip}]"),
        None => return false,
    };
    host == ours.host()
        && theirs.scheme() == ours.scheme()
        && theirs.port_or_known_default() == Some(ours.port())
        && with_upper_digits(theirs.path()) == ours.path()
        && theirs.username().is_empty()
        && theirs.password().is_none()
        && theirs.fragment().is_none()
}

/// A path with the digits after `%` in upper case.
fn with_upper_digits(path: &str) -> String {
    let mut left = 0;
    let cased = path.chars().map(|character| match character {
        '%' => {
            left = 2;
            character
        }
        _ if left > 0 => {
            left -= 1;
            character.to_ascii_uppercase()
        }
        _ => character,
    });
    cased.collect()
}

/// As a pattern, the compared form of an address holds it, and another scheme or port is still claimed (I-6).
fn holds_itself(address: &Address) {
    let form = address.as_str();
    // A `*` at the end of a path is a pattern's own.
    if form.ends_with("/*") {
        return;
    }
    let own = Pattern::parse(form).unwrap_or_else(|error| panic!("{form}: {error}"));
    assert!(own.matches(address) && own.claims(address) && own.names_host(address), "{form}");
    assert_eq!(own.only_reserved(), address.is_reserved(), "{form}");
    assert_eq!(own.host(), PatternHost::Exact(address.host()), "{form}");
    for scheme in ["http", "https"] {
        let elsewhere = format!("{scheme}://{}:8443{}", address.host(), address.path());
        let elsewhere = Address::parse(&elsewhere).unwrap_or_else(|error| panic!("{elsewhere}: {error}"));
        assert!(own.claims(&elsewhere) && own.names_host(&elsewhere), "{form}: {}", elsewhere.as_str());
        assert_eq!(own.matches(&elsewhere), *address == elsewhere, "{form}: {}", elsewhere.as_str());
    }
}

/// Equality goes both ways, and is what the two forms' patterns say of each other; equal addresses match alike.
fn are_compared(one: &Address, other: &Address, pattern: Option<&Pattern>) {
    let equal = one == other;
    assert_eq!(equal, one.as_str() == other.as_str());
    assert_eq!(equal, one.digest() == other.digest());
    for (here, there) in [(one, other), (other, one)] {
        if !here.as_str().ends_with("/*") {
            let here = Pattern::parse(here.as_str()).expect("an address is a pattern");
            assert_eq!(here.matches(there), equal, "{} and {}", here.text(), there.as_str());
        }
    }
    if let Some(pattern) = pattern.filter(|_| equal) {
        assert_eq!(pattern.matches(one), pattern.matches(other));
        assert_eq!(pattern.claims(one), pattern.claims(other));
    }
}

/// What is matched is claimed too; who holds a host is found under it; and a pattern that holds refused hosts alone
/// matches no other.
fn hold(pattern: &Pattern, address: &Address) {
    let (matches, claims) = (pattern.matches(address), pattern.claims(address));
    assert!(claims || !matches, "{}: {}", pattern.text(), address.as_str());
    let indexed = match pattern.host() {
        PatternHost::Exact(host) => host == address.host(),
        PatternHost::Below(host) => address.host_suffixes().any(|suffix| suffix == host),
    };
    assert!(indexed || !claims, "{}: {}", pattern.text(), address.as_str());
    let exact = matches!(pattern.host(), PatternHost::Exact(_));
    assert_eq!(pattern.names_host(address), exact && indexed, "{}: {}", pattern.text(), address.as_str());
    if matches && pattern.only_reserved() {
        assert!(address.is_reserved(), "{}: {}", pattern.text(), address.as_str());
    }
}

/// What is shown has no user information, query or fragment, and is shown again as it is.
fn shown(text: &str) {
    let shown = redact(text);
    assert_eq!(redact(&shown), shown, "{text}");
    assert!(!shown.contains(['?', '#']), "{text}: {shown}");
    assert!(shown.chars().all(|character| character.is_ascii() && !character.is_ascii_control()), "{text}: {shown}");
    let after_scheme = shown.split_once("://").map_or(&*shown, |(_, rest)| rest);
    let authority = after_scheme.split('/').next().unwrap_or_default();
    assert!(!authority.contains('@'), "{text}: {shown}");
    // Another reader's user information, query and fragment, put where they belong, can't be seen.
    let Some((scheme, rest)) = text.split_once("://").filter(|_| !text.contains(SECRET)) else { return };
    for spoilt in [
        format!("{scheme}://{SECRET}@{rest}"),
        format!("{scheme}://u:{SECRET}@{rest}"),
        format!("{scheme}://{SECRET}:p@{rest}"),
        format!("{text}?{SECRET}"),
        format!("{text}#{SECRET}"),
    ] {
        let seen = redact(&spoilt);
        assert!(!seen.contains(SECRET), "{spoilt}: {seen}");
    }
}
