//! Every vector of a slice: what it holds, and that it decides as the whole.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use lockstep_policy::{Policy, SliceError, SliceOf};
use lockstep_tests::slices::{all, judge};
use lockstep_tests::vectors;

#[test]
fn every_vector_of_a_slice_is_answered() {
    let files = all();
    let cases = files.iter().flat_map(|file| file.cases.iter().map(move |case| (file, case)));
    let failures: Vec<String> = cases.clone().filter_map(|(file, case)| judge(file, case).err()).collect();
    println!("vectors of slices answered: {}, failures: {}", cases.clone().count(), failures.len());
    assert!(cases.count() >= 60 && failures.is_empty(), "{}", failures.join("\n\n"));
}

/// What is cut from a slice isn't what would be cut from the whole.
#[test]
fn p_6_a_slice_is_not_sliced() {
    let text = vectors::all()[0].policy.to_string();
    let whole = Policy::load(text.as_bytes()).unwrap();
    let root = whole.document().scopes.iter().find(|scope| scope.parent.is_none()).unwrap().id.to_string();
    assert_eq!(whole.slice_of(), None);
    let slice = whole.slice(SliceOf::Scope(&root)).unwrap().canonical();
    let slice = Policy::load(slice.as_bytes()).unwrap();
    assert_eq!(slice.slice(SliceOf::Scope(&root)), Err(SliceError::OfSlice));
}
