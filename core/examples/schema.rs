//! Writes the schemas into a folder, or prints one:
//!
//! ```text
//! cargo run -p lockstep-policy --features schema --example schema            core/schema
//! cargo run -p lockstep-policy --features schema --example schema -- FOLDER
//! cargo run -p lockstep-policy --features schema --example schema -- --print document
//! ```

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use lockstep_policy::schema::{Root, readme};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    match arguments.as_slice() {
        [] => done(write(&kept)),
        ["--print", name] => match Root::of_name(name) {
            Some(root) => {
                print!("{}", root.to_json());
                ExitCode::SUCCESS
            }
            None => failed(&format!("there is no schema `{name}`; there are {}", Root::ALL.map(Root::name).join(", "))),
        },
        [folder] if !folder.starts_with('-') => done(write(&PathBuf::from(folder))),
        _ => failed("usage: schema [FOLDER | --print NAME]"),
    }
}

fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for root in Root::ALL {
        fs::write(folder.join(root.file_name()), root.to_json())?;
    }
    fs::write(folder.join("README.md"), readme())
}

fn done(result: io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&format!("the schemas can't be written: {error}")),
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("{why}");
    ExitCode::from(2)
}
