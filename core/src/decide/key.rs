//! Ids and names in a request, made ready to be looked up.

use std::fmt;
use std::num::NonZeroU32;
use std::ops::Deref;

use crate::document::Text;
use crate::policy::{Sought, hash};

/// An id or a name that a request asks by. What it is looked up by is worked out once, when the request is made.
#[derive(Clone, PartialEq, Eq)]
pub struct Key<'a> {
    /// Not zero, so that an optional key takes no more room.
    hash: NonZeroU32,
    text: Text<'a>,
}

impl Key<'_> {
    /// The text.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }
}

impl Sought for Key<'_> {
    #[inline]
    fn hash(&self) -> u32 {
        self.hash.get()
    }

    #[inline]
    fn text(&self) -> &str {
        self.text.as_str()
    }
}

impl Deref for Key<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.text.as_str()
    }
}

impl<'a, T: Into<Text<'a>>> From<T> for Key<'a> {
    fn from(text: T) -> Self {
        let text = text.into();
        Self { hash: NonZeroU32::new(hash(&text)).unwrap_or(NonZeroU32::MIN), text }
    }
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    /// A claim that is printed is read by somebody: the hash says nothing to them.
    #[test]
    fn a_key_shows_its_text_alone() {
        assert_eq!(format!("{:?}", Key::from("ana")), r#""ana""#);
        assert_eq!(format!("{}", Key::from("ana")), "ana");
    }
}
