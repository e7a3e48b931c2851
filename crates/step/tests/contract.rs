//! The contract, through a step that ends in every way.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use trial::{Run, Signal};

/// The example of this crate, which is built with its tests.
fn built() -> PathBuf {
    let deps: PathBuf = std::env::current_exe().expect("a test knows where it is");
    deps.ancestors().nth(2).expect("tests are two folders below the profile's").join("examples/try-step")
}

fn try_step(arguments: &[&str]) -> Run {
    Run::new(built()).args(arguments)
}

#[test]
fn success_is_one_line_of_ascii_and_the_last_thing_written() {
    let both = tempfile::NamedTempFile::new().unwrap();
    // Both streams in one file, as BashOperator merges them: appended, so that neither overwrites the other.
    let appended = r#"exec "$0" a/b >>"$1" 2>>"$1""#;
    Run::new("/bin/sh").args(["-c", appended]).args([built(), both.path().to_owned()]).run().expect_code(0);
    let text = std::fs::read_to_string(both.path()).unwrap();
    let receipt = text.lines().last().unwrap();
    assert!(receipt.is_ascii() && text.ends_with('\n'), "{text}");
    let receipt: Value = serde_json::from_str(receipt).unwrap();
    assert_eq!((&receipt["step"], &receipt["word"]), (&"try-step".into(), &"été 🎉".into()));
}

#[test]
fn the_path_in_a_receipt_is_absolute() {
    let run = try_step(&["a/b"]);
    let folder = run.folder().canonicalize().unwrap();
    assert_eq!(run.run().receipt()["path"], folder.join("a/b").to_str().unwrap());
    assert_eq!(try_step(&["/x/y.7z"]).run().receipt()["path"], "/x/y.7z");
}

#[test]
fn the_receipt_of_the_step_before_is_the_input() {
    let finished = try_step(&["-"]).stdin("{\"path\":\"/x/y.7z\"}\n").run().expect_code(0);
    assert_eq!(finished.receipt()["path"], "/x/y.7z");
    for nothing in ["<html>", "{}"] {
        let finished = try_step(&["-"]).stdin(nothing).run().expect_code(65);
        assert!(finished.failure().contains("receipt from stdin"), "{finished}");
    }
}

/// 65 says "never again", and running both again is what helps.
#[test]
fn nothing_on_stdin_means_that_the_step_before_has_failed() {
    let finished = try_step(&["-"]).stdin("").run().expect_code(75);
    assert!(finished.notes().pop().unwrap()["hint"].as_str().unwrap().contains("the step before"), "{finished}");
}

#[test]
fn nothing_new_is_99_and_silent_on_stdout() {
    let finished = try_step(&["a", "--end", "nothing-new"]).run().expect_code(99);
    assert_eq!(finished.stdout, "");
    let last = finished.notes().pop().unwrap();
    assert!(last["message"].as_str().unwrap().contains("nothing new: the same as before"), "{finished}");
}

#[test]
fn a_failure_says_what_why_and_what_to_do_on_one_line() {
    let finished = try_step(&["a", "--end", "fail"]).run().expect_code(65);
    let note = finished.notes().pop().unwrap();
    assert_eq!(note["message"], "could not read `a`: could not do it");
    assert_eq!(note["hint"], "do it otherwise");
    assert_eq!(note["exit_code"], 65);
    assert_eq!(note["level"], "ERROR");
    let text = try_step(&["a", "--end", "fail", "--log-format", "text"]).run().expect_code(65);
    let last = "try-step: could not read `a`: could not do it\nhint: do it otherwise\n";
    assert!(text.stderr.ends_with(last), "{text}");
}

#[test]
fn a_panic_is_101_and_told_like_a_failure() {
    for how in ["panic", "blocking-panic"] {
        let finished = try_step(&["a", "--end", how]).run().expect_code(101);
        assert!(finished.failure().contains("on purpose"), "{finished}");
    }
}

#[test]
fn a_receipt_that_a_pipe_could_cut_is_not_written() {
    let finished = try_step(&["a", "--end", "long"]).run().expect_code(1);
    assert_eq!(finished.stdout, "");
}

#[test]
fn a_receipt_that_cannot_be_written_is_the_disk_refusing() {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Command::new(built()).arg("a").env_clear().stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(74), "{output:?}");
    let finished = try_step(&["a", "--receipt-file", "/nowhere/receipt.json"]).run().expect_code(74);
    assert_eq!(finished.stdout, "", "a receipt on stdout would say that all went well");
}

