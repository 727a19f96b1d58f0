//! From the wasm that cargo built to what JavaScript loads: `lockstep-pack WASM FOLDER` writes `lockstep.js`,
//! `lockstep.d.ts` and `lockstep_bg.wasm`. The support crate stands in for wasm-bindgen's command line, so that one lock
//! file pins both sides of it.

use std::env;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let (Some(wasm), Some(folder), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        eprintln!("usage: lockstep-pack WASM FOLDER");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    let made = bindgen.input_path(wasm).out_name("lockstep").typescript(true).reset_state_function(true).keep_debug(true);
    let made = made.web(true).and_then(|bindgen| bindgen.generate(folder));
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
