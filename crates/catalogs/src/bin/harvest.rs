//! `harvest`: see [`catalogs::harvest`].

fn main() -> std::process::ExitCode {
    catalogs::harvest::main()
}
