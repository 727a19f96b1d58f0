//! Ids, names and free text: mostly plain, now and then as odd as contract 1 allows.

use crate::random::Random;

/// An id that no other number of the same prefix gets. Odd ones are short of nothing that an id may hold.
pub(crate) fn id(random: &mut Random, prefix: &str, number: usize, odd: bool) -> String {
    if !odd || !random.chance(12) {
        return format!("{prefix}-{number}");
    }
    match random.below(14) {
        // Differs from its neighbour in case alone, and is free because nothing else is in upper case.
        0 if number > 0 => format!("{}-{}", prefix.to_uppercase(), number - 1),
        // The same text as an id of another kind.
        1 => format!("{number}"),
        2 => format!("{prefix}/{number}"),
        3 => format!("integration/{prefix}/{number}"),
        4 => format!("{prefix}.{number}:x~y"),
        5 => format!("日本-{prefix}{number}"),
        // These two sort one way by bytes and the other way by UTF-16 units.
        6 => format!("😀{prefix}{number}"),
        7 => format!("\u{ff5e}{prefix}{number}"),
        8 => format!("{prefix} \"{number}\" \\ x"),
        9 => format!("<b>{prefix}&{number}'</b>"),
        10 => format!("{prefix}{number}\u{200d}e\u{301}"),
        11 => format!("{:x<1$}", format!("{prefix}{number}."), 128),
        12 => format!("__proto__{prefix}{number}"),
        _ => format!("{prefix}\u{a0}{number}\u{3000}z"),
    }
}

/// A name to show, of at least one character.
pub(crate) fn name(random: &mut Random, plain: &str, number: usize) -> String {
    match random.below(25) {
        0 => format!("{plain} Ünïcode №{number}"),
        1 => format!(" {plain}  {number} "),
        2 => "x".to_owned(),
        3 => format!("\"{plain}\" {{subject}} {{0}} {number}"),
        4 => format!("{plain} 🦀 <script>"),
        _ => format!("{plain} {number}"),
    }
}

/// Text that may hold anything at all.
pub(crate) fn prose(random: &mut Random) -> String {
    match random.below(9) {
        0 => String::new(),
        1 => "line one\nline two\ttab \u{0}\u{1f}\u{7f} end".to_owned(),
        2 => "right\u{202e}to\u{2066}left".to_owned(),
        3 => "\u{10ffff}\u{fffd}\u{feff}".to_owned(),
        4 => "\\u0041 \"quoted\" \\".to_owned(),
        _ => format!("ticket OPS-{}", random.below(9000)),
    }
}
