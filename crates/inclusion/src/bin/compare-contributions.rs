//! `compare-contributions`: see [`inclusion::compare_contributions`].

fn main() -> std::process::ExitCode {
    inclusion::compare_contributions::main()
}