#[test]
fn signals_are_heard_while_work_computes_even_if_it_does_not_listen() {
    let cases = [
        ("wait", Signal::TERM, "SIGTERM", 143),
        ("wait", Signal::INT, "SIGINT", 130),
        ("deaf", Signal::TERM, "SIGTERM", 143),
        ("deaf-to-all", Signal::TERM, "SIGTERM", 143),
    ];
    for (how, signal, name, code) in cases {
        let run = try_step(&["a", "--end", how]);
        let at_work = run.folder().join("at-work");
        let running = run.start().until(|| at_work.exists());
        let told = Instant::now();
        running.signal(signal);
        // Which also says that it ended by itself.
        let finished = running.wait().expect_code(code);
        assert!(told.elapsed() < Duration::from_secs(10), "a container is killed after ten seconds");
        assert!(finished.failure().contains(&format!("stopped by {name}")), "{finished}");
    }
}

#[test]
fn a_step_that_waits_for_the_one_before_hears_signals() {
    let running = try_step(&["-"]).stdin_that_stays_open().start().until_it_hears(Signal::TERM);
    running.signal(Signal::TERM);
    running.wait().expect_code(143);
}

#[test]
fn the_spec_needs_no_argument_and_wrong_usage_is_2() {
    let spec = try_step(&["--spec"]).run().expect_code(0).receipt();
    assert_eq!(spec["about"], "End in the way that is asked for");
    assert_eq!(spec["arguments"][0]["name"], "input");
    assert_eq!(spec["arguments"][0]["positional"], true);
    let finished = try_step(&[]).run().expect_code(2);
    assert!(finished.failure().contains("INPUT|-"), "{finished}");
    try_step(&["a", "--log-format", "xml"]).run().expect_code(2);
    try_step(&["--help"]).run().expect_code(0);
    try_step(&["--version"]).run().expect_code(0);
}

#[test]
fn the_check_of_a_step_without_remote_looks_at_its_input_and_does_nothing() {
    let run = try_step(&["a", "--check", "--end", "panic"]);
    run.clone().run().expect_code(66);
    std::fs::write(run.folder().join("a"), "").unwrap();
    let checked = run.run().expect_code(0).receipt();
    assert_eq!(checked["schema"], "collecte.check/1");
    assert_eq!(checked["reached"], json!(["a"]));
}

#[test]
fn wrong_usage_is_told_in_the_form_that_was_asked_for() {
    let wrong = |run: Run| run.run().expect_code(2).stderr;
    let text = wrong(try_step(&["--wrong", "--log-format", "text"]));
    assert!(text.starts_with("try-step: could not understand the arguments: "), "{text}");
    assert!(wrong(try_step(&["--wrong"]).env("LOG_FORMAT", "text")).starts_with("try-step: "));
    assert!(wrong(try_step(&["--wrong", "--log-format=json"]).env("LOG_FORMAT", "text")).starts_with('{'));
}

#[test]
fn the_version_says_the_commit_and_the_machine() {
    let version = try_step(&["--version"]).run().expect_code(0).stdout;
    assert!(version.starts_with("try-step 0.") && version.contains("(commit "), "{version}");
    assert!(version.contains(std::env::consts::ARCH) && version.contains("linux"), "{version}");
    assert!(!try_step(&["-V"]).run().expect_code(0).stdout.contains("commit"));
}

#[test]
fn the_manual_and_the_completions_need_no_argument() {
    let manual = try_step(&["--man"]).run().expect_code(0).stdout;
    assert!(manual.contains(".TH try-step") && manual.contains("TRY_KEY_FILE"), "{manual}");
    for shell in ["bash", "zsh", "fish"] {
        let script = try_step(&["--completions", shell]).run().expect_code(0).stdout;
        assert!(script.contains("try-step") && script.contains("receipt-file"), "{script}");
        assert!(!script.contains("--key") && !script.contains("-l key"), "a secret is never typed: {script}");
    }
    let script = try_step(&["--completions=bash"]).run().expect_code(0).stdout;
    Run::new("/bin/bash").args(["-n", "-c", &script]).run().expect_code(0);
    let finished = try_step(&["--completions", "tcsh"]).run().expect_code(2);
    assert!(finished.failure().contains("tcsh"), "{finished}");
}

#[test]
fn the_help_names_the_variables_of_secrets_and_not_their_flags() {
    let help = try_step(&["--help"]).env("TRY_KEY", "s3cret").env("TRY_TIMES", "").run().expect_code(0).stdout;
    assert!(help.contains("TRY_KEY, or TRY_KEY_FILE") && help.contains("Key of nothing"), "{help}");
    assert!(help.contains("[env: TRY_TIMES="), "{help}");
    assert!(!help.contains("--key") && !help.contains("s3cret"), "{help}");
}

