//! `convert-naf`: see [`references::convert_naf`].

fn main() -> std::process::ExitCode {
    step::main(references::convert_naf::run, references::convert_naf::check)
}
