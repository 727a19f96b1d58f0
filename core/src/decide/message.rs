//! Messages: templates of the reason table, filled in when somebody asks.
//!
//! A template is text with `{param}`, and sections: `[shown when all its params are there]<shown otherwise>`, the second
//! part optional, both may nest. `{?param}` asks for a param and shows nothing. So a translation needs no code.

use std::fmt;

/// What a template may name (contract, section 3: `params`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
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

    const fn bit(self) -> u16 {
        1 << self as u8
    }
}

/// The params of one decision that are there.
#[derive(Clone, Copy, Default)]
pub(crate) struct Params<'p> {
    values: [Option<&'p str>; Param::ALL.len()],
    there: u16,
}

impl<'p> Params<'p> {
    /// Of each param, in the order of [`Param::ALL`], what it is.
    pub(crate) fn new(values: [Option<&'p str>; Param::ALL.len()]) -> Self {
        let bit = |(place, value): (u16, &Option<&str>)| u16::from(value.is_some()) << place;
        Self { values, there: (0..).zip(&values).map(bit).fold(0, |there, bit| there | bit) }
    }

    /// The same without some.
    pub(crate) fn without(mut self, hidden: &[Param]) -> Self {
        for param in hidden {
            self.there &= !param.bit();
        }
        self
    }

    /// One of them.
    pub(crate) fn get(&self, param: Param) -> Option<&'p str> {
        self.values.get(param as usize).copied().flatten().filter(|_| self.there & param.bit() != 0)
    }

    /// Those that are there, in the order of answers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Param, &'p str)> {
        Param::ALL.into_iter().filter_map(|param| Some((param, self.get(param)?)))
    }

    /// Whether none is.
    pub(crate) fn is_empty(&self) -> bool {
        self.there == 0
    }
}

/// A template, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Template<'t> {
    text: &'t str,
    steps: &'t [Step],
}

/// What is done in turn to write a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Write what stands from here to there.
    Text(u16, u16),
    /// Write a param, if it is there.
    Param(Param),
    /// Go on at a step unless all these params are there.
    Unless(u16, u8),
    /// Go on at a step.
    Goto(u8),
}

/// So deep may sections nest, and so many steps a template have.
const DEEPEST: usize = 8;
const LONGEST: usize = 64;

impl<'t> Template<'t> {
    /// A template of which the steps are known.
    pub(crate) const fn new(text: &'t str, steps: &'t [Step]) -> Self {
        Self { text, steps }
    }

    fn write(&self, params: &Params<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut at = 0;
        while let Some(step) = self.steps.get(at) {
            at += 1;
            match *step {
                Step::Text(from, to) => f.write_str(self.text.get(usize::from(from)..usize::from(to)).unwrap_or_default())?,
                Step::Param(param) => f.write_str(params.get(param).unwrap_or_default())?,
                Step::Unless(needed, to) if params.there & needed != needed => at = usize::from(to),
                Step::Unless(..) => {}
                Step::Goto(to) => at = usize::from(to),
            }
        }
        Ok(())
    }
}