#[test]
fn a_secret_is_read_from_its_variable_or_its_file_never_from_both() {
    let run = try_step(&["a", "--end", "key"]);
    let file = run.folder().join("key");
    std::fs::write(&file, "\u{feff}  s3cret\r\n\n").unwrap();
    assert_eq!(run.clone().env("TRY_KEY_FILE", &file).run().receipt()["word"], "s3cret");
    assert_eq!(run.clone().env("TRY_KEY", "").env("TRY_KEY_FILE", &file).run().receipt()["word"], "s3cret");
    assert_eq!(run.clone().env("TRY_KEY", "other").env("TRY_KEY_FILE", "").run().receipt()["word"], "other");
    let both = run.clone().env("TRY_KEY", "other").env("TRY_KEY_FILE", &file).run().expect_code(2);
    assert!(both.failure().contains("`TRY_KEY` and `TRY_KEY_FILE` are both set"), "{both}");
    run.env("TRY_KEY_FILE", "/nowhere").run().expect_code(66);
}

#[test]
fn an_empty_variable_is_one_that_is_not_set() {
    let run = try_step(&["a", "--end", "times"]).env("TRY_TIMES", "").env("LOG_LEVEL", "").env("LOG_FORMAT", "");
    assert_eq!(run.env("RECEIPT_FILE", "").run().expect_code(0).receipt()["word"], "1");
    let run = try_step(&["a", "--end", "root"]).env("DONNEES_BRUTES", "");
    let root = run.folder().canonicalize().unwrap().join("donnees_brutes/out");
    assert_eq!(run.run().expect_code(0).receipt()["word"], root.to_str().unwrap());
}

#[test]
fn a_wrong_value_is_told_by_the_name_it_came_under() {
    let wrong = |run: Run| run.run().expect_code(2).failure();
    let message = wrong(try_step(&["a"]).env("TRY_TIMES", "x"));
    assert!(message.contains("could not understand the variables: invalid value 'x' for `TRY_TIMES`"), "{message}");
    let message = wrong(try_step(&["a", "--times", "x"]).env("TRY_TIMES", "x"));
    assert!(message.contains("could not understand the arguments: invalid value 'x' for '--times <N>'"), "{message}");
    let message = wrong(try_step(&["a", "--log-level", "loud"]));
    assert!(message.contains("'loud' for '--log-level <LEVEL>'"), "{message}");
}

#[test]
fn a_path_that_no_receipt_can_hold_is_refused_before_anything_is_done() {
    let long = "é".repeat(100) + "/";
    for run in [
        try_step(&["a", "--donnees-brutes", &long.repeat(3)]),
        try_step(&["a"]).env("DONNEES_BRUTES", OsStr::from_bytes(b"donn\xe9es")),
        try_step(&[&long.repeat(2)]),
    ] {
        let finished = run.run().expect_code(2);
        assert_eq!(finished.notes().len(), 1, "nothing was begun: {finished}");
        assert!(finished.failure().contains("a receipt cannot hold its path"), "{finished}");
    }
    let finished = try_step(&["a"]).env("DONNEES_BRUTES", OsStr::from_bytes(b"\xe9")).run().expect_code(2);
    assert!(finished.failure().contains("could not take `DONNEES_BRUTES`"), "{finished}");
}

#[test]
fn a_receipt_is_not_lost_in_silence_because_stdout_is_closed() {
    let shell = |redirected: &str, arguments: &[&str]| {
        let script = format!(r#"exec "$0" a "$@" {redirected}"#);
        Run::new("/bin/sh").args(["-c", &script]).args([built()]).args(arguments).run()
    };
    let finished = shell(">&-", &[]).expect_code(74);
    assert_eq!(finished.notes().len(), 1, "nothing was begun: {finished}");
    assert!(finished.failure().contains("stdout is closed"), "{finished}");
    shell(">&-", &["--spec"]).expect_code(74);
    // On purpose, as a shell does it and as programs do that start others: Python's `DEVNULL` is open both ways.
    for thrown_away in [">/dev/null", "1<>/dev/null"] {
        shell(thrown_away, &[]).expect_code(0);
        shell(thrown_away, &["--spec"]).expect_code(0);
    }
    shell(">&-", &["--receipt-file", "r.json"]).expect_code(0);
}
