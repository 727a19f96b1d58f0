//! Prints an organisation, or a question of each kind for it.
//!
//! `write SEED [dense | tiny | TENANTS] [requests | lists | explanations]`, or `write SEED changes`
#![allow(clippy::expect_used, clippy::panic, reason = "a tool for people: wrong arguments may stop it")]

use lockstep_generate::{Random, Shape, change, changeable, explanations, lists, organisation, requests};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |index: usize| arguments.get(index).map_or("", String::as_str);
    let seed = argument(0).parse().expect("a seed");
    if argument(1) == "changes" {
        let document = changeable(seed);
        let mut random = Random::new(seed, "changes");
        println!("{document}");
        (0..20).for_each(|_| println!("{}", change(&mut random, &document).text));
        return;
    }
    let shape = match argument(1) {
        "" | "dense" => Shape::dense(),
        "tiny" => Shape::tiny(),
        tenants => Shape::tenants(tenants.parse().expect("dense, tiny or a number of tenants")),
    };
    let text = organisation(seed, &shape);
    let document = || serde_json::from_str(&text).expect("JSON");
    match argument(2) {
        "" => print!("{text}"),
        "requests" => requests(seed, &document(), 20).iter().for_each(|text| println!("{text}")),
        "lists" => lists(seed, &document(), 20).iter().for_each(|text| println!("{text}")),
        "explanations" => explanations(seed, &document(), 20).iter().for_each(|(text, actor)| println!("{actor}\t{text}")),
        other => panic!("what is `{other}`?"),
    }
}
