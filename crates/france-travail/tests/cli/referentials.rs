//! `fetch-referentials`.

use std::fs;
use std::time::Instant;

use sandbox::{Fault, Faults, Server};
use serde_json::{Value, json};
use trial::{Finished, READ_ONLY, Run, Stub, assert_described, start_sandbox};

use crate::stub::{Answer, TOKEN, lead, serve};
use crate::support::{assert_never_says, column, few, kill_all_over, outlast, quick, quick_faults, secrets};

const FETCH_REFERENTIALS: &str = env!("CARGO_BIN_EXE_fetch-referentials");

const NAMES: [&str; 16] = [
    "appellations",
    "communes",
    "continents",
    "departements",
    "domaines",
    "langues",
    "metiers",
    "nafs",
    "naturesContrats",
    "niveauxFormations",
    "pays",
    "permis",
    "regions",
    "secteursActivites",
    "themes",
    "typesContrats",
];

fn fetch_referentials(server: &Server) -> Run {
    quick(FETCH_REFERENTIALS).sandbox(server)
}

fn files_of(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{name}.json")).collect()
}

/// What is in the folder when these have been fetched.
fn all_of(names: &[&str]) -> Vec<String> {
    let mut files = files_of(names);
    files.push("datapackage.json".to_owned());
    files.sort();
    files
}

fn read_all(run: &Finished, names: &[&str]) -> Vec<String> {
    files_of(names).iter().map(|file| run.read(format!("referentiels/{file}"))).collect()
}

#[test]
fn all_referentials_come_as_long_as_they_should_be() {
    let server = start_sandbox(few());
    let run = fetch_referentials(&server).run().expect_code(0);
    let receipt = run.receipt();
    assert_eq!(receipt["step"], "fetch-referentials");
    assert_eq!(receipt["path"], run.path("referentiels").to_str().unwrap());
    assert_eq!((&receipt["unchanged"], &receipt["uncounted"]), (&json!(false), &json!([])));
    // Measured on the real service in August 2026.
    for (name, count) in [("departements", 101), ("regions", 18), ("metiers", 1_911), ("communes", 35_015)] {
        assert_eq!(receipt["referentials"][name], count, "{name}\n{run}");
    }
    assert_eq!(run.list("referentiels"), all_of(&NAMES), "nothing else is there");
    let mut records = 0;
    for (name, text) in NAMES.iter().zip(read_all(&run, &NAMES)) {
        let list: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}\n{run}"));
        assert_eq!(receipt["referentials"][name], list.len(), "{name}");
        assert_eq!(text.lines().count(), list.len() + 2, "{name}: one a line, between two brackets");
        assert!(list.is_sorted_by_key(|element| element["code"].as_str().unwrap()), "{name}");
        records += list.len();
    }
    assert_eq!(receipt["records"], records);
    assert_eq!(server.requests().len(), 17, "one request each, and a token");
    assert!(run.noted("fetching 16 referentials"), "{run}");
}

#[test]
fn only_what_was_asked_for_is_fetched_once_each() {
    let server = start_sandbox(few());
    let run = fetch_referentials(&server).args(["regions", "pays", "regions"]).run().expect_code(0);
    assert_eq!(run.receipt()["referentials"], json!({ "pays": 221, "regions": 18 }));
    assert_eq!(run.list("referentiels"), all_of(&["pays", "regions"]));
    assert_eq!(server.requests().len(), 3);
}

