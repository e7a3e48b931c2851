//! The contract, through a step that ends in every way.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The example of this crate, which is built with its tests.
fn try_step(arguments: &[&str]) -> Command {
    let deps: PathBuf = std::env::current_exe().expect("a test knows where it is");
    let built = deps.ancestors().nth(2).expect("tests are two folders below the profile's").join("examples/try-step");
    let mut command = Command::new(built);
    command.args(arguments).env_remove("LOG_FORMAT").env_remove("LOG_LEVEL").env_remove("RECEIPT_FILE");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str]) -> Output {
    try_step(arguments).output().expect("the example was built with the tests")
}

fn with_stdin(arguments: &[&str], text: &str) -> Output {
    let mut child = try_step(arguments).stdin(Stdio::piped()).spawn().expect("the example was built with the tests");
    child.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("it reads its stdin");
    child.wait_with_output().expect("a child can be waited for")
}

#[track_caller]
fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{output:?} {}", String::from_utf8_lossy(&output.stderr));
}

fn last_note(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn success_is_one_line_of_ascii_and_the_last_thing_written() {
    let both = tempfile::NamedTempFile::new().unwrap();
    let mut command = try_step(&["a/b"]);
    command.stdout(both.reopen().unwrap()).stderr(Stdio::from(both.as_file().try_clone().unwrap()));
    // Both streams in one file, as BashOperator merges them: appended, so that neither overwrites the other.
    let mut shell = Command::new("sh");
    let quoted = format!("{} a/b >>{1} 2>>{1}", command.get_program().display(), both.path().display());
    assert!(shell.args(["-c", &quoted]).status().unwrap().success());
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
    let output = with_stdin(&["-"], "{\"path\":\"x/y.7z\"}\n");
    assert_code(&output, 0);
    let receipt: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(receipt["path"], "x/y.7z");
    for nothing in ["", "<html>", "{}"] {
        let output = with_stdin(&["-"], nothing);
        assert_code(&output, 65);
        assert!(last_note(&output)["message"].as_str().unwrap().contains("receipt from stdin"));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn nothing_new_is_99_and_silent_on_stdout() {
    let output = run(&["a", "--end", "nothing-new"]);
    assert_code(&output, 99);
    assert!(output.stdout.is_empty());
    assert!(last_note(&output)["message"].as_str().unwrap().contains("nothing new: the same as before"));
}

#[test]
fn a_failure_says_what_why_and_what_to_do_on_one_line() {
    let output = run(&["a", "--end", "fail"]);
    assert_code(&output, 65);
    let note = last_note(&output);
    assert_eq!(note["message"], "could not read `a`: could not do it");
    assert_eq!(note["hint"], "do it otherwise");
    assert_eq!(note["exit_code"], 65);
    assert_eq!(note["level"], "ERROR");
    let text = run(&["a", "--end", "fail", "--log-format", "text"]);
    let stderr = String::from_utf8_lossy(&text.stderr).into_owned();
    assert!(stderr.ends_with("try-step: could not read `a`: could not do it\nhint: do it otherwise\n"), "{stderr}");
}

#[test]
fn a_panic_is_101_and_told_like_a_failure() {
    for how in ["panic", "blocking-panic"] {
        let output = run(&["a", "--end", how]);
        assert_code(&output, 101);
        let note = last_note(&output);
        assert!(note["message"].as_str().unwrap().contains("on purpose"), "{note}");
        assert_eq!(note["exit_code"], 101);
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_receipt_that_a_pipe_could_cut_is_not_written() {
    let output = run(&["a", "--end", "long"]);
    assert_code(&output, 1);
    assert!(output.stdout.is_empty());
}

#[test]
fn a_receipt_that_cannot_be_written_is_the_disk_refusing() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = try_step(&["a"]).stdout(full).output().unwrap();
    assert_code(&output, 74);
    let output = run(&["a", "--receipt-file", "/nowhere/receipt.json"]);
    assert_code(&output, 74);
    assert!(output.stdout.is_empty(), "a receipt on stdout would say that all went well");
}

#[test]
fn signals_are_heard_while_work_computes_even_if_it_does_not_listen() {
    for (how, signal, code) in [("wait", "TERM", 143), ("wait", "INT", 130), ("deaf", "TERM", 143)] {
        let child = try_step(&["a", "--end", how]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let told = Instant::now();
        assert!(
            Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap().success()
        );
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.signal(), None, "it ends by itself");
        assert_code(&output, code);
        assert!(told.elapsed() < Duration::from_secs(10), "a container is killed after ten seconds");
        assert!(last_note(&output)["message"].as_str().unwrap().contains(&format!("stopped by SIG{signal}")));
    }
}

#[test]
fn a_step_that_waits_for_the_one_before_hears_signals() {
    let child = try_step(&["-"]).stdin(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let mut child = child;
    let stdin = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    assert_code(&output, 143);
}

#[test]
fn the_spec_needs_no_argument_and_wrong_usage_is_2() {
    let spec: Value = serde_json::from_slice(&run(&["--spec"]).stdout).unwrap();
    assert_eq!(spec["about"], "End in the way that is asked for");
    assert_eq!(spec["arguments"][0]["name"], "input");
    assert_eq!(spec["arguments"][0]["positional"], true);
    let output = run(&[]);
    assert_code(&output, 2);
    assert!(last_note(&output)["message"].as_str().unwrap().contains("INPUT|-"), "{output:?}");
    assert_code(&run(&["a", "--log-format", "xml"]), 2);
    assert_code(&run(&["--help"]), 0);
    assert_code(&run(&["--version"]), 0);
}

#[test]
fn the_check_of_a_step_without_remote_reaches_nothing_and_does_nothing() {
    let output = run(&["a", "--check", "--end", "panic"]);
    assert_code(&output, 0);
    let checked: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(checked["schema"], "collecte.check/1");
    assert_eq!(checked["reached"], serde_json::json!([]));
}
