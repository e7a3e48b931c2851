//! `report-collection`: see [`france_travail::report_collection`].

fn main() -> std::process::ExitCode {
    france_travail::report_collection::main()
}
