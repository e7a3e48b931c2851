//! `fetch-inclusion`: see [`inclusion::fetch_inclusion`].

fn main() -> std::process::ExitCode {
    inclusion::fetch_inclusion::main()
}
