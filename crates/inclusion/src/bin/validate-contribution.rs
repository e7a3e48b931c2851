//! `validate-contribution`: see [`inclusion::validate_contribution`].

fn main() -> std::process::ExitCode {
    inclusion::validate_contribution::main()
}
