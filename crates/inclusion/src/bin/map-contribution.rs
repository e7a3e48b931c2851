//! `map-contribution`: see [`inclusion::map_contribution`].

fn main() -> std::process::ExitCode {
    inclusion::map_contribution::main()
}
