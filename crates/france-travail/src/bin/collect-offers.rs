//! `collect-offers`: see [`france_travail::collect_offers`].

fn main() -> std::process::ExitCode {
    france_travail::collect_offers::main()
}
