//! Messages: templates of the reason table, filled in when somebody asks.
//!
//! A template is text with `{param}`, and sections: `[shown when all its params are there]<shown otherwise>`, the second
//! part optional, both may nest. `{?param}` asks for a param and shows nothing. So a translation needs no code.

use std::fmt;

/// What a template may name (contract, section 3: `params`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// The integration or server that it is about.
    Subject,
    /// The tool that it is about.
    Tool,
    /// The label of the source's level.
    Level,
    /// The name of the source.
    Name,
    /// The root's name, where the catalogue decides.
    Root,
    /// The contact of the nearest of those who can lift it.
    Contact,
    /// There, when it is the caller's own to mend.
    Own,
    /// There, when the token has expired.
    Expired,
    /// There, when the token was revoked.
    Revoked,
    /// There, when the token isn't good for this.
    Misused,
    /// There, when the token is another user's.
    Foreign,
}

impl Param {
    /// All params, in the order of answers.
    pub const ALL: [Param; 11] = [
        Self::Subject,
        Self::Tool,
        Self::Level,
        Self::Name,
        Self::Root,
        Self::Contact,
        Self::Own,
        Self::Expired,
        Self::Revoked,
        Self::Misused,
        Self::Foreign,
    ];

    /// Its name in templates and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Tool => "tool",
            Self::Level => "level",
            Self::Name => "name",
            Self::Root => "root",
            Self::Contact => "contact",
            Self::Own => "own",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Misused => "misused",
            Self::Foreign => "foreign",
        }
    }

    /// The param of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|param| param.as_str() == name)
    }
}

/// Writes a template with its params filled in. A param that isn't there shows nothing outside a section.
pub(crate) fn render<'p>(template: &str, param: &impl Fn(Param) -> Option<&'p str>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = template;
    while let Some((before, from)) = split_before(rest, ['[', '{']) {
        f.write_str(before)?;
        if let Some(inside) = from.strip_prefix('[') {
            let (section, after) = enclosed(inside, '[', ']');
            let (otherwise, after) = match after.strip_prefix('<') {
                Some(inside) => enclosed(inside, '<', '>'),
                None => ("", after),
            };
            render(if holds(section, param) { section } else { otherwise }, param, f)?;
            rest = after;
        } else {
            let (name, after) = from.get(1..).and_then(|inside| inside.split_once('}')).unwrap_or(("", ""));
            if !name.starts_with('?') {
                f.write_str(Param::of_name(name).and_then(param).unwrap_or(""))?;
            }
            rest = after;
        }
    }
    f.write_str(rest)
}

/// Whether all params that a section itself names are there; nested sections answer for themselves.
fn holds<'p>(section: &str, param: &impl Fn(Param) -> Option<&'p str>) -> bool {
    let mut depth = 0;
    let mut rest = section;
    while let Some((_, from)) = split_before(rest, ['[', ']', '<', '>', '{']) {
        match from.chars().next() {
            Some('[' | '<') => depth += 1,
            Some('{') if depth == 0 => {
                let name = from.get(1..).and_then(|inside| inside.split_once('}')).map_or("", |(name, _)| name);
                if Param::of_name(name.trim_start_matches('?')).and_then(param).is_none() {
                    return false;
                }
            }
            Some('{') => {}
            _ => depth -= 1,
        }
        rest = from.get(1..).unwrap_or("");
    }
    true
}

/// What stands up to the closing mark that matches, and what comes after it.
fn enclosed(text: &str, open: char, close: char) -> (&str, &str) {
    let mut depth = 0usize;
    for (at, mark) in text.char_indices() {
        if mark == open {
            depth += 1;
        } else if mark == close {
            if depth == 0 {
                return (text.get(..at).unwrap_or(text), text.get(at + mark.len_utf8()..).unwrap_or(""));
            }
            depth -= 1;
        }
    }
    (text, "")
}

fn split_before<const N: usize>(text: &str, marks: [char; N]) -> Option<(&str, &str)> {
    text.find(marks).and_then(|at| text.split_at_checked(at))
}

/// A message that is written when it is shown.
pub(crate) struct Message<'t, P> {
    pub(crate) template: &'t str,
    pub(crate) param: P,
}

impl<'p, P: Fn(Param) -> Option<&'p str>> fmt::Display for Message<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        render(self.template, &self.param, f)
    }
}
