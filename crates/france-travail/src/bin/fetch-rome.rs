//! `fetch-rome`: see [`france_travail::fetch_rome`].

fn main() -> std::process::ExitCode {
    step::main(france_travail::fetch_rome::run, france_travail::fetch_rome::check)
}
