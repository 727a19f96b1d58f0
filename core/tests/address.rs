//! O-3 case by case for addresses; redaction (N-3) and address digests (contract 1).

#![allow(clippy::panic, clippy::string_slice, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use lockstep_policy::address::AddressError::{self, *};
use lockstep_policy::address::{Address, Pattern, address_digest, redact};
use lockstep_policy::digest::Digest;

fn address(text: &str) -> Address {
    Address::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// What O-3 reads, and the compared form of it.
#[test]
fn accepted_addresses() {
    let label = "a".repeat(63);
    let name = [&label[..], &label, &label, &label[..61]].join(".");
    assert_eq!(name.len(), 253);
    let table = [
        // Scheme and host in lower case, an empty path is `/`, the query isn't kept.
        ("https://example.com", "https://example.com/"),
        ("http://example.com", "http://example.com/"),
        ("HTTPS://EXAMPLE.com/MCP", "https://example.com/MCP"),
        ("hTTp://eXample.Com/", "http://example.com/"),
        ("https://example.com?", "https://example.com/"),
        ("https://example.com?a=b", "https://example.com/"),
        ("https://example.com/?", "https://example.com/"),
        ("https://example.com/a?b/c?d", "https://example.com/a"),
        ("https://example.com?a@b", "https://example.com/"),
        ("https://example.com/a?%00%2f%2E%41", "https://example.com/a"),
        ("https://example.com/a?../..//", "https://example.com/a"),
        // Ports: the scheme's own equals none.
        ("https://example.com:443/", "https://example.com/"),
        ("http://example.com:80", "http://example.com/"),
        ("https://example.com:80/", "https://example.com:80/"),
        ("http://example.com:443/", "http://example.com:443/"),
        ("https://example.com:1/", "https://example.com:1/"),
        ("https://example.com:65535/", "https://example.com:65535/"),
        ("https://[2606::1]:443/", "https://[2606::1]/"),
        ("https://[2606::1]:8443/", "https://[2606::1]:8443/"),
        ("https://9.9.9.9:8443", "https://9.9.9.9:8443/"),
        // One trailing dot is none.
        ("https://example.com./a", "https://example.com/a"),
        ("https://example.com.:443", "https://example.com/"),
        ("https://example.:8080", "https://example:8080/"),
        // Labels.
        ("https://a", "https://a/"),
        ("https://a-b_c.d--e/", "https://a-b_c.d--e/"),
        ("https://-.-_-.com/", "https://-.-_-.com/"),
        ("https://_mcp.example.com/", "https://_mcp.example.com/"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
        ("https://1.2.3.4.com/", "https://1.2.3.4.com/"),
        ("https://1.2.3.x4/", "https://1.2.3.x4/"),
        ("https://example.0xg/", "https://example.0xg/"),
        ("https://example.x0/", "https://example.x0/"),
        ("https://example.1e/", "https://example.1e/"),
        ("https://0x.example/", "https://0x.example/"),
        ("https://7.example/", "https://7.example/"),
        // Numbers.
        ("https://0.0.0.0/", "https://0.0.0.0/"),
        ("https://255.255.255.255/", "https://255.255.255.255/"),
        ("https://1.10.100.200/", "https://1.10.100.200/"),
        // IPv6 as RFC 5952.
        ("https://[::]/", "https://[::]/"),
        ("https://[2001:DB8:0:0:1:0:0:1]/", "https://[2001:db8::1:0:0:1]/"),
        ("https://[2001:db8:0:1:1:1:1:1]/", "https://[2001:db8:0:1:1:1:1:1]/"),
        ("https://[2606:0:0:0:0:0:0:0]/", "https://[2606::]/"),
        ("https://[2606:4700:0000:0000::00ff]/", "https://[2606:4700::ff]/"),
        ("https://[1:2:3:4:5:6:7::]/", "https://[1:2:3:4:5:6:7:0]/"),
        ("https://[::ffff:1.2.3.4]/", "https://[::ffff:1.2.3.4]/"),
        ("https://[::FFFF:0102:0304]/", "https://[::ffff:1.2.3.4]/"),
        ("https://[64:ff9b::1.2.3.4]/", "https://[64:ff9b::102:304]/"),
        // Paths.
        ("https://example.com/a", "https://example.com/a"),
        ("https://example.com/a/", "https://example.com/a/"),
        ("https://example.com/a/b/", "https://example.com/a/b/"),
        ("https://example.com/.a/..b/...", "https://example.com/.a/..b/..."),
        ("https://example.com/-._~!$&'()*+,;=:@", "https://example.com/-._~!$&'()*+,;=:@"),
        ("https://example.com/@scope/x", "https://example.com/@scope/x"),
        ("https://example.com/%e2%82%aC", "https://example.com/%E2%82%AC"),
        ("https://example.com/%c2%85a%ff", "https://example.com/%C2%85a%FF"),
        ("https://example.com/%20%22%23%25", "https://example.com/%20%22%23%25"),
        ("https://example.com/%3c%3E%3f%5b%5d%5e%60%7b%7c%7d", "https://example.com/%3C%3E%3F%5B%5D%5E%60%7B%7C%7D"),
        ("https://example.com/%252e%252f", "https://example.com/%252e%252f"),
        ("https://example.com/%80", "https://example.com/%80"),
    ];
    println!("addresses accepted, each in its compared form: {}", table.len());
    for (text, form) in table {
        assert_eq!(address(text).as_str(), form, "{text}");
        assert_eq!(address(form), address(text), "{text}: the compared form reads as itself");
    }
    assert_eq!(address(&format!("https://{name}/")).host(), name);
    assert_eq!(address(&format!("https://{name}./")).host(), name);
}

/// Each clause of O-3 that refuses.
#[test]
fn refused_addresses() {
    let label = "a".repeat(63);
    let long_label = format!("https://{label}a.com/");
    let long_host = format!("https://{label}.{label}.{label}.{}/", &label[..62]);
    let long_dotted = format!("https://{label}.{label}.{label}.{}./", &label[..62]);
    let table: &[(&str, AddressError)] = &[
        (&long_label, LongLabel),
        (&format!("https://com.{label}{label}/"), LongLabel),
        (&long_host, LongHost),
        (&long_dotted, LongHost),
        ("", Scheme),
        ("example.com", Scheme),
        ("//example.com/", Scheme),
        ("ftp://example.com/", Scheme),
        ("ws://example.com/", Scheme),
        ("https:example.com", Scheme),
        ("https:/example.com", Scheme),
        ("httpss://example.com", Scheme),
        ("https://", NoHost),
        ("https:///a", NoHost),
        ("https://:443/", NoHost),
        ("https://?a", NoHost),
        ("https://u@example.com/", UserInfo),
        ("https://u:p@example.com/", UserInfo),
        ("https://@example.com/", UserInfo),
        ("https://example.com@/", UserInfo),
        ("https://example.com/#", Fragment),
        ("https://example.com#a", Fragment),
        ("https://example.com/a?b#c", Fragment),
        ("https://example.com\\a", Backslash),
        ("https:\\\\example.com/", Backslash),
        ("https://example.com/a?b\\c", Backslash),
        (" https://example.com/", Blank),
        ("https://example.com/ ", Blank),
        ("https://example.com/a?b c", Blank),
        ("https://exam\tple.com/", Blank),
        ("https://example.com/\n", Blank),
        ("https://example.com/\0", Blank),
        ("https://example.com/\u{7f}", Blank),
        ("https://bücher.example/", NonAscii),
        ("https://example.com/ü", NonAscii),
        ("https://example.com/?ü", NonAscii),
        ("https://example\u{3002}com/", NonAscii),
        ("https://example.com/\u{a0}", NonAscii),
        ("https://\u{feff}example.com/", NonAscii),
        ("https://exa%6dple.com/", HostCharacter),
        ("https://exam*ple.com/", HostCharacter),
        ("https://*.example.com/", HostCharacter),
        ("https://a,b/", HostCharacter),
        ("https://a+b.com/", HostCharacter),
        ("https://]/", HostCharacter),
        ("https://a[::1]/", Port),
        ("https://./", EmptyLabel),
        ("https://.example.com/", EmptyLabel),
        ("https://a..b/", EmptyLabel),
        ("https://example.com../", EmptyLabel),
        ("https://1/", NumericHost),
        ("https://2130706433/", NumericHost),
        ("https://0x7f000001/", NumericHost),
        ("https://0x/", NumericHost),
        ("https://example.0x/", NumericHost),
        ("https://example.0X1F/", NumericHost),
        ("https://example.5/", NumericHost),
        ("https://example.5./", NumericHost),
        ("https://1.2.3/", NumericHost),
        ("https://1.2.3.4./", NumericHost),
        ("https://1.2.3.4.5/", NumericHost),
        ("https://1.2.3.256/", NumericHost),
        ("https://256.2.3.4/", NumericHost),
        ("https://1.2.3.04/", NumericHost),
        ("https://01.2.3.4/", NumericHost),
        ("https://1.2.3.0x4/", NumericHost),
        ("https://1.2.3.00/", NumericHost),
        ("https://[]/", Ipv6),
        ("https://[::1/", Ipv6),
        ("https://[::1]]/", Ipv6),
        ("https://[::1]a/", Ipv6),
        ("https://[::1].com/", Ipv6),
        ("https://[1.2.3.4]/", Ipv6),
        ("https://[fe80::1%25eth0]/", Ipv6),
        ("https://[fe80::1%eth0]/", Ipv6),
        ("https://[v1.a]/", Ipv6),
        ("https://[1:2:3:4:5:6:7]/", Ipv6),
        ("https://[1:2:3:4:5:6:7:8:9]/", Ipv6),
        ("https://[1::2::3]/", Ipv6),
        ("https://[1:2:3:4::5:6:7:8]/", Ipv6),
        ("https://[:1:2:3:4:5:6:7]/", Ipv6),
        ("https://[12345::]/", Ipv6),
        ("https://[g::]/", Ipv6),
        ("https://[::1.2.3.04]/", Ipv6),
        ("https://[::1.2.3]/", Ipv6),
        ("https://[::1.2.3.4:5]/", Ipv6),
        ("https://example.com:/", Port),
        ("https://example.com:0/", Port),
        ("https://example.com:0443/", Port),
        ("https://example.com:65536/", Port),
        ("https://example.com:99999999999999999999/", Port),
        ("https://example.com:+443/", Port),
        ("https://example.com:-1/", Port),
        ("https://example.com:a/", Port),
        ("https://example.com:*/", Port),
        ("https://example.com:443:443/", Port),
        ("https://[::1]:/", Port),
        ("https://::1/", Port),
        ("https://example.com/a\"", PathCharacter),
        ("https://example.com/<a>", PathCharacter),
        ("https://example.com/[a]", PathCharacter),
        ("https://example.com/a^", PathCharacter),
        ("https://example.com/`", PathCharacter),
        ("https://example.com/{id}", PathCharacter),
        ("https://example.com/a|b", PathCharacter),
        ("https://example.com/?a=\"b\"", QueryCharacter),
        ("https://example.com/?a[]=b", QueryCharacter),
        ("https://example.com?a|b", QueryCharacter),
        ("https://example.com/%", Percent),
        ("https://example.com/%2", Percent),
        ("https://example.com/%2/0", Percent),
        ("https://example.com/%g0", Percent),
        ("https://example.com/%0x", Percent),
        ("https://example.com/%+1", Percent),
        ("https://example.com/%%20", Percent),
        ("https://example.com/?%", Percent),
        ("https://example.com/?%2", Percent),
        ("https://example.com/?%zz", Percent),
        ("https://example.com/%00", Encoded),
        ("https://example.com/%1f", Encoded),
        ("https://example.com/%0A", Encoded),
        ("https://example.com/%7f", Encoded),
        ("https://example.com/a%2fb", Encoded),
        ("https://example.com/a%2Fb", Encoded),
        ("https://example.com/a%5cb", Encoded),
        ("https://example.com/a%5Cb", Encoded),
        ("https://example.com/%41", Encoded),
        ("https://example.com/%7E", Encoded),
        ("https://example.com/%40", Encoded),
        ("https://example.com/%3A", Encoded),
        ("https://example.com/%2A", Encoded),
        ("https://example.com/%2e%2e/", Encoded),
        ("https://example.com/.%2E", Encoded),
        ("https://example.com/.", DotSegment),
        ("https://example.com/..", DotSegment),
        ("https://example.com/a/./b", DotSegment),
        ("https://example.com/a/../b", DotSegment),
        ("https://example.com/a/..?b", DotSegment),
        ("https://example.com//", EmptySegment),
        ("https://example.com//a", EmptySegment),
        ("https://example.com/a//b", EmptySegment),
        ("https://example.com/a//", EmptySegment),
    ];
    let mut clauses: BTreeMap<String, usize> = BTreeMap::new();
    for (_, error) in table {
        *clauses.entry(format!("{error:?}")).or_default() += 1;
    }
    println!("addresses refused, each by its clause: {} by {} clauses", table.len(), clauses.len());
    assert!(clauses.values().all(|count| *count >= 2), "a clause is shown but once: {clauses:?}");
    for (text, error) in table {
        assert_eq!(Address::parse(text).err(), Some(*error), "{text}");
        assert!(text.contains('*') || Pattern::parse(text).is_err(), "{text} is no pattern either");
    }
}

#[test]
fn parts_of_an_address() {
    let named = address("HTTP://Mcp.Example.COM.:8080/a%2c?b".replace("%2c", "%c3").as_str());
    assert_eq!((named.scheme(), named.host(), named.port(), named.path()), ("http", "mcp.example.com", 8080, "/a%C3"));
    let plain = address("https://9.9.9.9");
    assert_eq!((plain.scheme(), plain.host(), plain.port(), plain.path()), ("https", "9.9.9.9", 443, "/"));
    let six = address("https://[2606:0::1]:1/x");
    assert_eq!((six.host(), six.port(), six.path()), ("[2606::1]", 1, "/x"));
    assert_eq!(address("http://a").port(), 80);
    assert!(size_of::<Address>() <= 32, "an address stays small: a policy holds millions");
}

#[test]
fn suffixes_are_what_a_pattern_may_name() {
    let suffixes = |text| address(text).host_suffixes().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(suffixes("https://A.b.c./"), ["b.c", "c"]);
    assert_eq!(suffixes("https://b.c/"), ["c"]);
    assert!(suffixes("https://c/").is_empty());
    assert!(suffixes("https://1.2.3.4/").is_empty());
    assert!(suffixes("https://[::ffff:1.2.3.4]/").is_empty());
}

/// Each of O-3's refused ranges, just inside and just outside at either edge.
#[test]
fn reserved_hosts() {
    let inside = [
        "localhost",
        "LOCALHOST.",
        "intranet",
        "internal",
        "local",
        "a.localhost",
        "a.b.local",
        "printer.LOCAL",
        "db.internal",
        "db.internal.",
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.0",
        "127.0.0.1",
        "127.255.255.255",
        "168.63.129.16",
        "169.254.0.0",
        "169.254.169.254",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.0",
        "192.0.0.255",
        "192.0.2.0",
        "192.0.2.255",
        "192.88.99.0",
        "192.88.99.255",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.0",
        "198.51.100.255",
        "203.0.113.0",
        "203.0.113.255",
        "224.0.0.0",
        "239.255.255.255",
        "240.0.0.0",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:8.8.8.8]",
        "[::8.8.8.8]",
        "[64:ff9b::8.8.8.8]",
        "[1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
        "[4000::]",
        "[fc00::1]",
        "[fe80::1]",
        "[ff02::1]",
        "[2001::]",
        "[2001:0:1::1]",
        "[2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff]",
        "[2001:db8::]",
        "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]",
        "[2002::]",
        "[2002:808:808::1]",
        "[2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
        "[3fff::]",
        "[3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff]",
    ];
    let outside = [
        "a.b",
        "localhost.example.com",
        "a.localhosts",
        "a.xlocal",
        "internal.example",
        "a.local.example",
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.0.1.255",
        "192.0.3.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "[2000::]",
        "[2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
        "[2001:200::]",
        "[2001:db7:ffff:ffff:ffff:ffff:ffff:ffff]",
        "[2001:db9::]",
        "[2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
        "[2003::]",
        "[3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
        "[3fff:1000::]",
        "[3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
    ];
    println!("hosts refused at use: {}, allowed beside them: {}", inside.len(), outside.len());
    for (hosts, reserved) in [(&inside[..], true), (&outside[..], false)] {
        for host in hosts {
            assert_eq!(address(&format!("https://{host}/")).is_reserved(), reserved, "{host}");
            assert_eq!(pattern(&format!("https://{host}/")).only_reserved(), reserved, "{host}");
        }
    }
}

#[test]
fn redaction() {
    let table = [
        ("https://a.b/mcp", "https://a.b/mcp"),
        ("https://a.b", "https://a.b"),
        ("https://a.b/mcp/", "https://a.b/mcp/"),
        ("HTTPS://A.b:8443/Mcp?key=1", "HTTPS://A.b:8443/Mcp"),
        ("https://a.b?key", "https://a.b"),
        // What O-3 refuses is dropped where its meaning is clear.
        ("https://user:pass@a.b/mcp?x#y", "https://a.b/mcp"),
        ("https://user:p@ss@a.b/mcp", "https://a.b/mcp"),
        ("https://@a.b/mcp", "https://a.b/mcp"),
        ("https://a.b/mcp#token", "https://a.b/mcp"),
        ("https://a.b/x y/z", "https://a.b/***/z"),
        ("https://a.b/x\\y", "https://a.b/***"),
        ("https://a.b/x%2fy/z", "https://a.b/***/z"),
        ("https://a.b/ü/z", "https://a.b/***/z"),
        ("https://a.b/../x", "https://a.b/../x"),
        // And hidden where it isn't.
        ("https://user:pa/ss@a.b/mcp", "https://***"),
        ("https://user:p@ss?w@a.b/mcp", "https://***"),
        ("https://token#x@a.b/", "https://***"),
        ("https://a.b:pw/x", "https://***"),
        ("https://bücher.example/x", "https://***"),
        ("https://[::1%25eth0]/x", "https://***"),
        ("https:///secret", "https://***"),
        ("ftp://user:pass@a.b/x", "***"),
        ("hunter2", "***"),
        ("", "***"),
        // Known tokens, also percent-decoded.
        ("https://a.b/ghp_1/x", "https://a.b/***/x"),
        ("https://a.b/gho_1", "https://a.b/***"),
        ("https://a.b/gh_1", "https://a.b/gh_1"),
        ("https://a.b/github_pat_1", "https://a.b/***"),
        ("https://a.b/glpat-1", "https://a.b/***"),
        ("https://a.b/xoxb-1", "https://a.b/***"),
        ("https://a.b/xox-1", "https://a.b/xox-1"),
        ("https://a.b/sk-1/sk_1/pk_1", "https://a.b/***/***/***"),
        ("https://a.b/AKIA1/eyJ1/ntn_1/secret_1", "https://a.b/***/***/***/***"),
        ("https://a.b/akia1/secret/pk-1", "https://a.b/akia1/secret/pk-1"),
        ("https://a.b/s%6b-1", "https://a.b/***"),
        // Sixteen characters and more that mix letters and digits.
        ("https://a.b/abcdefghijklmno1", "https://a.b/***"),
        ("https://a.b/abcdefghijklmn1", "https://a.b/abcdefghijklmn1"),
        ("https://a.b/abcdefghijklmnop", "https://a.b/abcdefghijklmnop"),
        ("https://a.b/1234567890123456", "https://a.b/1234567890123456"),
        ("https://a.b/123e4567-e89b-12d3-a456-426614174000/sse", "https://a.b/***/sse"),
        ("https://a.b/%20%20%20%20%20%20%20a1", "https://a.b/%20%20%20%20%20%20%20a1"),
        ("https://a.b/%20%20%20%20%20%20%20%20%20%20%20%20%20%20a1", "https://a.b/***"),
    ];
    for (text, shown) in table {
        assert_eq!(redact(text), shown, "{text}");
    }
    assert_eq!(format!("{:?}", address("https://a.b/sk-1?x")), r#"Address("https://a.b/***")"#);
}

/// Contract 1: over the compared form, or over what is stored.
#[test]
fn address_digests() {
    let form = Digest::of(b"https://example.com/mcp%C3");
    for text in ["https://example.com/mcp%c3", "HTTPS://EXAMPLE.com.:443/mcp%C3?key=1"] {
        assert_eq!(address(text).digest(), form);
        assert_eq!(address_digest(text), form);
    }
    assert_ne!(address_digest("http://example.com/mcp%C3"), form);
    assert_eq!(address_digest("https://u@Example.com"), Digest::of(b"https://u@Example.com"));
}