/// Takes a template apart, at compile time where it is of the table: its steps, and how many they are.
///
/// None where sections don't match, nest too deep or are too many, or a param is unknown.
#[expect(clippy::indexing_slicing, reason = "run when this is compiled, and every index is held to the length before")]
pub(crate) const fn take_apart(template: &str) -> Option<([Step; LONGEST], usize)> {
    let text = template.as_bytes();
    let (mut steps, mut count) = ([Step::Goto(0); LONGEST], 0);
    // The sections that are open, each by its step: `Unless` in the first part, `Goto` in the second.
    let (mut open, mut depth) = ([0; DEEPEST], 0);
    let (mut at, mut from) = (0, 0);
    while at <= text.len() {
        let mark = if at < text.len() { text[at] } else { 0 };
        if !matches!(mark, 0 | b'[' | b']' | b'>' | b'{') {
            at += 1;
            continue;
        }
        if count + 2 > LONGEST || at > u16::MAX as usize {
            return None;
        }
        if at > from {
            steps[count] = Step::Text(from as u16, at as u16);
            count += 1;
        }
        at += 1;
        match mark {
            b'[' if depth < DEEPEST => {
                open[depth] = count;
                depth += 1;
                steps[count] = Step::Unless(0, 0);
                count += 1;
            }
            b']' if depth > 0 => {
                let Step::Unless(needed, _) = steps[open[depth - 1]] else { return None };
                let otherwise = at < text.len() && text[at] == b'<';
                if otherwise {
                    steps[count] = Step::Goto(0);
                    count += 1;
                    at += 1;
                }
                steps[open[depth - 1]] = Step::Unless(needed, count as u8);
                if otherwise {
                    open[depth - 1] = count - 1;
                } else {
                    depth -= 1;
                }
            }
            b'>' if depth > 0 => {
                depth -= 1;
                let Step::Goto(_) = steps[open[depth]] else { return None };
                steps[open[depth]] = Step::Goto(count as u8);
            }
            b'{' => {
                let asks = at < text.len() && text[at] == b'?';
                let name = at + asks as usize;
                while at < text.len() && text[at] != b'}' {
                    at += 1;
                }
                let Some(param) = named(text, name, at) else { return None };
                at += 1;
                // A section needs the params that it names itself; those inside it answer for themselves.
                if depth > 0
                    && let Step::Unless(needed, to) = steps[open[depth - 1]]
                {
                    steps[open[depth - 1]] = Step::Unless(needed | param.bit(), to);
                }
                if !asks {
                    steps[count] = Step::Param(param);
                    count += 1;
                }
            }
            0 if depth == 0 => {}
            _ => return None,
        }
        from = at;
    }
    Some((steps, count))
}

/// The param whose name stands from here to there.
#[expect(clippy::indexing_slicing, reason = "run when this is compiled, and every index is held to the length before")]
const fn named(text: &[u8], from: usize, to: usize) -> Option<Param> {
    let mut each = 0;
    while each < Param::ALL.len() {
        let name = Param::ALL[each].as_str().as_bytes();
        let mut same = 0;
        while same < name.len() && from + same < to && text[from + same] == name[same] {
            same += 1;
        }
        if same == name.len() && from + same == to && to < text.len() {
            return Some(Param::ALL[each]);
        }
        each += 1;
    }
    None
}

/// A template of the table, taken apart when this is compiled; one that can't be doesn't compile.
macro_rules! template {
    ($text:expr) => {{
        const APART: ([Step; 64], usize) = match take_apart($text) {
            Some(apart) => apart,
            None => ([Step::Goto(0); 64], usize::MAX),
        };
        const COUNT: usize = APART.1;
        const STEPS: [Step; COUNT] = {
            let mut steps = [Step::Goto(0); COUNT];
            steps.copy_from_slice(APART.0.split_at(COUNT).0);
            steps
        };
        Template::new($text, &STEPS)
    }};
}
pub(super) use template;

/// A message that is written when it is shown.
pub(crate) struct Message<'p> {
    pub(crate) template: Template<'p>,
    pub(crate) params: Params<'p>,
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.template.write(&self.params, f)
    }
}

#[cfg(test)]
mod tests {
    use super::take_apart;

    #[test]
    fn what_does_not_match_is_no_template() {
        for template in ["", "a", "{subject}", "[{subject}]", "[{subject} is off]<off>", "[[{?own}a]<b>{tool}]<c>", "[{?own}a][b]"] {
            assert!(take_apart(template).is_some(), "{template}");
        }
        let deep = ["[".repeat(9), "]".repeat(9)].concat();
        for template in ["]", ">", "a>b", "[a", "[a]<b", "[a>", "a]b", "{nobody}", "{subject", "{", "{?}", "{subjects}", "{subjec}", &deep]
        {
            assert!(take_apart(template).is_none(), "{template}");
        }
    }
}
