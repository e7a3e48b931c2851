//! `convert-naf`: see [`references::convert_naf`].

fn main() -> std::process::ExitCode {
    references::convert_naf::main()
}
