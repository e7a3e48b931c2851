//! `fetch-rome`: see [`france_travail::fetch_rome`].

fn main() -> std::process::ExitCode {
    france_travail::fetch_rome::main()
}
