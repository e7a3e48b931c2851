//! `validate-procurement`: see [`procurement::validate_procurement`].

fn main() -> std::process::ExitCode {
    procurement::validate_procurement::main()
}
