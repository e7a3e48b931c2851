//! `mirror-offers`: see [`france_travail::mirror_offers`].

fn main() -> std::process::ExitCode {
    france_travail::mirror_offers::main()
}
