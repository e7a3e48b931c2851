//! The task contract, as `collect-offers` keeps it.

use sandbox::{Fault, Faults};

use super::*;
use crate::support::{assert_never_says, column, secrets};

#[test]
fn the_receipt_goes_to_a_file_as_well() {
    let server = start_sandbox(day_of(50));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("return.json");
    let run = collect(&server, DAY).env("RECEIPT_FILE", &file).run().expect_code(0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), run.stdout);
}

#[test]
fn the_spec_tells_arguments_variables_receipt_and_exit_codes() {
    let run = quick(COLLECT_OFFERS).args(["--spec"]).run().expect_code(0);
    let spec = run.receipt();
    assert_eq!(spec["step"], "collect-offers");
    let flags = column(&spec, "arguments", "flag");
    for flag in ["--date", "--partial", "--force", "--receipt-file", "--log-format", "--spec", "--check"] {
        assert!(flags.contains(&flag.to_owned()), "{flag} of {flags:?}");
    }
    let variables = column(&spec, "variables", "name");
    for name in
        ["FRANCE_TRAVAIL_ID", "FRANCE_TRAVAIL_KEY_FILE", "FRANCE_TRAVAIL_RATE", "DONNEES_BRUTES", "RECEIPT_FILE"]
    {
        assert!(variables.contains(&name.to_owned()), "{name} of {variables:?}");
    }
    let keys = column(&spec, "receipt", "key");
    let server = start_sandbox(day_of(50));
    let receipt = collect(&server, DAY).run().expect_code(0).receipt();
    for key in receipt.as_object().unwrap().keys() {
        assert!(keys.contains(key), "{key} of {keys:?}");
    }
    assert_eq!(spec["exit_codes"].as_array().unwrap().len(), 13);
}

#[test]
fn the_check_reaches_the_service_and_moves_no_data() {
    let server = start_sandbox(day_of(50));
    let run = collect(&server, DAY).args(["--check"]).run().expect_code(0);
    assert_eq!(run.receipt()["schema"], "collecte.check/1");
    assert_eq!(searches(&server), 1);
    assert!(run.list("offre_emploi").is_empty());
    collect(&server, DAY).env("FRANCE_TRAVAIL_KEY", "wrong").args(["--check"]).run().expect_code(77);
}

#[test]
fn no_secret_and_no_token_is_in_any_output_at_any_level() {
    let server = start_sandbox(day_of(2_000).with(|options| {
        options.wire.faults = Faults::default().and_at(Fault::Unauthorised, 4).and_at(Fault::TokenInternal, 2)
    }));
    let secrets = secrets(&server);
    let good = collect(&server, DAY).args(["--log-level", "trace"]).run().expect_code(0);
    let bad = collect(&server, DAY).args(["--log-level", "trace", "--rate", "0"]).run().expect_code(2);
    let refused =
        collect(&server, DAY).env("FRANCE_TRAVAIL_ID", "wrong-id").args(["--log-level", "trace"]).run().expect_code(77);
    let help = collect(&server, DAY).args(["--help"]).run().expect_code(0);
    for run in [&good, &bad, &refused, &help] {
        for secret in secrets.iter().map(String::as_str).chain(["wrong-id", "Bearer"]) {
            assert_never_says(run, secret);
        }
    }
    let log = good.read("offre_emploi/offres-2024-06-04.log");
    assert!(secrets.iter().all(|secret| !log.contains(secret.as_str())));
}

#[test]
fn notes_are_text_when_asked_and_the_hint_has_a_line_of_its_own() {
    let server = start_sandbox(day_of(10));
    let run =
        collect(&server, DAY).env("FRANCE_TRAVAIL_KEY", "wrong").args(["--log-format", "text"]).run().expect_code(77);
    let lines: Vec<_> = run.stderr.lines().collect();
    let [.., failure, hint] = lines.as_slice() else { panic!("{run}") };
    assert!(failure.starts_with("collect-offers: could not get an access token: invalid_client"), "{run}");
    assert!(hint.starts_with("hint: check"), "{run}");
}

/// Proxies cut a stream that is silent for half a minute.
#[test]
fn a_long_wait_is_not_silent() {
    let faults = Faults::default().and_at(Fault::Hang, 1);
    let server = start_sandbox(day_of(50).with(|options| options.wire.faults = faults));
    let run = collect(&server, DAY).args(["--stall-s", "24"]).run().expect_code(0);
    assert!(run.noted("collecting 2024-06-04: 0 offers") || run.noted("still working"), "{run}");
}

/// Offers name people to call; the proof does not.
#[test]
fn files_that_hold_contacts_are_not_for_everybody() {
    let server = start_sandbox(day_of(50));
    let run = collect(&server, DAY).run().expect_code(0);
    let mode = |name: &str| {
        let path = run.path(format!("offre_emploi/offres-{DAY}.{name}"));
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o777
    };
    assert_eq!(mode("json") & !0o640, 0, "{:o}", mode("json"));
    assert_eq!(mode("log") & 0o440, 0o440, "{:o}", mode("log"));
}
