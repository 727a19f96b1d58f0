//! Patterns and addresses (O-3): good ones in many spellings, refused ones, broken ones, near misses.

use crate::random::Random;

/// An address, and its host as a pattern can name it, when it can be read.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    pub(crate) text: String,
    pub(crate) host: Option<String>,
}

/// What can't be read as an address; the policy holds it all the same, and layer 3 denies it.
pub(crate) const INVALID: &[&str] = &[
    "",
    "https",
    "https://",
    "https:///mcp",
    "//notes.example.com/mcp",
    "ftp://notes.example.com/mcp",
    "wss://notes.example.com/mcp",
    "https:/notes.example.com/mcp",
    "https://user@notes.example.com/mcp",
    "https://user:secret@notes.example.com/mcp",
    "https://@notes.example.com/mcp",
    "https://notes.example.com/mcp#part",
    "https://notes.example.com/mcp#",
    "https://notes.example.com\\mcp",
    "https://notes.example.com/a\\b",
    " https://notes.example.com/mcp",
    "https://notes.example.com/mcp ",
    "https://notes.example.com/a b",
    "https://notes.example.com/a\tb",
    "https://notes.example.com/a\u{0}b",
    "https://nötes.example.com/mcp",
    "https://notes.example.com/mcp/é",
    "https://notes..example.com/mcp",
    "https://.example.com/mcp",
    "https://notes.example.com../mcp",
    "https://notes.example.1/mcp",
    "https://notes.example.0x1f/mcp",
    "https://notes.example.0X/mcp",
    "https://0x7f000001/mcp",
    "https://2130706433/mcp",
    "https://127.1/mcp",
    "https://10.0.0.01/mcp",
    "https://10.0.0.256/mcp",
    "https://10.0.0.1./mcp",
    "https://1.2.3.4.5/mcp",
    "https://notes.example.com:0/mcp",
    "https://notes.example.com:65536/mcp",
    "https://notes.example.com:0443/mcp",
    "https://notes.example.com:/mcp",
    "https://notes.example.com:44a/mcp",
    "https://notes.example.com:-1/mcp",
    "https://notes.example.com/%",
    "https://notes.example.com/%2",
    "https://notes.example.com/%zz",
    "https://notes.example.com/a%2fb",
    "https://notes.example.com/a%5Cb",
    "https://notes.example.com/%00",
    "https://notes.example.com/%1f",
    "https://notes.example.com/%7F",
    "https://notes.example.com/%2e%2e/x",
    "https://notes.example.com/%41",
    "https://notes.example.com/%7e",
    "https://notes.example.com/a/../b",
    "https://notes.example.com/..",
    "https://notes.example.com/./b",
    "https://notes.example.com/a//b",
    "https://notes.example.com//",
    "https://notes.example.com/a?x=%g0",
    "https://notes.example.com/a?x=<y>",
    "https://notes.example.com/a|b",
    "https://notes.example.com/{id}",
    "https://%6eotes.example.com/mcp",
    "https://notes.exa$mple.com/mcp",
    "https://[2606:4700::1/mcp",
    "https://2606:4700::1/mcp",
    "https://[2606:4700::1%25eth0]/mcp",
    "https://[2606:4700:::1]/mcp",
    "https://[2606:4700::1::2]/mcp",
    "https://[1:2:3:4:5:6:7]/mcp",
    "https://[1:2:3:4:5:6:7:8:9]/mcp",
    "https://[2606:4700::12345]/mcp",
    "https://[v1.x]/mcp",
    "https://[2606:4700::1]x/mcp",
    "https://*.example.com/mcp",
    "https://notes.example.com:*/mcp",
    "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com/mcp",
];

/// Hosts that O-3 refuses unless the platform lists them by name.
pub(crate) const REFUSED_HOSTS: &[&str] = &[
    "localhost",
    "intranet",
    "mcp",
    "foo.localhost",
    "a.b.localhost",
    "printer.local",
    "db.internal",
    "a.b.internal",
    "0.0.0.0",
    "0.1.2.3",
    "10.1.2.3",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:8.8.8.8]",
    "[::8.8.8.8]",
    "[64:ff9b::808:808]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd12:3456::1]",
    "[ff02::1]",
    "[2001::1]",
    "[2001:1ff::1]",
    "[2001:db8::1]",
    "[2002:a00:1::]",
    "[3fff::1]",
    "[3fff:fff::1]",
    "[4000::1]",
    "[1fff::1]",
];