/// What tools and people need to read the lists right, those of earlier runs too.
#[test]
fn a_data_package_tells_what_each_list_that_is_there_holds() {
    let server = start_sandbox(few());
    let run = fetch_referentials(&server);
    let all = run.run().expect_code(0);
    let described = assert_described(&all, "referentiels");
    assert_eq!(described.keys().cloned().collect::<Vec<_>>(), files_of(&NAMES));
    let communes =
        ["code", "codeDepartement", "codePostal", "libelle"].map(|key| (key.to_owned(), "string".to_owned()));
    assert_eq!(described["communes.json"], communes.into());
    assert_eq!(described["departements.json"]["region"], "object");
    let said = all.read("referentiels/datapackage.json");
    assert!(said.contains("inventées") && !said.contains("etalab") && said.contains("Code INSEE de la commune"));
    for key in ["source", "licence"] {
        assert!(all.receipt()[key].as_str().unwrap().contains("inventées"), "{all}");
    }
    // One list more does not hide the others, and says of each where it comes from.
    let run = fetch_small_beside(&run, &["regions"]).expect_code(0);
    assert_eq!(assert_described(&run, "referentiels").len(), NAMES.len());
    let package: Value = serde_json::from_str(&run.read("referentiels/datapackage.json")).unwrap();
    let licence = |path: &str| {
        let list = package["resources"].as_array().unwrap();
        list.iter().find(|file| file["path"] == path).unwrap()["licenses"][0]["name"].as_str().unwrap()
    };
    assert_eq!((licence("regions.json"), licence("pays.json")), ("etalab-2.0", "other-closed"));
    assert_eq!(package["licenses"].as_array().unwrap().len(), 2);
}

