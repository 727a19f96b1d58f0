//! Makes a component of its core module, and prints the WIT of one.
//!
//! `lockstep-encode CORE COMPONENT` writes the component; `lockstep-encode --wit COMPONENT` prints what it exports, and what
//! it imports. It fails where that is anything at all.

use std::error::Error;
use std::process::ExitCode;
use std::{env, fs};

use wit_component::{ComponentEncoder, DecodedWasm, WitPrinter};

const USAGE: &str = "usage: lockstep-encode CORE COMPONENT, or lockstep-encode --wit COMPONENT";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--wit", component] => print_wit(component),
        [core, component] => encode(core, component),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn encode(core: &str, component: &str) -> Result<(), Box<dyn Error>> {
    let module = fs::read(core).map_err(|error| format!("{core}: {error}"))?;
    let bytes = ComponentEncoder::default().module(&module)?.validate(true).encode()?;
    fs::write(component, bytes).map_err(|error| format!("{component}: {error}"))?;
    Ok(())
}

fn print_wit(component: &str) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(component).map_err(|error| format!("{component}: {error}"))?;
    let DecodedWasm::Component(resolve, world) = wit_component::decode(&bytes)? else {
        return Err(format!("{component} is no component").into());
    };
    let mut printer = WitPrinter::default();
    let packages: Vec<_> = resolve.packages.iter().map(|(id, _)| id).collect();
    let [main, nested @ ..] = &packages[..] else { return Err(format!("{component} has no package").into()) };
    printer.print(&resolve, *main, nested)?;
    print!("{}", printer.output);
    let imports = resolve.worlds.get(world).map_or(0, |world| world.imports.len());
    if imports > 0 {
        return Err(format!("{component} imports {imports} things, and must import nothing").into());
    }
    Ok(())
}
