//! Documents that mean harm, and good ones whose records are as small as they can be.

/// Good documents of records that are as small as they can be, each about `size` bytes: what is held of a record weighs
/// most against the text of such.
pub fn minimal(size: usize) -> Vec<(&'static str, String)> {
    let top = r#"{"format":"1.0","revision":1"#;
    let agents = r#","agents":[{"id":"a","name":"A"}],"clients":[{"id":"c","name":"C","configuration":""}]"#;
    let root = r#"{"id":"r","level":"workspace","name":"R"}"#;
    let scopes = format!(r#","scopes":[{root}]"#);
    let msp = r#"{"id":"r","level":"msp","name":"R"}"#;
    // As many as fill the size, and no more than the limit.
    let list = |size: usize, limit: usize, part: &dyn Fn(usize) -> String| {
        let mut text = String::with_capacity(size + 1024);
        let mut count = 0;
        while text.len() < size && count < limit {
            if count > 0 {
                text.push(',');
            }
            text.push_str(&part(count));
            count += 1;
        }
        (text, count)
    };
    let scope = |number: usize| format!(r#"{{"id":"s{number}","level":"workspace","parent":"r","name":"S"}}"#);
    let server = |number: usize, tools: &str| {
        format!(
            r#"{{"id":"s{number}","scope":"r","source":{{"kind":"custom"}},"name":"S","address":"x","registeredAt":"2026-01-01T00:00:00Z","visibility":"shared","switch":"on","authorization":{{"method":"none"}},"agents":["a"]{tools}}}"#
        )
    };
    let tool = |number: usize| format!(r#"{{"name":"t{number}","enabled":true,"approval":"auto"}}"#);
    let catalog_tool = |number: usize| format!(r#"{{"name":"t{number}","approved":true}}"#);
    let integration =
        |number: usize, tools: &str| format!(r#"{{"id":"i{number}","name":"I","approved":true,"origins":[],"tools":[{tools}]}}"#);
    let user = |number: usize, members: &str, tokens: &str| {
        format!(r#"{{"id":"u{number}","name":"U","memberOf":[{members}],"administers":[],"access":"disabled"{tokens}}}"#)
    };
    let all = size * 2;
    let (a_few, named) = list(size / 20, 1_000_000, &scope);
    let (of_these, _) = list(all, named, &|number| format!(r#""s{number}""#));
    let (integrations, held) = list(size / 4, 65_000, &|number| integration(number, ""));
    let (off, _) = list(all, held, &|number| format!(r#""i{number}":"off""#));
    let distinct = |of: usize| list(all, 4096, &|number| tool(of * 4096 + number)).0;
    let distinct_in_catalog = |of: usize| list(all, 4096, &|number| catalog_tool(of * 4096 + number)).0;
    let alike = distinct(0);
    let token = |of: usize, number: usize| {
        format!(
            r#"{{"id":"t{of}-{number}","client":"c","workspace":"r","agent":"a","issuedAt":"2026-01-01T00:00:00Z","expiresAt":"2027-01-01T00:00:00Z"}}"#
        )
    };
    let tokens = |of: usize| format!(r#","tokens":[{}]"#, list(all, 256, &|number| token(of, number)).0);
    let set = |number: usize| {
        format!(r#"{{"id":"s{number}","level":"workspace","parent":"r","name":"S","settings":{{"integrations":{{{off}}}}}}}"#)
    };
    vec![
        ("minimal scopes", format!(r#"{top},"scopes":[{msp},{}]}}"#, list(size, 999_999, &scope).0)),
        ("minimal users", format!(r#"{top}{scopes},"users":[{}]}}"#, list(size, 4_000_000, &|number| user(number, "", "")).0)),
        ("minimal servers", format!(r#"{top}{agents}{scopes},"servers":[{}]}}"#, list(size, 4_000_000, &|number| server(number, "")).0)),
        (
            "minimal tools of the catalogue",
            format!(r#"{top},"catalog":[{}]{scopes}}}"#, list(size, 65_000, &|number| integration(number, &distinct_in_catalog(number))).0),
        ),
        (
            "minimal tools of servers",
            format!(
                r#"{top}{agents}{scopes},"servers":[{}]}}"#,
                list(size, 4_000_000, &|number| server(number, &format!(r#","tools":[{}]"#, distinct(number)))).0
            ),
        ),
        (
            "minimal tools of servers, alike",
            format!(
                r#"{top}{agents}{scopes},"servers":[{}]}}"#,
                list(size, 4_000_000, &|number| server(number, &format!(r#","tools":[{alike}]"#))).0
            ),
        ),
        (
            "members of everything",
            format!(r#"{top},"scopes":[{msp},{a_few}],"users":[{}]}}"#, list(size, 4_000_000, &|number| user(number, &of_these, "")).0),
        ),
        (
            "minimal tokens",
            format!(r#"{top}{agents}{scopes},"users":[{}]}}"#, list(size, 4_000_000, &|number| user(number, "", &tokens(number))).0),
        ),
        (
            "every integration off everywhere",
            format!(r#"{top},"catalog":[{integrations}],"scopes":[{msp},{}]}}"#, list(size / 4 * 3, 999_999, &set).0),
        ),
    ]
}

/// The bad documents, each about `size` bytes unless it is bad in another way.
pub fn hostile(size: usize, good: &str) -> Vec<(&'static str, Vec<u8>)> {
    let filled = |head: &str, part: &str, tail: &str| {
        let mut text = Vec::with_capacity(size + part.len());
        text.extend_from_slice(head.as_bytes());
        while text.len() + tail.len() < size {
            text.extend_from_slice(part.as_bytes());
        }
        text.extend_from_slice(tail.as_bytes());
        text
    };
    let numbered = |head: &str, part: &dyn Fn(usize) -> String, tail: &str| {
        let mut text = String::with_capacity(size + 64);
        text.push_str(head);
        let mut number = 0;
        while text.len() + tail.len() < size {
            text.push_str(&part(number));
            number += 1;
        }
        text.push_str(tail);
        text.into_bytes()
    };
    let top = r#"{"format":"1.0","revision":1,"#;
    let scope = r#""scopes":[{"id":"r","level":"tenant","name":"R"}]}"#;
    let mut spoilt = good.as_bytes().to_vec();
    let last = spoilt.len() - 1;
    spoilt[last] = b']';
    let mut not_utf8 = good.as_bytes().to_vec();
    let middle = not_utf8.len() / 2;
    not_utf8[middle] = 0xff;
    vec![
        ("nothing", Vec::new()),
        ("NUL", vec![0; size]),
        ("brackets alone", filled("", "[", "")),
        ("braces and keys alone", filled("", r#"{"a":"#, "")),
        (
            "nested 100,000 deep, closed",
            format!("{}{}{}", top, format_args!(r#""annotations":{}1{}"#, "[".repeat(100_000), "]".repeat(100_000)), "}").into_bytes(),
        ),
        ("an endless text", filled("\"", "a", "")),
        ("an endless text of escapes", filled("\"", r"\u0061", "")),
        ("lone surrogates", filled(&format!(r#"{top}"annotations":{{"a":""#), r"\ud800", r#""}}"#)),
        ("a long number", filled(r#"{"format":"1.0","revision":"#, "9", "}")),
        ("a long fraction", filled(r#"{"format":"1.0","revision":0."#, "9", "}")),
        ("a good one, cut", good.as_bytes()[..good.len() / 3 * 2].to_vec()),
        ("a good one, closed wrongly", spoilt),
        ("a good one, one byte not UTF-8", not_utf8),
        ("white space alone", filled("", " \n", "")),
        ("one key again and again", filled(r#"{"format":"1.0""#, r#","format":"1.0""#, "}")),
        (
            "annotations, one key again and again",
            filled(&format!(r#"{top}"annotations":{{"a":"b""#), r#","a":"b""#, &format!("}},{scope}")),
        ),
        ("unknown keys", numbered(&top[..top.len() - 1], &|number| format!(r#","k{number}":0"#), "}")),
        ("scopes that are empty objects", filled(&format!(r#"{top}"scopes":[{{}}"#), ",{}", "]}")),
        ("scopes that are numbers", filled(&format!(r#"{top}"scopes":[0"#), ",0", "]}")),
        ("empty lists in a list", filled(&format!(r#"{top}"scopes":[[]"#), ",[]", "]}")),
        (
            "scopes with one id",
            filled(
                &format!(r#"{top}"scopes":[{{"id":"r","level":"tenant","name":"R"}}"#),
                r#",{"id":"r","level":"tenant","name":"R"}"#,
                "]}",
            ),
        ),
        (
            "scopes in a ring",
            numbered(
                &format!(r#"{top}"scopes":[{{"id":"r","level":"msp","name":"R"}}"#),
                &|number| format!(r#",{{"id":"s{number}","level":"tenant","parent":"s{}","name":"S"}}"#, number + 1),
                "]}",
            ),
        ),
        (
            "members of nothing",
            numbered(
                &format!(r#"{top}"users":[{{"id":"u","name":"U","administers":[],"access":"disabled","memberOf":["r""#),
                &|number| format!(r#","n{number}""#),
                &format!("]}}],{scope}"),
            ),
        ),
        (
            "exceptions without their off",
            numbered(
                &format!(r#"{top}"scopes":[{{"id":"r","level":"tenant","name":"R","settings":{{"except":{{"all":["r"]"#),
                &|number| format!(r#","integration/i{number}":["x"]"#),
                "}}}]}",
            ),
        ),
        (
            "members of one thing again and again",
            filled(
                &format!(r#"{top}"users":[{{"id":"u","name":"U","administers":[],"access":"disabled","memberOf":["r""#),
                r#","r""#,
                &format!("]}}],{scope}"),
            ),
        ),
        (
            "imposed by many",
            numbered(
                &format!(r#"{top}"scopes":[{{"id":"r","level":"tenant","name":"R","imposed":{{"r":{{}}"#),
                &|number| format!(r#","{number:x}":{{}}"#),
                "}}]}",
            ),
        ),
        (
            "numbers where members belong",
            filled(
                &format!(r#"{top}"users":[{{"id":"u","name":"U","administers":[],"access":"disabled","memberOf":["r""#),
                ",0",
                &format!("]}}],{scope}"),
            ),
        ),
        (
            "one tool selected again and again",
            filled(
                &format!(
                    r#"{top}"virtualServers":[{{"id":"v","scope":"r","name":"V","state":"draft","access":[],"tools":[{{"server":"s","tool":"t"}}"#
                ),
                r#",{"server":"s","tool":"t"}"#,
                &format!("]}}],{scope}"),
            ),
        ),
        (
            "one space again and again",
            filled(
                &format!(r#"{top}"scopes":[{{"id":"r","level":"workspace","name":"R","spaces":[{{"id":"s","name":"S"}}"#),
                r#",{"id":"s","name":"S"}"#,
                "]}]}",
            ),
        ),
        (
            "one agent again and again",
            filled(&format!(r#"{top}"agents":[{{"id":"a","name":"A"}}"#), r#",{"id":"a","name":"A"}"#, &format!("],{scope}")),
        ),
        (
            "patterns that aren't",
            numbered(
                &format!(r#"{top}"platform":{{"origins":{{"allow":["x""#),
                &|number| format!(r#","p{number}""#),
                &format!("]}}}},{scope}"),
            ),
        ),
    ]
}
