//! The contract, through a step that ends in every way.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::process::{Command, Stdio};
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
    assert_eq!(
        (&receipt["step"], &receipt["path"], &receipt["word"]),
        (&"try-step".into(), &"a/b".into(), &"été 🎉".into())
    );
}

#[test]
fn the_receipt_of_the_step_before_is_the_input() {
    let finished = try_step(&["-"]).stdin("{\"path\":\"x/y.7z\"}\n").run().expect_code(0);
    assert_eq!(finished.receipt()["path"], "x/y.7z");
    for nothing in ["", "<html>", "{}"] {
        let finished = try_step(&["-"]).stdin(nothing).run().expect_code(65);
        assert!(finished.failure().contains("receipt from stdin"), "{finished}");
    }
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
    ];
    for (how, signal, name, code) in cases {
        let running = try_step(&["a", "--end", how]).start();
        std::thread::sleep(Duration::from_millis(300));
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
    // Its stdin is kept open, as that of a pipe is; a `Run` closes it.
    let mut command = Command::new(built());
    command.arg("-").env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let stdin = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    assert_eq!(output.status.code(), Some(143), "{output:?}");
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
fn the_check_of_a_step_without_remote_reaches_nothing_and_does_nothing() {
    let checked = try_step(&["a", "--check", "--end", "panic"]).run().expect_code(0).receipt();
    assert_eq!(checked["schema"], "collecte.check/1");
    assert_eq!(checked["reached"], json!([]));
}
