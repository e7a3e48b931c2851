//! `anonymise-offers`: see [`france_travail::anonymise_offers`].

fn main() -> std::process::ExitCode {
    france_travail::anonymise_offers::main()
}
