//! `assess-contribution`: see [`inclusion::assess_contribution`].

fn main() -> std::process::ExitCode {
    inclusion::assess_contribution::main()
}
