//! `fetch-rome`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;

use sandbox::{Fault, Faults, Server};
use serde_json::Value;
use trial::{Finished, READ_ONLY, Run, Signal, Stub, assert_described, start_sandbox};

use crate::stub::{TOKEN, lead, serve};
use crate::support::{assert_never_says, column, few, kill_all_over, outlast, quick, quick_faults, secrets};

const FETCH_ROME: &str = env!("CARGO_BIN_EXE_fetch-rome");

const FILES: [&str; 6] =
    ["datapackage.json", "domaine_professionnel.json", "grand_domaine.json", "metier.json", "rome.csv", "version.json"];

fn fetch_rome(server: &Server) -> Run {
    quick(FETCH_ROME).sandbox(server)
}

/// Checks that every file is whole and that the hashes of `version.json` are theirs.
fn assert_belong_together(run: &Finished) {
    let version: Value = serde_json::from_str(&run.read("rome/version.json")).expect("version.json is JSON");
    let hashes = version["files"].as_object().expect("version.json names the files");
    assert_eq!(hashes.len(), 5);
    for (name, sha256) in hashes {
        let found = files::sha256(&run.path(format!("rome/{name}"))).expect("a named file is there");
        assert_eq!(*sha256, found, "{name}\n{run}");
    }
    assert_eq!(run.list("rome"), FILES, "nothing else is there\n{run}");
}

#[test]
fn the_rome_comes_in_three_levels_and_all_in_a_row() {
    let server = start_sandbox(few());
    let run = fetch_rome(&server).run().expect_code(0);
    let receipt = run.receipt();
    for (key, value) in [
        ("step", Value::from("fetch-rome")),
        ("records", 1_911.into()),
        ("grand_domaine", 14.into()),
        ("domaine_professionnel", 110.into()),
        ("metier", 1_911.into()),
        ("appellation", 12_107.into()),
        ("version", "4.0-2026-06".into()),
        ("unchanged", false.into()),
        ("licence", "aucune : données inventées, à ne pas publier".into()),
    ] {
        assert_eq!(receipt[key], value, "{key}\n{run}");
    }
    assert_eq!(receipt["path"], run.path("rome").to_str().unwrap());
    assert_belong_together(&run);
    let csv = run.read("rome/rome.csv");
    assert_eq!(csv.lines().count(), 1_912);
    assert!(csv.starts_with("code_grand_domaine,libelle_grand_domaine,code_domaine_professionnel,"), "{csv:.200}");
    assert!(
        csv.contains("\"Agriculture et Pêche, Espaces naturels et Espaces verts, Soins aux animaux\""),
        "{csv:.400}"
    );
    let metiers: Vec<BTreeMap<String, Value>> = serde_json::from_str(&run.read("rome/metier.json")).unwrap();
    let codes: Vec<_> = metiers.iter().map(|metier| metier["code"].as_str().unwrap()).collect();
    assert_eq!(codes.len(), 1_911);
    assert!(codes.is_sorted());
    assert_eq!(run.read("rome/metier.json").lines().count(), 1_913, "one a line, between two brackets");
    let bytes: u64 = FILES.iter().map(|name| fs::metadata(run.path("rome").join(name)).unwrap().len()).sum();
    assert_eq!(receipt["bytes"], bytes);
    assert!(run.noted("fetching version 4.0-2026-06 of the ROME"), "{run}");
}

/// What tools and people need to read the files right: codes are text, whatever they look like.
#[test]
fn a_data_package_tells_what_the_files_hold() {
    let run = fetch_rome(&start_sandbox(few())).run().expect_code(0);
    let described = assert_described(&run, "rome");
    assert_eq!(described.keys().collect::<Vec<_>>(), FILES[1..5].iter().collect::<Vec<_>>());
    assert_eq!(described["rome.csv"]["code_rome"], "string");
    assert_eq!(described["metier.json"]["domaineProfessionnel"], "object");
    let package: Value = serde_json::from_str(&run.read("rome/datapackage.json")).unwrap();
    assert_eq!(package["version"], "4.0-2026-06");
    // Nobody is to cite France Travail for what the sandbox invented.
    for said in [&package["sources"], &package["licenses"], &package["resources"][0]["licenses"]] {
        let said = said.to_string();
        assert!(said.contains("inventées") && !said.contains("France Travail") && !said.contains("etalab"), "{said}");
    }
    let real = fetch_small(|_, text| text).expect_code(0);
    assert_described(&real, "rome");
    let package: Value = serde_json::from_str(&real.read("rome/datapackage.json")).unwrap();
    assert_eq!(package["licenses"][0]["name"], "etalab-2.0");
    assert!(package["sources"][0]["title"].as_str().unwrap().contains("France Travail"), "{package}");
}

