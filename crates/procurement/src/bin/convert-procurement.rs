//! `convert-procurement`: see [`procurement::convert_procurement`].

fn main() -> std::process::ExitCode {
    procurement::convert_procurement::main()
}
