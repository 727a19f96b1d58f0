//! Canonical JSON (RFC 8785) and the digests over it (contract 1, K-7, K-9).

#![allow(clippy::unwrap_used, clippy::string_slice, clippy::indexing_slicing, reason = "a test fails by panicking")]

use lockstep_policy::digest::{Digest, DigestError, canonical_json, definition_digest, json_digest};
use proptest::prelude::*;

fn canonical(text: &str) -> Result<String, DigestError> {
    canonical_json(text.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn one_spelling_of_a_digest() {
    // SHA-256 of nothing, as FIPS 180-4's test vectors have it.
    let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(Digest::of(b"").to_string(), empty);
    assert_eq!(Digest::parse(empty), Some(Digest::of(b"")));
    assert_eq!(Digest::of(b"").as_bytes()[..2], [0xe3, 0xb0]);
    let digits = &empty["sha256:".len()..];
    for wrong in [
        digits.to_owned(),
        format!("SHA256:{digits}"),
        format!("sha256:{}", digits.to_uppercase()),
        format!("{empty}0"),
        empty[..empty.len() - 1].to_owned(),
        format!("{empty} "),
        format!("sha256:g{}", &digits[1..]),
        format!("sha256:+{}", &digits[1..]),
        "sha256:".to_owned(),
        String::new(),
    ] {
        assert_eq!(Digest::parse(&wrong), None, "{wrong}");
    }
}

/// RFC 8785, section 3.2.2, in parts; its number `333333333.33333329` is one that contract 1 refuses.
#[test]
fn rfc_8785_example_of_all_types() {
    let text = r#"{
        "numbers": [333333333.3333333, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"#;
    let expected =
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
    assert_eq!(canonical(text).unwrap(), expected);
    assert_eq!(json_digest(text.as_bytes()), Ok(Digest::of(expected.as_bytes())));
    assert_eq!(canonical("333333333.33333329"), Err(DigestError::Number(0)));
}

/// RFC 8785, section 3.2.3: by UTF-16 code units, so that U+1F600 stands before U+FB33.
#[test]
fn rfc_8785_example_of_sorting() {
    let text = r#"{
        "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    }"#;
    let expected = concat!(
        r#"{"\r":"Carriage Return","1":"One",""#,
        "\u{80}",
        r#"":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face",""#,
        "\u{fb33}",
        r#"":"Hebrew Letter Dalet With Dagesh"}"#
    );
    assert_eq!(canonical(text).unwrap(), expected);
}

/// RFC 8785, appendix B: doubles by their bits, and how ECMAScript writes them.
#[test]
fn rfc_8785_numbers() {
    let table: [(u64, &str); 26] = [
        (0x0000_0000_0000_0000, "0"),
        (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0x41b3_de43_5555_5554, "333333333.33333325"),
        (0x41b3_de43_5555_5555, "333333333.3333333"),
        (0x41b3_de43_5555_5556, "333333333.3333334"),
        (0x41b3_de43_5555_5557, "333333333.33333343"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        // The value lies halfway between two of 17 digits: the even one.
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        (0x3ff0_0000_0000_0000, "1"),
        (0x4024_0000_0000_0000, "10"),
    ];
    for (bits, expected) in table {
        let double = f64::from_bits(bits);
        // Written in full it is exactly the double.
        assert_eq!(canonical(&format!("{double:.1100}")).as_deref(), Ok(expected), "{bits:x}");
        assert_eq!(canonical(expected).as_deref(), Ok(expected), "{bits:x}");
    }
}

/// Contract 1: what isn't exactly a double has no digest.
#[test]
fn numbers_that_a_double_keeps() {
    for (text, expected) in [
        ("0", "0"),
        ("-0", "0"),
        ("-0.0e5", "0"),
        ("0e99999999999999999999", "0"),
        ("1.0", "1"),
        ("100e-2", "1"),
        ("0.1", "0.1"),
        ("-0.70", "-0.7"),
        ("1e0", "1"),
        ("1E+2", "100"),
        ("123456789012345678", ""),
        ("9007199254740991", "9007199254740991"),
        ("9007199254740992", "9007199254740992"),
        ("9007199254740993", ""),
        ("9007199254740994", "9007199254740994"),
        ("-9007199254740993", ""),
        ("1180591620717411303424", "1.1805916207174113e+21"),
        ("1180591620717411303425", ""),
        ("1.1805916207174113e21", "1.1805916207174113e+21"),
        ("1000000000000000000000000", "1e+24"),
        ("0.1000000000000000055511151231257827021181583404541015625", "0.1"),
        ("0.10000000000000000555111512312578270211815834045410156250000", "0.1"),
        ("0.1000000000000000055511151231257827021181583404541015626", ""),
        ("0.10000000000000000", "0.1"),
        ("0.10000000000000001", ""),
        ("3.141592653589793238462643383279", ""),
        ("3.141592653589793", "3.141592653589793"),
        ("1e308", "1e+308"),
        ("1.7976931348623158e308", ""),
        ("1e309", ""),
        ("-1e400", ""),
        ("1e99999999999999999999", ""),
        ("1e-400", ""),
        ("1e-99999999999999999999", ""),
        ("5e-324", "5e-324"),
        ("4e-324", ""),
        ("123456789012345680000", "123456789012345680000"),
        ("1e20", "100000000000000000000"),
        ("1e21", "1e+21"),
        ("1.5e-6", "0.0000015"),
        ("1.5e-7", "1.5e-7"),
        ("12345.678", "12345.678"),
    ] {
        if expected.is_empty() {
            assert_eq!(canonical(text), Err(DigestError::Number(0)), "{text}");
        } else {
            assert_eq!(canonical(text).as_deref(), Ok(expected), "{text}");
        }
    }
    assert_eq!(canonical(&format!("[1, 1{}]", "0".repeat(400))), Err(DigestError::Number(4)));
    assert_eq!(canonical(&format!("1.{}", "0".repeat(100_000))).as_deref(), Ok("1"));
    assert_eq!(canonical(&format!("0.{}1e100001", "0".repeat(100_000))).as_deref(), Ok("1"));
}

#[test]
fn strings_have_the_fewest_escapes() {
    assert_eq!(canonical(r#""\u0008\u0009\u000a\u000c\u000d\u0000\u001f""#).unwrap(), r#""\b\t\n\f\r\u0000\u001f""#);
    assert_eq!(canonical(r#""\u003c\/\u007f\u2028\uFFFF\u00E9""#).unwrap(), "\"</\u{7f}\u{2028}\u{ffff}é\"");
    assert_eq!(canonical(r#""\uD83D\uDE00""#).unwrap(), "\"😀\"");
    assert_eq!(canonical(r#"{"":""}"#).unwrap(), r#"{"":""}"#);
}

#[test]
fn objects_are_sorted_and_lists_are_not() {
    assert_eq!(
        canonical(" { \"b\" : [ 2 , 1 ] ,\r\n\t\"a\" : { \"d\" : { } , \"c\" : [ ] } } ").unwrap(),
        r#"{"a":{"c":[],"d":{}},"b":[2,1]}"#
    );
    assert_eq!(canonical(r#"{"aa":1,"a":2,"B":3,"\u0061b":4}"#).unwrap(), r#"{"B":3,"a":2,"aa":1,"ab":4}"#);
}

#[test]
fn what_has_no_digest() {
    use DigestError::{DuplicateKey, LoneSurrogate, Syntax, TooDeep};
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    for (text, error) in [
        (r#"{"a":1,"a":1}"#, DuplicateKey(0)),
        (r#"[{"a":1,"b":2,"\u0061":3}]"#, DuplicateKey(1)),
        (r#"{"a":{"":1,"":2}}"#, DuplicateKey(5)),
        (r#""\ud800""#, LoneSurrogate(1)),
        (r#""\udc00""#, LoneSurrogate(1)),
        (r#""\ud83d\u0041""#, LoneSurrogate(1)),
        (r#""\ud83d\ud83d\ude00""#, LoneSurrogate(1)),
        (r#""\ude00\ud83d""#, LoneSurrogate(1)),
        (r#"{"\ud800x":1}"#, LoneSurrogate(2)),
        (&deep(65), TooDeep(64)),
        (&"[".repeat(1_000_000), TooDeep(64)),
        (&"{\"\":".repeat(1_000_000), TooDeep(64 * 4)),
        ("", Syntax(0)),
        (" ", Syntax(1)),
        ("\u{feff}1", Syntax(0)),
        ("1 2", Syntax(2)),
        ("[1,]", Syntax(3)),
        ("[,1]", Syntax(1)),
        ("[1 2]", Syntax(3)),
        ("[1", Syntax(2)),
        ("]", Syntax(0)),
        (r#"{"a"}"#, Syntax(4)),
        (r#"{"a":}"#, Syntax(5)),
        (r#"{"a":1,}"#, Syntax(7)),
        ("{a:1}", Syntax(1)),
        ("{1:1}", Syntax(1)),
        ("{", Syntax(1)),
        ("tru", Syntax(0)),
        ("True", Syntax(0)),
        ("nullx", Syntax(4)),
        ("NaN", Syntax(0)),
        ("Infinity", Syntax(0)),
        ("-Infinity", Syntax(0)),
        ("01", Syntax(0)),
        ("-", Syntax(0)),
        ("+1", Syntax(0)),
        (".5", Syntax(0)),
        ("1.", Syntax(0)),
        ("1.e5", Syntax(0)),
        ("1e", Syntax(0)),
        ("1e+", Syntax(0)),
        ("0x1", Syntax(1)),
        ("1_0", Syntax(1)),
        ("'a'", Syntax(0)),
        ("\"a", Syntax(2)),
        ("\"\n\"", Syntax(1)),
        (r#""\x41""#, Syntax(1)),
        (r#""\"#, Syntax(1)),
        (r#""\u12""#, Syntax(3)),
        (r#""\u+123""#, Syntax(3)),
        (r#""\u12é4""#, Syntax(3)),
        ("/**/1", Syntax(0)),
    ] {
        let shown: String = text.chars().take(40).collect();
        assert_eq!(canonical(text), Err(error), "{shown}");
        assert_eq!(json_digest(text.as_bytes()), Err(error), "{shown}");
    }
    assert!(canonical(&deep(64)).is_ok());
    assert_eq!(canonical_json(b"\"a\xff\""), Err(Syntax(2)));
    assert_eq!(canonical_json(b"\"\xed\xa0\x80\""), Err(Syntax(1)), "a surrogate in UTF-8");
}

/// K-9: only the six members count, and only the definition's own.
#[test]
fn digest_of_a_definition() {
    let tool = br#"{"title":"T","name":"n","description":"d","inputSchema":{"type":"object","name":1,"x":2},
        "outputSchema":{},"annotations":{"readOnlyHint":true},"icons":[],"_meta":{"a":1}}"#;
    let expected = r#"{"annotations":{"readOnlyHint":true},"description":"d","inputSchema":{"name":1,"type":"object","x":2},"name":"n","outputSchema":{},"title":"T"}"#;
    assert_eq!(definition_digest(tool), Ok(Digest::of(expected.as_bytes())));
    assert_eq!(definition_digest(br#"{"n\u0061me":"n","Name":1}"#), Ok(Digest::of(br#"{"name":"n"}"#)));
    assert_eq!(definition_digest(b"{\"_meta\":1}"), Ok(Digest::of(b"{}")));
    assert_eq!(definition_digest(br#"{"title":null}"#), Ok(Digest::of(br#"{"title":null}"#)));
    for text in ["[{\"name\":\"n\"}]", "\"{}\"", "null", "1"] {
        assert_eq!(definition_digest(text.as_bytes()), Err(DigestError::NotAnObject), "{text}");
    }
    assert_eq!(definition_digest(br#"{"name":"n","_meta":{"a":1,"a":2}}"#), Err(DigestError::DuplicateKey(20)));
    assert_eq!(definition_digest(br#"{"name":"n","_meta":1e400}"#), Err(DigestError::Number(20)));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4_000, ..ProptestConfig::default() })]

    /// What is written for a double reads as that double, and is written so again.
    #[test]
    fn every_double_is_kept(bits in any::<u64>()) {
        let double = f64::from_bits(bits);
        if double.is_finite() {
            let text = canonical(&format!("{double:e}")).unwrap_or_else(|_| canonical(&format!("{double:.1100}")).unwrap());
            prop_assert_eq!(text.parse::<f64>().unwrap(), double);
            prop_assert_eq!(canonical(&text).unwrap(), text);
        }
    }

    /// Canonical JSON is its own canonical form, and the same JSON to another reader.
    #[test]
    fn canonical_twice_is_canonical_once(text in r#"[{\["]?(("[a-c\\un0-9]{0,3}"|-?[0-9]{1,3}(\.[0-9]|e[+-]?[0-9])?|true|null|\[\]|\{\})[,:]?){0,6}[}\]"]?"#) {
        let read = serde_json::from_str::<serde_json::Value>(&text);
        match canonical(&text) {
            Ok(once) => {
                prop_assert_eq!(canonical(&once).unwrap(), once.clone());
                prop_assert!(json_equal(&read.unwrap(), &serde_json::from_str(&once).unwrap()));
            }
            Err(DigestError::Syntax(_) | DigestError::LoneSurrogate(_)) => prop_assert!(read.is_err(), "{text}"),
            Err(_) => {}
        }
    }

    /// No bytes stop the program.
    #[test]
    fn any_bytes_are_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        prop_assert_eq!(json_digest(&bytes).ok(), canonical_json(&bytes).ok().map(|text| Digest::of(&text)));
        let _ = definition_digest(&bytes);
    }
}

/// Whether two values are equal, with numbers as doubles.
fn json_equal(left: &serde_json::Value, right: &serde_json::Value) -> bool {
    use serde_json::Value::{Array, Number, Object};
    match (left, right) {
        (Number(left), Number(right)) => left.as_f64() == right.as_f64(),
        (Array(left), Array(right)) => left.len() == right.len() && left.iter().zip(right).all(|(left, right)| json_equal(left, right)),
        (Object(left), Object(right)) => {
            left.len() == right.len() && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| json_equal(value, other)))
        }
        _ => left == right,
    }
}
