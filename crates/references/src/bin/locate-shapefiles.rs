//! `locate-shapefiles`: see [`references::locate_shapefiles`].

fn main() -> std::process::ExitCode {
    references::locate_shapefiles::main()
}
