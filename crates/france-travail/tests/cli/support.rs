//! What the tests of these steps share: runs without patience, small days, and secrets.

use std::time::Duration;

#[cfg(feature = "history")]
use sandbox::Faults;
use sandbox::{Fault, Options, Server};
use serde_json::Value;
use trial::{Finished, Run};

/// Flags that every run gets unless the test gives its own: loopback needs no patience.
const PATIENCE: [(&str, &str); 2] = [("--retry-wait-s", "0.01"), ("--stall-s", "3")];

/// Calls per second that no test reaches, unless it gives its own.
const RATE: (&str, &str) = ("FRANCE_TRAVAIL_RATE", "5000");

/// Three kinds that ask for a wait of a second or more, one that is only slow, and good credentials refused, which no run
/// can outlast. The tests of the offers have them all.
const SLOW_OR_FINAL: [Fault; 5] =
    [Fault::TooManySeconds, Fault::TooManyDate, Fault::Unavailable, Fault::Slow, Fault::TokenRefused];

/// A run of a step that wastes no time.
pub(crate) fn quick(executable: &str) -> Run {
    Run::new(executable).by_default(&PATIENCE).env(RATE.0, RATE.1)
}

/// The same, in the folder of another run.
#[cfg(feature = "history")]
pub(crate) fn quick_beside(run: &Run, executable: &str) -> Run {
    run.beside(executable).by_default(&PATIENCE).env(RATE.0, RATE.1)
}

/// For what has nothing to do with offers; few are soon made.
pub(crate) fn few() -> Options {
    Options::default().with(|options| options.france_travail.offers = 10)
}

/// The kinds of fault that a run soon outlasts, but these.
pub(crate) fn quick_faults(without: &[Fault]) -> Vec<Fault> {
    trial::kinds_but(&[&SLOW_OR_FINAL, without].concat())
}

/// The same, with this probability in all.
#[cfg(feature = "history")]
pub(crate) fn quick_faults_at(rate: f64, without: &[Fault]) -> Faults {
    trial::faults_but(&[&SLOW_OR_FINAL, without].concat(), rate)
}

/// Runs until it ends well. Good credentials refused are the one fault that a run cannot outlast: it says so, and the
/// next one does.
pub(crate) fn outlast(run: &Run) -> Finished {
    (0..20).map(|_| run.run()).find(|ended| ended.code != 77).expect("a token at last").expect_code(0)
}

/// Kills a run at instants spread over all the time that it takes, from the first to after its end.
///
/// # Panics
/// If all of them had ended before, which would show nothing.
pub(crate) fn kill_all_over(longest: Duration, mut kill_after: impl FnMut(Duration) -> Finished) {
    const ROUNDS: u32 = 25;
    let delays = (0..ROUNDS).map(|round| longest.mul_f64(f64::from(round) / f64::from(ROUNDS) * 1.2));
    let finished = delays.map(|delay| kill_after(delay + Duration::from_micros(137))).filter(|killed| killed.code == 0);
    assert!(finished.count() < ROUNDS as usize, "some runs were killed before their end");
}

/// The credentials that the sandbox accepts.
pub(crate) fn secrets(server: &Server) -> [String; 2] {
    let value = |wanted| {
        let found = server.variables().into_iter().find(|(name, _)| *name == wanted);
        found.expect("the sandbox has credentials").1
    };
    ["FRANCE_TRAVAIL_ID", "FRANCE_TRAVAIL_KEY"].map(value)
}

/// # Panics
/// If `secret` is anywhere on stdout or stderr.
#[track_caller]
pub(crate) fn assert_never_says(run: &Finished, secret: &str) {
    let says = run.stdout.contains(secret) || run.stderr.contains(secret);
    assert!(!secret.is_empty() && !says, "a secret\n{run}");
}

/// What the entries of one of a spec's lists have for a key, such as the `flag` of its `arguments`.
pub(crate) fn column(spec: &Value, list: &str, key: &str) -> Vec<String> {
    let entries = spec[list].as_array().expect("a spec has lists").iter();
    entries.map(|entry| entry[key].as_str().unwrap_or_default().to_owned()).collect()
}

/// # Panics
/// When a step's `--spec` does not name it, these flags and variables, and each key of a receipt of its.
#[cfg(feature = "history")]
#[track_caller]
pub(crate) fn assert_spec(executable: &str, flags: &[&str], variables: &[&str], receipt: &Value) {
    let run = Run::new(executable).args(["--spec"]).run().expect_code(0);
    let spec = run.receipt();
    assert!(executable.ends_with(spec["step"].as_str().expect("a step has a name")), "{run}");
    let told = |list: &str, key: &str, wanted: &str| {
        let all = column(&spec, list, key);
        assert!(all.contains(&wanted.to_owned()), "{wanted} of {all:?}");
    };
    flags
        .iter()
        .chain(&["--donnees-brutes", "--receipt-file", "--log-level", "--spec", "--check"])
        .for_each(|flag| told("arguments", "flag", flag));
    variables.iter().chain(&["DONNEES_BRUTES", "RECEIPT_FILE"]).for_each(|name| told("variables", "name", name));
    receipt.as_object().expect("a receipt is an object").keys().for_each(|key| told("receipt", "key", key));
    assert_eq!(spec["exit_codes"].as_array().expect("a spec has exit codes").len(), 13);
}
