//! O-3 case by case for patterns, and what integrations claim (I-6).

#![allow(clippy::panic, reason = "a test fails by panicking")]

use lockstep_policy::address::AddressError::*;
use lockstep_policy::address::{Address, Pattern, PatternError, PatternHost};

fn address(text: &str) -> Address {
    Address::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Pattern, address, whether it matches (O-3), whether it claims (I-6).
#[test]
fn matching_and_claiming() {
    let table = [
        // Scheme and port count in a match, not in a claim.
        ("https://a.b", "https://a.b/x", true, true),
        ("https://a.b", "http://a.b/x", false, true),
        ("http://a.b", "http://a.b:80/x", true, true),
        ("https://a.b", "https://a.b:443", true, true),
        ("https://a.b:443", "https://a.b", true, true),
        ("https://a.b", "https://a.b:8443", false, true),
        ("https://a.b:8443", "https://a.b:8443", true, true),
        ("https://a.b:8443", "https://a.b", false, true),
        ("https://a.b:*", "https://a.b:1", true, true),
        ("https://a.b:*", "https://a.b", true, true),
        ("https://a.b:*", "http://a.b", false, true),
        ("https://*.b.c:*/p", "https://a.b.c:9/p", true, true),
        // Host.
        ("HTTPS://A.B.", "https://a.b", true, true),
        ("https://a.b", "https://A.B./", true, true),
        ("https://a.b", "https://x.a.b", false, false),
        ("https://a.b", "https://xa.b", false, false),
        ("https://*.a.b", "https://x.a.b", true, true),
        ("https://*.a.b.", "https://y.X.a.b.", true, true),
        ("https://*.a.b", "https://a.b", false, false),
        ("https://*.a.b", "https://xa.b", false, false),
        ("https://*.b", "https://a.b", true, true),
        ("https://*.b", "https://b", false, false),
        ("https://9.9.9.9", "https://9.9.9.9/", true, true),
        ("https://[2606:0::1]", "https://[2606::0001]/", true, true),
        ("https://[2606::1]:*", "https://[2606::1]:7/", true, true),
        // Path.
        ("https://a.b/", "https://a.b", true, true),
        ("https://a.b/", "https://a.b/?q", true, true),
        ("https://a.b/", "https://a.b/p", false, true),
        ("https://a.b/*", "https://a.b", true, true),
        ("https://a.b/*", "https://a.b/p/q", true, true),
        ("https://a.b/p", "https://a.b/p", true, true),
        ("https://a.b/p", "https://a.b/p?q", true, true),
        ("https://a.b/p", "https://a.b/p/", false, true),
        ("https://a.b/p", "https://a.b/p/q", false, true),
        ("https://a.b/p", "https://a.b/pq", false, false),
        ("https://a.b/p", "https://a.b/P", false, false),
        ("https://a.b/p", "https://a.b/", false, false),
        ("https://a.b/p/", "https://a.b/p/", true, true),
        ("https://a.b/p/", "https://a.b/p", false, false),
        ("https://a.b/p/", "https://a.b/p/q", false, true),
        ("https://a.b/p/", "https://a.b/p/q/r/", false, true),
        ("https://a.b/p/*", "https://a.b/p", true, true),
        ("https://a.b/p/*", "https://a.b/p/", true, true),
        ("https://a.b/p/*", "https://a.b/p/q/r", true, true),
        ("https://a.b/p/*", "https://a.b/pq", false, false),
        ("https://a.b/p/*", "https://a.b/", false, false),
        ("https://a.b/%c3%A4", "https://a.b/%C3%a4", true, true),
        ("https://a.b/%c3/*", "https://a.b/%C3/x", true, true),
        // A star anywhere else is itself.
        ("https://a.b/p*", "https://a.b/p*", true, true),
        ("https://a.b/p*", "https://a.b/pq", false, false),
        ("https://a.b/*/q", "https://a.b/*/q", true, true),
        ("https://a.b/*/q", "https://a.b/p/q", false, false),
        ("https://a.b/**", "https://a.b/**", true, true),
        ("https://a.b/**", "https://a.b/p", false, false),
        ("https://a.b/*/", "https://a.b/*/", true, true),
        ("https://a.b/*/", "https://a.b/p/", false, false),
        ("https://a.b/*/*", "https://a.b/*/x", true, true),
        ("https://a.b/*/*", "https://a.b/p/x", false, false),
    ];
    for (text, other, matches, claims) in table {
        let (pattern, address) = (pattern(text), address(other));
        assert_eq!(pattern.matches(&address), matches, "{text} matches {other}");
        assert_eq!(pattern.claims(&address), claims, "{text} claims {other}");
    }
}

#[test]
fn patterns_that_are_none() {
    let table = [
        ("https://a.b?", PatternError::Query),
        ("https://a.b/p?q", PatternError::Query),
        ("https://*", PatternError::Star),
        ("https://*/", PatternError::Star),
        ("https://*a.b", PatternError::Star),
        ("https://a.*.b", PatternError::Star),
        ("https://*.*.b", PatternError::Star),
        ("https://a.*:80", PatternError::Star),
        ("https://*.9.9.9.9", PatternError::NumbersBelow),
        ("https://*.[::1]", PatternError::NumbersBelow),
        ("https://*.5", PatternError::Address(NumericHost)),
        ("https://*.", PatternError::Address(NoHost)),
        ("https://*../", PatternError::Address(EmptyLabel)),
        ("https://*..b", PatternError::Address(EmptyLabel)),
        ("*://a.b", PatternError::Address(Scheme)),
        ("a.b", PatternError::Address(Scheme)),
        ("https://a.b:**", PatternError::Address(Port)),
        ("https://a.b:8*", PatternError::Address(Port)),
        ("https://a.b:*:*", PatternError::Address(Port)),
        ("https://a.b:0", PatternError::Address(Port)),
        ("https://u@a.b", PatternError::Address(UserInfo)),
        ("https://a.b/#", PatternError::Address(Fragment)),
        ("https://a.b//*", PatternError::Address(EmptySegment)),
        ("https://a.b/p//*", PatternError::Address(EmptySegment)),
        ("https://a.b/./*", PatternError::Address(DotSegment)),
        ("https://a.b/%2a", PatternError::Address(Encoded)),
        ("https://a.b/%2", PatternError::Address(Percent)),
    ];
    for (text, error) in table {
        assert_eq!(Pattern::parse(text).err(), Some(error), "{text}");
    }
}

#[test]
fn what_a_pattern_names() {
    assert_eq!(pattern("https://A.b.:*/x").host(), PatternHost::Exact("a.b"));
    assert_eq!(pattern("https://*.A.b.").host(), PatternHost::Below("a.b"));
    assert_eq!(pattern("https://[2606:0::1]").host(), PatternHost::Exact("[2606::1]"));
    assert_eq!(pattern("HTTPS://A.b./*").text(), "HTTPS://A.b./*");
    // The exemption from O-3's refusals: that very host, whatever else the pattern says.
    let own = address("http://10.0.0.7:8080/mcp");
    assert!(pattern("https://10.0.0.7/other").names_host(&own));
    assert!(!pattern("http://10.0.0.8:8080/mcp").names_host(&own));
    assert!(!pattern("https://*.local").names_host(&address("https://a.local")));
    assert!(pattern("https://a.LOCAL").names_host(&address("https://a.local.")));
    // Below a domain.
    for (text, reserved) in [
        ("https://*.local", true),
        ("https://*.LOCALHOST.", true),
        ("https://*.a.internal", true),
        ("https://*.com", false),
        ("https://*.local.example", false),
        ("https://*.mylocal", false),
    ] {
        assert_eq!(pattern(text).only_reserved(), reserved, "{text}");
    }
}