/// Hosts beside the refused ones that are open.
pub(crate) const OPEN_HOSTS: &[&str] = &[
    "notes.example.com",
    "wiki.example.com",
    "mcp.example.net",
    "a.b.c.example.net",
    "my_tools.example.org",
    "xn--bcher-kva.example.org",
    "x-1.example.org",
    "1.2.3.4.example.net",
    "0x.example.net",
    "localhost.example.com",
    "internal.example.com",
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "126.1.1.1",
    "128.0.0.1",
    "168.63.129.17",
    "169.253.1.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "192.0.3.1",
    "192.88.98.1",
    "192.167.1.1",
    "198.17.0.1",
    "198.20.0.1",
    "198.51.101.1",
    "203.0.112.1",
    "223.255.255.255",
    "[2606:4700::1111]",
    "[2a00:1450::1]",
    "[2001:200::1]",
    "[2000::1]",
    "[3ffe::1]",
    "[3fff:1000::1]",
    "[3ffe:ffff::1]",
    "[2003::1]",
    "[2001:db7::1]",
];

const PATHS: &[&str] = &[
    "",
    "/",
    "/mcp",
    "/mcp/",
    "/mcp/v1",
    "/api/v2/mcp",
    "/~team/x-y_z",
    "/a%20b",
    "/a%C3%A9",
    "/a%c3%a9",
    "/;v=1,2:3@x",
    "/ghp_16C7e42F292c6912E7",
    "/mcp/AKIAIOSFODNN7EXAMPLE/x",
    "/s/0123456789abcdefg",
    "/*",
    "/a/*/b",
    "/!$&'()+=",
];

const QUERIES: &[&str] = &["?", "?token=abc", "?a=1&b=%20/?:@", "?a%2Fb", "?x=%00"];