#[test]
fn a_wrong_name_is_refused_with_the_right_ones() {
    let server = start_sandbox(few());
    let run = fetch_referentials(&server).args(["regions", "région"]).run().expect_code(2);
    let message = run.failure();
    assert!(message.contains("invalid value 'région'"), "{run}");
    assert!(NAMES.iter().all(|name| message.contains(name)), "{run}");
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn the_same_lists_are_left_alone_the_second_time() {
    let server = start_sandbox(few());
    let run = fetch_referentials(&server);
    let first = run.run().expect_code(0);
    let modified =
        |run: &Finished, name: &str| fs::metadata(run.path("referentiels").join(name)).unwrap().modified().unwrap();
    let before = modified(&first, "communes.json");
    assert_eq!(run.run().expect_code(0).receipt()["unchanged"], true);
    fs::remove_file(first.path("referentiels/pays.json")).unwrap();
    let third = run.run().expect_code(0);
    assert_eq!(third.receipt()["unchanged"], false);
    assert_eq!(modified(&third, "communes.json"), before, "only what differs is written");
    assert!(third.path("referentiels/pays.json").exists());
}

#[test]
fn faults_of_every_kind_change_nothing_in_the_files() {
    let sound = read_all(&fetch_referentials(&start_sandbox(few())).run().expect_code(0), &NAMES);
    for (rate, seed) in [(0.05, 1), (0.05, 2), (0.2, 3), (0.2, 4), (0.2, 5)] {
        let server = start_sandbox(few().with(|options| {
            options.wire.seed = seed;
            options.wire.faults = Faults::every(rate);
        }));
        let ended = outlast(&fetch_referentials(&server).args(["--stall-s", "1", "--tries", "20"]));
        assert!(read_all(&ended, &NAMES) == sound, "seed {seed}\n{ended}");
        assert_eq!(ended.list("referentiels"), all_of(&NAMES));
    }
}

#[test]
fn each_kind_of_fault_is_outlasted() {
    for fault in quick_faults(&[]) {
        let faults = Faults::of(fault, 0.5).and_at(fault, 1);
        let server = start_sandbox(few().with(|options| options.wire.faults = faults));
        let run = fetch_referentials(&server).args(["--stall-s", "0.5", "--tries", "30"]);
        let run = run.args(["regions", "departements", "pays", "themes", "permis", "langues"]).run().expect_code(0);
        assert!(run.noted("again"), "{fault:?}\n{run}");
    }
}

#[test]
fn without_credentials_2_with_wrong_ones_77() {
    let server = start_sandbox(few());
    let run = fetch_referentials(&server).env_remove("FRANCE_TRAVAIL_KEY").run().expect_code(2);
    assert!(run.failure().contains("FRANCE_TRAVAIL_KEY"), "{run}");
    assert_eq!(server.requests().len(), 0);
    let run = fetch_referentials(&server).env("FRANCE_TRAVAIL_ID", "wrong-77b0").run().expect_code(77);
    assert!(run.failure().contains("invalid_client"), "{run}");
    assert_never_says(&run, "wrong-77b0");
    assert_eq!(server.requests().len(), 1, "one task asks for the token that all wait for");
    assert_eq!(run.list("referentiels"), [""; 0]);
}

#[test]
fn a_service_that_is_down_or_talks_html_is_69() {
    let server = start_sandbox(few());
    let down = fetch_referentials(&server).env("FRANCE_TRAVAIL_API_URL", "http://127.0.0.1:1");
    assert!(down.run().expect_code(69).failure().contains("could not get the referential `"));
    let server = start_sandbox(few().with(|options| options.wire.faults = Faults::of(Fault::Html, 1.0)));
    let run = fetch_referentials(&server).args(["regions"]).run().expect_code(69);
    assert!(run.failure().contains("could not get the referential `regions`: "), "{run}");
    let server = start_sandbox(few().with(|options| options.wire.faults = Faults::of(Fault::NoContentRange, 1.0)));
    let run = fetch_referentials(&server).args(["regions"]).run().expect_code(69);
    assert!(run.failure().contains("it has no `Content-Range` after 8 tries in "), "{run}");
}

const REGIONS: &str = r#"[{"code":"84","libelle":"Auvergne"},{"code":"32","libelle":"Hauts"}]"#;
const DEPARTEMENTS: &str = r#"[{"code":"01","libelle":"Ain","region":{"code":"84","libelle":"Auvergne"}}]"#;
const COMMUNES: &str = include_str!("../../testdata/referentiels/communes-overseas-and-abroad.json");

/// Two regions, one département, five communes; what `change` has for a name goes first.
fn fetch_small(names: &[&str], change: impl Fn(&str) -> Answer + Send + 'static) -> Finished {
    lead(&serve_small(change), quick(FETCH_REFERENTIALS)).args(names.to_vec()).run()
}

/// The same into the folder of another run, by a service that is no sandbox.
fn fetch_small_beside(run: &Run, names: &[&str]) -> Finished {
    let beside = run.beside(FETCH_REFERENTIALS).env("FRANCE_TRAVAIL_RATE", "5000");
    lead(&serve_small(|_| None), beside).args(names.to_vec()).run()
}

fn serve_small(change: impl Fn(&str) -> Answer + Send + 'static) -> Stub {
    serve(move |name| {
        let sound = |count: u32, body: &str| Some((Some(format!("{name} */{count}")), body.to_owned()));
        change(name).or_else(|| match name {
            "regions" => sound(2, REGIONS),
            "departements" => sound(1, DEPARTEMENTS),
            "communes" => sound(5, COMMUNES),
            _ => None,
        })
    })
}
fn answer(of: &'static str, range: &'static str, body: &'static str) -> impl Fn(&str) -> Answer + Send + 'static {
    move |name| (name == of).then(|| (Some(range.to_owned()), body.to_owned()))
}

const THREE: [&str; 3] = ["regions", "departements", "communes"];

#[test]
fn lists_that_join_come_as_served() {
    let run = fetch_small(&THREE, |_| None).expect_code(0);
    assert_eq!(run.read("referentiels/communes.json"), COMMUNES);
    assert_eq!(run.receipt()["records"], 8);
}

#[test]
fn a_list_of_another_length_than_announced_is_75_and_leaves_all_as_it_was() {
    for range in ["regions */3", "regions */1"] {
        let run = fetch_small(&THREE, answer("regions", range, REGIONS)).expect_code(75);
        let message = run.failure();
        assert!(
            message.contains("could not get the referential `regions`: it holds 2 elements and announces"),
            "{run}"
        );
        assert!(message.contains("after 8 tries in "), "{run}");
        assert_eq!(run.list("referentiels"), [""; 0]);
    }
    let run = fetch_small(&THREE, answer("regions", "regions */0", "[]")).expect_code(75);
    assert!(run.failure().contains("`regions`: it is empty"), "{run}");
    const TWICE: &str = r#"[{"code":"84","libelle":"Auvergne"},{"code":"84","libelle":"Auvergne"}]"#;
    let run = fetch_small(&THREE, answer("regions", "regions */2", TWICE)).expect_code(75);
    assert!(run.failure().contains("`regions`: it holds the same element twice: `84`"), "{run}");
}

#[test]
fn a_length_that_the_service_does_not_know_is_said() {
    let run = fetch_small(&THREE, answer("regions", "regions */*", REGIONS)).expect_code(0);
    assert_eq!(run.receipt()["uncounted"], json!(["regions"]));
    assert!(run.noted("the service does not say how many `regions` there are"), "{run}");
}

#[test]
fn lists_that_do_not_join_are_65_and_leave_all_as_it_was() {
    const OTHER: &str = r#"[{"code":"32","libelle":"Hauts"}]"#;
    let run = fetch_small(&THREE, answer("regions", "regions */1", OTHER)).expect_code(65);
    assert!(run.failure().ends_with("could not join the departements to their regions: `84` are not there"), "{run}");
    assert_eq!(run.list("referentiels"), [""; 0]);
    const ELSEWHERE: &str = r#"[{"code":"02001","libelle":"A","codePostal":"02000","codeDepartement":"02"}]"#;
    let run = fetch_small(&THREE, answer("communes", "communes */1", ELSEWHERE)).expect_code(65);
    assert!(run.failure().ends_with("could not join the communes to their departements: `02` are not there"), "{run}");
    fetch_small(&["communes"], answer("communes", "communes */1", ELSEWHERE)).expect_code(0);
}

#[test]
fn a_referential_that_is_gone_is_69_and_leaves_all_as_it_was() {
    let run = fetch_small(&["regions", "themes"], |_| None).expect_code(69);
    assert!(run.failure().contains("could not get the referential `themes`: HTTP 404"), "{run}");
    assert_eq!(run.list("referentiels"), [""; 0]);
}

#[test]
fn a_run_killed_at_any_instant_leaves_whole_files() {
    let server = start_sandbox(few());
    let run = fetch_referentials(&server);
    let start = Instant::now();
    let sound = read_all(&run.run().expect_code(0), &NAMES);
    let longest = start.elapsed();
    kill_all_over(longest, |delay| {
        let _ = fs::remove_dir_all(run.donnees_brutes());
        let killed = run.kill_after(delay);
        for (name, sound) in NAMES.iter().zip(&sound) {
            if let Ok(text) = fs::read_to_string(killed.path(format!("referentiels/{name}.json"))) {
                assert!(text == *sound, "{name}\n{killed}");
            }
        }
        killed
    });
    let last = run.run().expect_code(0);
    assert!(read_all(&last, &NAMES) == sound);
    assert_eq!(last.list("referentiels"), all_of(&NAMES), "what killed runs had begun is gone");
}

#[test]
fn a_disk_that_refuses_is_74() {
    let server = start_sandbox(few());
    let run = fetch_referentials(&server).env("DONNEES_BRUTES", READ_ONLY).run().expect_code(74);
    assert!(run.failure().starts_with("could not make the folder"), "{run}");
    assert_eq!(server.requests().len(), 0, "the folder is tried before the service");
}

#[test]
fn a_check_moves_no_data() {
    let server = start_sandbox(few());
    let run = fetch_referentials(&server).args(["--check"]).run().expect_code(0);
    assert_eq!(run.receipt()["reached"], json!(["the token service", "the job offers API: 6 continents"]));
    assert!(!run.path("").exists());
}

#[test]
fn the_spec_names_the_referentials_and_the_receipt_keys() {
    let run = quick(FETCH_REFERENTIALS).args(["--spec"]).run().expect_code(0);
    let spec = run.receipt();
    let argument =
        spec["arguments"].as_array().unwrap().iter().find(|argument| argument["positional"] == true).unwrap();
    assert_eq!(argument["values"], json!(NAMES));
    let keys = column(&spec, "receipt", "key");
    assert!(
        ["path", "records", "referentials", "uncounted"].iter().all(|key| keys.contains(&(*key).to_owned())),
        "{run}"
    );
}

#[test]
fn no_secret_is_ever_shown() {
    let server = start_sandbox(few().with(|options| options.wire.faults = Faults::every(0.3)));
    let run = fetch_referentials(&server).args(["--log-level", "trace", "--stall-s", "1"]).run();
    secrets(&server).iter().for_each(|secret| assert_never_says(&run, secret));
    let stub = serve(|name| Some((Some(format!("{name} */2")), REGIONS.to_owned())));
    let run = lead(&stub, quick(FETCH_REFERENTIALS)).args(["regions", "--log-level", "trace"]);
    assert_never_says(&run.run().expect_code(0), TOKEN);
}
