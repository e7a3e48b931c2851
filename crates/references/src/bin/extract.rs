//! `extract`: see [`references::extract`].

fn main() -> std::process::ExitCode {
    step::main(references::extract::run, references::extract::check)
}
