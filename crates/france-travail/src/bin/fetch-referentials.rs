//! `fetch-referentials`: see [`france_travail::fetch_referentials`].

fn main() -> std::process::ExitCode {
    france_travail::fetch_referentials::main()
}
