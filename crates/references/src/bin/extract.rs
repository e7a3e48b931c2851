//! `extract`: see [`references::extract`].

fn main() -> std::process::ExitCode {
    references::extract::main()
}
