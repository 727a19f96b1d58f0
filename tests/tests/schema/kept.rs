//! The kept files are what would be generated.

use std::fs;

use lockstep_policy::schema::{Root, readme};

use super::{project, schema};

#[test]
fn the_kept_schemas_are_those_of_the_types() {
    let folder = project().join("core/schema");
    let mut wanted: Vec<(String, String)> = Root::ALL.iter().map(|root| (root.file_name(), root.to_json())).collect();
    wanted.push(("README.md".to_owned(), readme()));
    let is_kept = |name: &str, text: &str| fs::read_to_string(folder.join(name)).is_ok_and(|kept| kept == text);
    let stale: Vec<&String> = wanted.iter().filter(|(name, text)| !is_kept(name, text)).map(|(name, _)| name).collect();
    assert!(
        stale.is_empty(),
        "core/schema: {stale:?} not as generated; run `cargo run -p lockstep-policy --features schema --example schema`"
    );
    let mut kept: Vec<String> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    kept.retain(|name| !wanted.iter().any(|(known, _)| known == name));
    assert!(kept.is_empty(), "core/schema: nothing generates {kept:?}");
}

#[test]
fn every_schema_is_one_of_its_draft_and_says_what_it_is() {
    for root in Root::ALL {
        let schema = schema(root);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("urn:lockstep:schema:{}", root.name()));
        for text in ["title", "description"] {
            assert!(schema[text].as_str().is_some_and(|text| !text.is_empty()), "{}: no {text}", root.name());
        }
        let wrong = jsonschema::draft202012::meta::validate(&schema).err().map(|error| error.to_string());
        assert_eq!(wrong, None, "{}", root.name());
    }
}
