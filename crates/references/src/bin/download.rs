//! `download`: see [`references::download`].

fn main() -> std::process::ExitCode {
    step::main(references::download::run, references::download::check)
}