#[test]
fn the_same_rome_is_left_alone_the_second_time() {
    let server = start_sandbox(few());
    let run = fetch_rome(&server);
    let first = run.run().expect_code(0);
    let modified =
        |run: &Finished| FILES.map(|name| fs::metadata(run.path("rome").join(name)).unwrap().modified().unwrap());
    let before = modified(&first);
    let second = run.run().expect_code(0);
    assert_eq!(second.receipt()["unchanged"], true);
    assert_eq!(modified(&second), before);
    fs::write(second.path("rome/rome.csv"), "spoilt").unwrap();
    let third = run.run().expect_code(0);
    assert_eq!(third.receipt()["unchanged"], false);
    assert_belong_together(&third);
}

#[test]
fn six_requests_and_one_token_are_all_it_takes() {
    let server = start_sandbox(few());
    fetch_rome(&server).run().expect_code(0);
    assert_eq!(server.requests().len(), 7, "{:?}", server.requests());
}

#[test]
fn faults_of_every_kind_change_nothing_in_the_files() {
    let sound = fetch_rome(&start_sandbox(few())).run().expect_code(0);
    for (rate, seed) in [(0.05, 1), (0.05, 2), (0.2, 3), (0.2, 4), (0.2, 5)] {
        let server = start_sandbox(few().with(|options| {
            options.wire.seed = seed;
            options.wire.faults = Faults::every(rate);
        }));
        let ended = outlast(&fetch_rome(&server).args(["--stall-s", "1", "--tries", "20"]));
        for name in FILES {
            assert!(ended.read(format!("rome/{name}")) == sound.read(format!("rome/{name}")), "{name}\n{ended}");
        }
        assert_belong_together(&ended);
    }
}

#[test]
fn each_kind_of_fault_is_outlasted() {
    // Of the ROME no `Content-Range` is asked, and a short page is a short list, which is 75 as long as it is short.
    for fault in quick_faults(&[Fault::NoContentRange, Fault::WrongContentRange, Fault::ShortPage]) {
        let faults = Faults::of(fault, 0.5).and_at(fault, 1);
        let server = start_sandbox(few().with(|options| options.wire.faults = faults));
        let run = fetch_rome(&server).args(["--stall-s", "0.5", "--tries", "30"]).run().expect_code(0);
        assert_belong_together(&run);
        assert!(run.noted("again"), "{fault:?}\n{run}");
    }
}

