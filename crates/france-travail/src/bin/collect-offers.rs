fn main() -> std::process::ExitCode {
    step::main(france_travail::collect_offers::run, france_travail::collect_offers::check)
}
