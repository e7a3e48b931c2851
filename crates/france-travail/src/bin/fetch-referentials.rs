//! `fetch-referentials`: see [`france_travail::fetch_referentials`].

fn main() -> std::process::ExitCode {
    step::main(france_travail::fetch_referentials::run, france_travail::fetch_referentials::check)
}