#[test]
fn without_credentials_nothing_is_asked_and_nothing_written() {
    let server = start_sandbox(few());
    for missing in ["FRANCE_TRAVAIL_ID", "FRANCE_TRAVAIL_KEY"] {
        let run = fetch_rome(&server).env_remove(missing).run().expect_code(2);
        assert!(run.failure().contains(missing), "{run}");
        assert!(!run.path("rome").exists());
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn wrong_credentials_are_refused_once() {
    let server = start_sandbox(few());
    let run = fetch_rome(&server).env("FRANCE_TRAVAIL_KEY", "wrong-4f1c").run().expect_code(77);
    assert!(run.failure().contains("invalid_client"), "{run}");
    assert_never_says(&run, "wrong-4f1c");
    assert_eq!(server.requests().len(), 1);
    assert_eq!(run.list("rome"), [""; 0]);
}

#[test]
fn a_service_that_is_down_or_talks_html_is_69() {
    let server = start_sandbox(few());
    let down = fetch_rome(&server).args(["--tries", "3"]).env("FRANCE_TRAVAIL_API_URL", "http://127.0.0.1:1");
    assert!(down.run().expect_code(69).failure().contains("could not get the version of the ROME"));
    let server = start_sandbox(few().with(|options| options.wire.faults = Faults::of(Fault::Html, 1.0)));
    let run = fetch_rome(&server).run().expect_code(69);
    assert!(run.failure().contains("it says no version after 8 tries in "), "{run}");
    let server = start_sandbox(few().with(|options| options.wire.faults = Faults::of(Fault::Unauthorised, 1.0)));
    fetch_rome(&server).run().expect_code(77);
}

/// The invented ROME of three métiers, as a service.
fn serve_small(change: impl Fn(&str, String) -> String + Send + 'static) -> Stub {
    serve(move |name| {
        let text = match name {
            "version" => r#"{"version":"1","lastModifiedDate":"2026-01-01"}"#,
            "grand-domaine" => include_str!("../../testdata/rome/grand_domaine.json"),
            "domaine-professionnel" => include_str!("../../testdata/rome/domaine_professionnel.json"),
            "metier" => include_str!("../../testdata/rome/metier.json"),
            "appellation" => include_str!("../../testdata/rome/appellation.json"),
            _ => return None,
        };
        Some((None, change(name, text.to_owned())))
    })
}

fn fetch_small(change: impl Fn(&str, String) -> String + Send + 'static) -> Finished {
    let stub = serve_small(change);
    lead(&stub, quick(FETCH_ROME)).run()
}

/// Drops the elements whose text has `mark`, as a list cut on its way would.
fn without(mark: &str, list: &str) -> String {
    let mut elements: Vec<Value> = serde_json::from_str(list).expect("the test data is JSON");
    elements.retain(|element| !element["code"].to_string().contains(mark));
    Value::from(elements).to_string()
}

#[test]
fn a_small_rome_comes_in_a_row() {
    let run = fetch_small(|_, text| text).expect_code(0);
    assert_eq!(run.read("rome/rome.csv"), include_str!("../../testdata/rome/rome.csv"));
    assert_belong_together(&run);
}

#[test]
fn a_short_list_is_75_wherever_it_was_cut() {
    let only = |list: &'static str, mark: &'static str| {
        fetch_small(move |name, text| if name == list { without(mark, &text) } else { text })
    };
    let run = only("metier", "A1102").expect_code(75);
    assert!(run.failure().ends_with("appellations belong to `A1102` that are not in it"), "{run}");
    let run = only("metier", "M18").expect_code(75);
    assert!(run.failure().ends_with("no code begins with `M18`"), "{run}");
    let run = fetch_small(|name, text| if name == "metier" { "[]".to_owned() } else { text }).expect_code(75);
    assert!(run.failure().contains("could not get the métiers: it is empty"), "{run}");
    assert_eq!(run.list("rome"), [""; 0]);
}

#[test]
fn levels_that_do_not_join_are_65_and_named() {
    let run = fetch_small(|name, text| if name == "domaine-professionnel" { without("M18", &text) } else { text });
    let run = run.expect_code(65);
    assert!(run.failure().ends_with("métiers without a domaine professionnel: `M1805`"), "{run}");
    let run = fetch_small(|name, text| if name == "grand-domaine" { without("M", &text) } else { text });
    let run = run.expect_code(65);
    assert!(run.failure().ends_with("domaines professionnels without a grand domaine: `M18`"), "{run}");
    let run = fetch_small(|_, text| text.replace("A1102", "A1101")).expect_code(65);
    assert!(run.failure().ends_with("more than one métier has the code `A1101`"), "{run}");
    let run = fetch_small(|_, text| text.replace("\"libelle\":\"Études\"", "\"label\":\"Études\"")).expect_code(65);
    assert!(
        run.failure().contains("could not read the métiers: element 3 has no text `code` or no text `libelle`"),
        "{run}"
    );
}

#[test]
fn a_version_that_changes_meanwhile_is_75() {
    let asked = AtomicU32::new(0);
    let count = move || asked.fetch_add(1, Ordering::SeqCst) + 1;
    let run = fetch_small(move |name, text| match name {
        "version" => text.replace("\"1\"", &format!("\"{}\"", count())),
        _ => text,
    });
    let run = run.expect_code(75);
    assert!(run.failure().contains("it changed from 3 (2026-01-01) to 4 (2026-01-01) meanwhile"), "{run}");
}

#[test]
fn a_rome_that_did_not_fit_together_once_is_asked_for_again() {
    for list in ["grand-domaine", "domaine-professionnel", "metier", "appellation", "version"] {
        let is_spoilt = AtomicBool::new(false);
        let once = move |name: &str| name == list && !is_spoilt.swap(true, Ordering::SeqCst);
        let run = fetch_small(move |name, text| match name {
            "version" if once(name) => text.replace("\"1\"", "\"0\""),
            _ if once(name) => text.replacen("\"code\":\"A", "\"code\":\"B", 1),
            _ => text,
        });
        let run = run.expect_code(0);
        assert!(run.noted("fetching the ROME again"), "{list}\n{run}");
        assert_eq!(run.read("rome/rome.csv"), include_str!("../../testdata/rome/rome.csv"));
    }
}

#[test]
fn a_planted_pipe_keeps_nobody_waiting() {
    let server = start_sandbox(few());
    for planted in ["version.json", "datapackage.json", "rome.csv"] {
        let run = fetch_rome(&server);
        fs::create_dir_all(run.donnees_brutes().join("rome")).unwrap();
        let pipe = run.donnees_brutes().join("rome").join(planted);
        assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
        assert_belong_together(&run.run().expect_code(0));
    }
}

#[test]
fn fewer_metiers_than_before_are_worth_a_warning() {
    let server = start_sandbox(few());
    let run = fetch_rome(&server);
    run.run().expect_code(0);
    let stub = serve_small(|_, text| text);
    let smaller = lead(&stub, run).run().expect_code(0);
    assert!(smaller.noted("the ROME has 3 métiers, version 4.0-2026-06 had 1911"), "{smaller}");
}

/// Killed while an old ROME is there: each file is the old one or the new one, and `version.json` tells whether they
/// belong together.
#[test]
fn a_run_killed_at_any_instant_leaves_whole_files() {
    let server = start_sandbox(few());
    let run = fetch_rome(&server);
    let stub = serve_small(|_, text| text);
    let start = Instant::now();
    let new = run.run().expect_code(0);
    let longest = start.elapsed();
    let read = |folder: &Path| FILES.map(|name| fs::read(folder.join(name)).expect("a file is there"));
    let new = read(&new.path("rome"));
    let led = lead(&stub, run.clone());
    kill_all_over(longest, |delay| {
        let old = led.run().expect_code(0);
        let old = read(&old.path("rome"));
        let killed = run.kill_after(delay);
        let now = read(&killed.path("rome"));
        let is_new = |nth: usize| now[nth] == new[nth];
        assert!((0..FILES.len()).all(|nth| is_new(nth) || now[nth] == old[nth]), "a file is neither\n{killed}");
        if is_new(FILES.len() - 1) {
            assert_eq!(now, new, "version.json is the last to appear\n{killed}");
        }
        killed
    });
    let last = run.run().expect_code(0);
    assert_belong_together(&last);
    assert_eq!(read(&last.path("rome")), new);
}

#[test]
fn two_runs_at_once_do_not_mix() {
    let server = start_sandbox(few().with(|options| options.wire.latency_ms = 300));
    let run = fetch_rome(&server);
    let first = run.start().until(|| !server.requests().is_empty());
    let second = run.run().expect_code(75);
    assert!(second.failure().contains("another run is writing it"), "{second}");
    first.wait().expect_code(0);
}

#[test]
fn a_signal_ends_it_at_once_and_leaves_nothing_behind() {
    let server = start_sandbox(few().with(|options| options.wire.faults = Faults::of(Fault::Hang, 1.0)));
    let run = fetch_rome(&server).args(["--stall-s", "60"]);
    let running = run.start().until(|| !server.requests().is_empty());
    running.signal(Signal::TERM);
    let ended = running.wait().expect_code(143);
    assert_eq!(ended.list("rome"), [""; 0]);
}

#[test]
fn a_disk_that_refuses_is_74() {
    let server = start_sandbox(few());
    let run = fetch_rome(&server);
    // A file where the folder should be: refused to root too, whom permissions do not stop.
    let in_the_way = run.write("rome", b"");
    assert!(run.run().expect_code(74).failure().contains("rome"));
    fs::remove_file(in_the_way).unwrap();
    let ended = run.env("DONNEES_BRUTES", READ_ONLY).run().expect_code(74);
    assert!(ended.failure().starts_with("could not make the folder"), "{ended}");
    assert_eq!(server.requests().len(), 0, "the folder is tried before the service");
}

#[test]
fn a_check_moves_no_data() {
    let server = start_sandbox(few());
    let run = fetch_rome(&server).args(["--check"]).run().expect_code(0);
    assert_eq!(run.receipt()["reached"][1], "the ROME API: version 4.0-2026-06");
    assert!(!run.path("").exists());
    assert_eq!(server.requests().len(), 2);
    fetch_rome(&server).args(["--check"]).env("FRANCE_TRAVAIL_KEY", "wrong").run().expect_code(77);
}

#[test]
fn the_spec_names_arguments_variables_and_receipt_keys() {
    let run = quick(FETCH_ROME).args(["--spec"]).run().expect_code(0);
    let spec = run.receipt();
    for flag in ["--donnees-brutes", "--rate", "--auth-url", "--api-url", "--tries", "--receipt-file", "--check"] {
        assert!(column(&spec, "arguments", "flag").contains(&flag.to_owned()), "{flag}\n{run}");
    }
    for variable in ["DONNEES_BRUTES", "FRANCE_TRAVAIL_RATE", "FRANCE_TRAVAIL_KEY", "FRANCE_TRAVAIL_KEY_FILE"] {
        assert!(column(&spec, "variables", "name").contains(&variable.to_owned()), "{variable}\n{run}");
    }
    for key in ["path", "records", "version", "metier", "files", "licence"] {
        assert!(column(&spec, "receipt", "key").contains(&key.to_owned()), "{key}\n{run}");
    }
}

#[test]
fn no_secret_is_ever_shown() {
    let server = start_sandbox(few().with(|options| options.wire.faults = Faults::every(0.3)));
    let run = fetch_rome(&server).args(["--log-level", "trace", "--stall-s", "1"]).run();
    secrets(&server).iter().for_each(|secret| assert_never_says(&run, secret));
    let stub = serve_small(|_, text| text);
    let run = lead(&stub, fetch_rome(&server)).args(["--log-level", "trace"]).run().expect_code(0);
    assert_never_says(&run, TOKEN);
}
