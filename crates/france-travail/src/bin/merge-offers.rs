//! `merge-offers`: see [`france_travail::merge_offers`].

fn main() -> std::process::ExitCode {
    france_travail::merge_offers::main()
}
