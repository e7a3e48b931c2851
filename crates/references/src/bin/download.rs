//! `download`: see [`references::download`].

fn main() -> std::process::ExitCode {
    references::download::main()
}
