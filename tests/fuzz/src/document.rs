//! Documents: read or refused, never anything else.

use lockstep_policy::Policy;
use lockstep_policy::document::{Document, ProblemCode};

use crate::{json, problems, with_unknown_member};

/// Any bytes as a document.
pub fn check(text: &[u8]) {
    match (Document::read(text), Policy::load(text)) {
        (Ok(document), Ok(policy)) => {
            is_itself(text, &document, &policy);
            the_slow_reader_is_silent(text);
            problems::of_text(text, &document.warnings(text));
        }
        (Err(read), Err(loaded)) => {
            assert_eq!(read, loaded, "reading and loading refuse for the same");
            problems::refuse(text, &read);
        }
        (read, loaded) => panic!("read: {}, loaded: {}", read.is_ok(), loaded.is_ok()),
    }
}

/// Writing and reading is the identity, whoever writes: the document, or the policy that was made of it.
fn is_itself(text: &[u8], document: &Document<'_>, policy: &Policy) {
    json(std::str::from_utf8(text).expect("what is accepted is UTF-8"));
    let canonical = document.canonical();
    json(&canonical);
    let again = Document::read(canonical.as_bytes()).unwrap_or_else(|problems| panic!("canonical, {problems}: {canonical}"));
    assert_eq!(again.canonical(), canonical);
    let pretty = document.pretty();
    let indented = Document::read(pretty.as_bytes()).unwrap_or_else(|problems| panic!("indented, {problems}: {pretty}"));
    assert_eq!(indented.canonical(), canonical);
    assert_eq!(policy.document().canonical(), canonical, "the policy gives its document back");
    assert_eq!(policy.digest(), document.digest());
    assert_eq!(again.digest(), document.digest());
}

/// What the fast reader takes, the slow one has nothing against: one member that no shape knows makes it read, and there
/// must be nothing else that it finds.
fn the_slow_reader_is_silent(text: &[u8]) {
    let spoilt = with_unknown_member(text).expect("a document is an object with members");
    let Err(problems) = Document::read(&spoilt) else { panic!("an unknown member is accepted (S-8)") };
    let codes: Vec<ProblemCode> = problems.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [ProblemCode::UnknownKey], "{:?}", problems.problems);
}
