//! What holds of every address and pattern (O-3, I-6, N-3).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use lockstep_policy::address::{Address, Pattern, address_digest, redact};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{TestCaseResult, TestRunner};

/// Texts that are addresses or nearly so.
fn nearly_addresses() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![8 => Just("https://"), 4 => Just("http://"), 1 => Just("HtTpS://"), 1 => Just("https:/"), 1 => Just("ws://")];
    let label = prop_oneof![8 => "[a-zA-Z0-9_-]{1,6}", 1 => "0x[0-9a-fA-F]{0,2}", 1 => "[0-9]{1,3}", 1 => "xn--[a-z0-9-]{1,6}", 1 => "[a-z.%*]{0,3}"];
    let name =
        (prop::collection::vec(label, 1..5), prop_oneof![6 => Just(""), 1 => Just(".")]).prop_map(|(labels, dot)| labels.join(".") + dot);
    let v4 = prop::collection::vec(0..260_u16, 4).prop_map(|octets| octets.map_join("."));
    let v6 = prop_oneof![
        any::<[u16; 8]>().prop_map(|groups| format!("[{}]", std::net::Ipv6Addr::from(groups))),
        any::<[u16; 8]>().prop_map(|groups| format!("[{}]", groups.map(|group| format!("{group:04X}")).join(":"))),
        r"\[[0-9a-f:.]{2,20}\]",
        r"\[([0-9a-f]{0,2}:){1,7}(([0-9]{1,3}\.){3}[0-9]{1,3}|[0-9a-f]{0,4})\]",
    ];
    let host = prop_oneof![6 => name, 2 => v4, 2 => v6];
    let port = prop_oneof![6 => Just(String::new()), 1 => Just(":443".to_owned()), 1 => Just(":80".to_owned()), 2 => ":[0-9]{0,5}"];
    let segment = prop_oneof![
        8 => "[a-zA-Z0-9._~!$&'()*+,;=:@-]{1,5}",
        2 => "(%[2-7a-fA-F][0-9a-fA-F]|[a-z]){1,3}",
        1 => Just("..".to_owned()),
        1 => Just(String::new()),
        1 => "[ -~]{0,3}",
    ];
    let path =
        prop::collection::vec(segment, 0..4).prop_map(|segments| segments.iter().map(|segment| format!("/{segment}")).collect::<String>());
    let query = prop_oneof![6 => Just(String::new()), 2 => r"\?[a-z0-9=&/?@%]{0,6}", 1 => r"[?#][ -~]{0,4}"];
    (scheme, host, port, path, query).prop_map(|(scheme, host, port, path, query)| format!("{scheme}{host}{port}{path}{query}"))
}

trait MapJoin {
    fn map_join(&self, between: &str) -> String;
}

impl MapJoin for Vec<u16> {
    fn map_join(&self, between: &str) -> String {
        self.iter().map(u16::to_string).collect::<Vec<_>>().join(between)
    }
}

/// A path with the digits after `%` in upper case.
fn with_upper_digits(path: &str) -> String {
    let mut pieces = path.split('%');
    let mut upper = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at(2);
        upper += &format!("%{}{rest}", digits.to_uppercase());
    }
    upper
}

/// Whether `url` reads a text as this address: the same scheme, host, port and path.
fn agrees(ours: &Address, theirs: &url::Url) -> bool {
    let same_host = match theirs.host().unwrap() {
        url::Host::Domain(name) => name.strip_suffix('.').unwrap_or(name) == ours.host(),
        url::Host::Ipv4(ip) => ip.to_string() == ours.host(),
        url::Host::Ipv6(ip) => format!("[{ip}]") == ours.host(),
    };
    same_host
        && theirs.scheme() == ours.scheme()
        && theirs.port_or_known_default() == Some(ours.port())
        && with_upper_digits(theirs.path()) == ours.path()
        && theirs.username().is_empty()
        && theirs.password().is_none()
        && theirs.fragment().is_none()
}

/// How many cases: `LOCKSTEP_LAW_CASES` (`make laws`), else few, so that all tests together stay quick.
fn cases() -> u32 {
    std::env::var("LOCKSTEP_LAW_CASES").map_or(4_000, |text| text.parse().unwrap())
}

/// Runs a law, and says that it held.
fn holds<S: Strategy>(name: &str, texts: S, test: impl Fn(S::Value) -> TestCaseResult) {
    let config = ProptestConfig { failure_persistence: None, cases: cases(), ..ProptestConfig::default() };
    if let Err(failure) = TestRunner::new(config).run(&texts, test) {
        panic!("law {name}: {failure}");
    }
    println!("law {name}: {} cases, 0 failures", cases());
}

/// Whatever we accept, `url` parses to the same. It also checks that punycode decodes, which O-3 leaves open.
#[test]
fn url_reads_the_same() {
    holds("O-3 whatever address is accepted, `url` parses to the same", nearly_addresses(), |text| {
        if let Ok(ours) = Address::parse(&text) {
            match url::Url::parse(&text) {
                Ok(theirs) => prop_assert!(agrees(&ours, &theirs), "{text}: {} and {theirs}", ours.as_str()),
                Err(error) => prop_assert!(ours.host().contains("xn--"), "{text}: {error}"),
            }
            prop_assert_eq!(&Address::parse(ours.as_str()).unwrap(), &ours);
            let default_port = if ours.scheme() == "https" { 443 } else { 80 };
            let port = if ours.port() == default_port { String::new() } else { format!(":{}", ours.port()) };
            prop_assert_eq!(ours.as_str(), format!("{}://{}{port}{}", ours.scheme(), ours.host(), ours.path()));
        }
        Ok(())
    });
}

/// An address is a pattern of itself when it has no query and doesn't end in `/*`, and is claimed by it.
#[test]
fn an_address_matches_itself() {
    holds("O-3, I-6 an address matches itself as a pattern", nearly_addresses(), |text| {
        if let (Ok(address), Ok(pattern)) = (Address::parse(&text), Pattern::parse(&text)) {
            prop_assert!(pattern.matches(&address));
            prop_assert!(pattern.claims(&address));
            prop_assert!(pattern.names_host(&address));
        }
        Ok(())
    });
}

/// Nothing that is read, matched or shown can stop the program, and what is shown is shown again as it is.
#[test]
fn any_text_is_an_answer() {
    let texts = prop_oneof![any::<String>(), nearly_addresses(), "https?://[ -~]{0,40}"];
    holds("N-3 any text is read and shown, and what is shown is shown again as it is", texts, |text| {
        let _ = (Address::parse(&text), Pattern::parse(&text), address_digest(&text));
        let shown = redact(&text);
        prop_assert_eq!(redact(&shown), shown.clone());
        prop_assert!(!shown.contains(['?', '#']));
        prop_assert!(!shown.chars().any(|character| character.is_control() || !character.is_ascii()));
        Ok(())
    });
}

/// The laws above say something only if the generator makes enough addresses.
#[test]
fn most_generated_texts_are_addresses() {
    let mut runner = TestRunner::deterministic();
    let strategy = nearly_addresses();
    let accepted = (0..1000).filter(|_| Address::parse(&strategy.new_tree(&mut runner).unwrap().current()).is_ok()).count();
    assert!((250..950).contains(&accepted), "{accepted} of 1000 accepted");
}
