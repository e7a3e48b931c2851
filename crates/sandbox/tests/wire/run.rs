//! The executable: `sandbox run`, and the server of its own.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};

fn run(script: &str) -> Output {
    sandbox(&["run", "--date", "2025-08-21", "--offers", "4", "--", "sh", "-c", script])
}

fn sandbox(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sandbox"))
        .args(arguments)
        .env("FRANCE_TRAVAIL_ID_FILE", "/absent")
        .env("FRANCE_TRAVAIL_KEY_FILE", "/absent")
        .env("FRANCE_TRAVAIL_KEY", "the user's own")
        .output()
        .unwrap()
}

fn texts(output: &Output) -> (String, String) {
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn the_exit_code_is_the_commands_and_nothing_is_added() {
    for code in [0, 1, 75, 99, 255] {
        let output = run(&format!("echo out; echo err >&2; exit {code}"));
        assert_eq!(output.status.code(), Some(code));
        assert_eq!(texts(&output), ("out\n".to_owned(), "err\n".to_owned()));
    }
}

#[test]
fn the_command_finds_the_services_and_no_other_credentials() {
    let output = run(
        "echo $FRANCE_TRAVAIL_ID; echo $FRANCE_TRAVAIL_KEY; echo $FRANCE_TRAVAIL_AUTH_URL; echo $FRANCE_TRAVAIL_API_URL; env | grep -c FRANCE_TRAVAIL.*_FILE",
    );
    let (stdout, _) = texts(&output);
    let lines: Vec<&str> = stdout.lines().collect();
    assert!(lines[0].starts_with("PAR_") && lines[1].starts_with("cle-inventee"));
    assert!(lines[2].starts_with("http://127.0.0.1:"));
    assert!(lines[2].ends_with("/connexion/oauth2/access_token?realm=%2Fpartenaire"));
    assert!(lines[2].starts_with(lines[3]) && !lines[3].ends_with('/'));
    assert_eq!(lines[4], "0");
}

#[test]
fn the_command_finds_the_portals_and_no_key_for_others() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox"));
    let script = "echo $PORTAL_DCAT $PORTAL_CKAN $PORTAL_DKAN $PORTAL_ODS; env | grep -c CATALOG_API_KEY";
    command.args(["run", "--offers", "0", "--", "sh", "-c", script]).env("CATALOG_API_KEY", "the user's own");
    let (stdout, _) = texts(&command.output().unwrap());
    let (portals, keys) = stdout.trim().split_once('\n').unwrap();
    let paths: Vec<&str> = portals.split(' ').map(|url| url.splitn(4, '/').nth(3).unwrap()).collect();
    assert_eq!(paths, ["portail-dcat/catalogue.rdf", "portail-ckan/", "portail-dkan/", "portail-ods/"]);
    assert_eq!(keys, "0");
}

#[test]
fn the_command_finds_the_api_of_inclusion_and_no_other_token() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox"));
    let script = "echo $DATA_INCLUSION_TOKEN $DATA_INCLUSION_API_URL $DATA_INCLUSION_DUMP_URL; env | grep -c DATA_INCLUSION_TOKEN_FILE";
    command.args(["run", "--offers", "0", "--", "sh", "-c", script]);
    command.env("DATA_INCLUSION_TOKEN", "the user's own").env("DATA_INCLUSION_TOKEN_FILE", "/absent");
    let (stdout, _) = texts(&command.output().unwrap());
    let (told, files) = stdout.trim().split_once('\n').unwrap();
    let told: Vec<&str> = told.split(' ').collect();
    assert!(
        told[0].starts_with("jeton-invente-") && told[1].starts_with("http://127.0.0.1:") && !told[1].ends_with('/')
    );
    assert_eq!((told[2].strip_prefix(told[1]).unwrap(), files), ("/depot-inclusion/api/1/datasets/r", "0"));
}

#[test]
fn what_it_makes_lies_apart_from_what_is_real_unless_the_user_says_where() {
    for (set, folder) in [(None, "donnees_sandbox\n"), (Some(""), "donnees_sandbox\n"), (Some("ici"), "ici\n")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox"));
        command.args(["run", "--offers", "0", "--", "sh", "-c", "echo $DONNEES_BRUTES"]).env_remove("DONNEES_BRUTES");
        let output = command.envs(set.map(|set| ("DONNEES_BRUTES", set))).output().unwrap();
        assert_eq!(texts(&output).0, folder);
    }
}

#[test]
fn the_command_asks_it_without_a_proxy() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox"));
    command.args(["run", "--offers", "0", "--", "sh", "-c", "echo $NO_PROXY; echo $no_proxy; echo $http_proxy"]);
    command.env("http_proxy", "http://127.0.0.1:9").env("no_proxy", "exemple.invalid").env_remove("NO_PROXY");
    let output = command.output().unwrap();
    let without = "exemple.invalid,127.0.0.1\n";
    assert_eq!(texts(&output).0, format!("{without}{without}http://127.0.0.1:9\n"));
}

#[test]
fn its_own_folder_is_first_on_the_path() {
    let own = std::path::Path::new(env!("CARGO_BIN_EXE_sandbox")).parent().unwrap();
    let (stdout, _) = texts(&run("command -v sandbox"));
    assert_eq!(stdout.trim(), own.join("sandbox").display().to_string());
}

#[test]
fn a_command_that_cannot_run_is_127_or_126() {
    let missing = sandbox(&["run", "--offers", "0", "--", "commande-qui-manque"]);
    assert_eq!(missing.status.code(), Some(127));
    assert!(texts(&missing).1.contains("could not run `commande-qui-manque`"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("texte");
    std::fs::write(&file, "rien").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = sandbox(&["run", "--offers", "0", "--", file.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(126));
}

#[test]
fn a_command_killed_by_a_signal_is_128_and_its_number() {
    assert_eq!(run("kill -9 $$").status.code(), Some(137));
}

#[test]
fn signals_are_passed_on_and_the_commands_end_is_awaited() {
    for (name, code) in [("TERM", 7), ("INT", 8)] {
        let script = format!("trap 'sleep 0.1; exit {code}' {name}; echo ready; while :; do sleep 0.05; done");
        let mut child = Command::new(env!("CARGO_BIN_EXE_sandbox"))
            .args(["run", "--offers", "0", "--", "sh", "-c", &script])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap();
        let status = child.wait().unwrap();
        assert_eq!((status.code(), status.signal()), (Some(code), None), "{name}");
    }
}

#[test]
fn options_may_stand_before_or_after_run() {
    let output = sandbox(&["--offers", "0", "run", "--seed", "3", "--", "true"]);
    assert_eq!(output.status.code(), Some(0));
    let wrong = sandbox(&["--fault", "inconnu=1"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(texts(&wrong).1.contains("repeated-page"));
}

#[test]
fn alone_it_says_where_it_listens_and_what_to_export_until_it_is_stopped() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sandbox"))
        .args(["--offers", "0", "--port", "0"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("sandbox: listening on http://127.0.0.1:"));
    assert!(lines.next().unwrap().unwrap().starts_with("export FRANCE_TRAVAIL_ID='"));
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
