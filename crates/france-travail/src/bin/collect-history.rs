//! `collect-history`: see [`france_travail::collect_history`].

fn main() -> std::process::ExitCode {
    france_travail::collect_history::main()
}