/// The origins of one integration. Several share the hosts `hub.example` and `t.cloud.example`.
pub(crate) fn origins(random: &mut Random, number: usize) -> Vec<String> {
    let mut origins = Vec::new();
    let count = [1, 1, 1, 1, 1, 1, 2, 2, 3, 3, 2, 0][random.below(12)];
    for _ in 0..count {
        let brand = format!("brand{number}");
        let origin = match random.below(36) {
            0..=4 | 24.. => format!("https://api.{brand}.example/mcp"),
            5..=6 => format!("https://*.{brand}.example/mcp/*"),
            7 => format!("https://hub.example/{brand}"),
            8..=9 => format!("https://hub.example/{brand}/*"),
            10 => "https://hub.example/shared/*".to_owned(),
            11 => format!("https://{brand}.example:*/mcp"),
            12 => format!("https://{brand}.example"),
            13 => format!("https://{brand}.example/"),
            14 => format!("https://{brand}.example/*"),
            15 => format!("https://{brand}.example/mcp/"),
            16 => format!("HTTPS://Api.{}.EXAMPLE:443/a%5bb/*", brand.to_uppercase()),
            17 => format!("http://{brand}.example:8080/mcp/*"),
            18 => "https://*.cloud.example:*/*".to_owned(),
            19 => format!("https://t.cloud.example/{brand}/*"),
            20 => format!("http://10.0.{}.7:8080/mcp", number % 256),
            21 => format!("https://[2606:4700::{:x}]/mcp", number % 65_536),
            22 => format!("https://{brand}.example./a/*/b"),
            _ => "http://localhost:3000/mcp".to_owned(),
        };
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    origins
}

/// An address that matches the pattern, in one of its spellings.
pub(crate) fn matching(random: &mut Random, pattern: &str) -> Address {
    let (scheme, rest) = pattern.split_once("://").unwrap_or(("https", pattern));
    let (authority, path) = split_before(rest, '/');
    let (host, port) = split_port(authority);
    let host = match host.strip_prefix("*.") {
        Some(domain) => format!("{}.{domain}", random.pick(&["t", "acme", "a.b", "x-1"])),
        None => host.to_owned(),
    };
    let port = match port {
        ":*" => (*random.pick(&["", ":8443", ":1", ":65535"])).to_owned(),
        port => port.to_owned(),
    };
    let path = match path.strip_suffix("/*") {
        _ if path.is_empty() => (*random.pick(PATHS)).to_owned(),
        // `/*` holds every path, the empty one included.
        Some(base) => format!("{base}{}", random.pick(&["", "/", "/x", "/x/y", "/ghp_0123abcdEFGH4567ij"])),
        None => path.to_owned(),
    };
    spelled(random, scheme, &host, &port, &path)
}

/// An address that a pattern just fails to match, or matches by I-6's wider reading of paths alone.
pub(crate) fn near_miss(random: &mut Random, pattern: &str) -> Address {
    let right = matching(random, pattern);
    let (base, _) = split_before(&right.text, '?');
    let Some((scheme, rest)) = base.split_once("://") else { return right };
    let (authority, path) = split_before(rest, '/');
    let path = if path.is_empty() { "/" } else { path };
    let (host, port) = split_port(authority);
    let text = match random.below(7) {
        0 => format!("{scheme}://{host}{port}{path}x"),
        1 if !path.ends_with('/') => format!("{scheme}://{host}{port}{path}/"),
        2 if !path.ends_with('/') => format!("{scheme}://{host}{port}{path}/below"),
        3 => format!("{scheme}://{host}:4444{path}"),
        4 => format!("{}://{host}{port}{path}", if scheme.eq_ignore_ascii_case("https") { "http" } else { "https" }),
        5 => format!("{scheme}://{host}{port}/elsewhere"),
        _ => format!("{scheme}://{host}{port}"),
    };
    Address { text, host: right.host }
}

/// An address of a custom server that has nothing to do with an integration.
pub(crate) fn own(random: &mut Random, refused: usize) -> Address {
    let host = if random.chance(refused) {
        *random.pick(REFUSED_HOSTS)
    } else if random.chance(72) {
        *random.pick(&OPEN_HOSTS[..5])
    } else {
        *random.pick(OPEN_HOSTS)
    };
    let scheme = if random.chance(4) { "http" } else { "https" };
    let port = if random.chance(15) { ":8443" } else { "" };
    let path = *random.pick(PATHS);
    spelled(random, scheme, host, port, path)
}

/// What is no address.
pub(crate) fn invalid(random: &mut Random) -> Address {
    let text = if random.chance(2) {
        // 254 characters of name, one more than a name may have.
        let label = "a".repeat(62);
        format!("https://{label}.{label}.{label}.{label}.xx/")
    } else {
        (*random.pick(INVALID)).to_owned()
    };
    Address { text, host: None }
}

/// One of the spellings that O-3 compares as equal.
fn spelled(random: &mut Random, scheme: &str, host: &str, port: &str, path: &str) -> Address {
    let named = host.bytes().any(|byte| byte.is_ascii_alphabetic()) && !host.starts_with('[');
    let plain = host.trim_end_matches('.').to_ascii_lowercase();
    let mut spelling = (scheme.to_owned(), host.to_owned(), port.to_owned(), path.to_owned());
    if random.chance(12) {
        spelling.0 = spelling.0.to_uppercase();
    }
    if random.chance(12) {
        spelling.1 = spelling.1.to_uppercase();
    }
    if named && !host.ends_with('.') && random.chance(8) {
        spelling.1.push('.');
    }
    if spelling.1.starts_with("[2606:4700::") && random.chance(30) {
        spelling.1 = spelling.1.replace("::", ":0:0000:0:0::");
    }
    if port.is_empty() && random.chance(10) {
        spelling.2 = if scheme.eq_ignore_ascii_case("https") { ":443".to_owned() } else { ":80".to_owned() };
    }
    if path == "/" && random.chance(30) {
        spelling.3 = String::new();
    }
    let query = if random.chance(10) { *random.pick(QUERIES) } else { "" };
    let (scheme, host, port, path) = spelling;
    Address { text: format!("{scheme}://{host}{port}{path}{query}"), host: Some(plain) }
}

fn split_before(text: &str, mark: char) -> (&str, &str) {
    text.find(mark).map_or((text, ""), |at| text.split_at(at))
}

/// Host and port, the port with its colon; brackets hold colons that aren't a port's.
fn split_port(authority: &str) -> (&str, &str) {
    let from = authority.rfind(']').unwrap_or(0);
    authority[from..].find(':').map_or((authority, ""), |at| authority.split_at(from + at))
}
