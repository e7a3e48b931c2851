//! `locate-shapefiles`: see [`references::locate_shapefiles`].

fn main() -> std::process::ExitCode {
    step::main(references::locate_shapefiles::run, references::locate_shapefiles::check)
}
