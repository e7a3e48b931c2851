//! What is asked for, and how it is packed.

use sandbox::{Bound, Milliseconds, SortWithin, TieOrder, Ties};

use super::*;

#[test]
fn codes_are_packed_and_each_filter_gives_its_truth() {
    for (arguments, filters, walks) in [
        (vec!["--rome", "K1302,K1304,J1501,N1103"], "&codeROME=K1302,K1304,J1501,N1103", 1),
        (vec!["--rome", "all", "--departement", "35,2A,971,974,69"], "&departement=35,2A,971,974,69", 1),
        (vec!["--rome", "K1302,k1304, J1501", "--departement", "59,69,13,33,35,75"], "&codeROME=K1302,K1304,J1501", 2),
        (vec!["--rome", "all", "--search", "assistant"], "&motsCles=assistant", 1),
    ] {
        let server = start_sandbox(year_of(4_000));
        let run = collect(&server).args(arguments.clone()).run().expect_code(0);
        assert_eq!(run.receipt()["walks"], walks, "{arguments:?}");
        match walks {
            1 => assert_truth(&run, &server, filters),
            // A search takes five départements.
            _ => {
                let parts =
                    ["59,69,13,33,35", "75"].map(|part| truth(&server, &format!("{filters}&departement={part}")));
                compare(&ids(&run, "jobs.csv"), &parts.concat()).unwrap();
            }
        }
        let floor = report(&run, "jobs")["requests"]["floor"].as_f64().unwrap();
        assert!(searches(&server) as f64 <= 1.03 * floor + 6.0, "{arguments:?}: {} of {floor}", searches(&server));
    }
}

#[test]
fn every_departement_takes_as_many_walks_as_are_needed() {
    let server = start_sandbox(year_of(3_000));
    let known: Vec<Value> = serde_json::from_slice(
        &std::fs::read(
            quick(env!("CARGO_BIN_EXE_fetch-referentials"))
                .sandbox(&server)
                .args(["departements"])
                .run()
                .expect_code(0)
                .path("referentiels/departements.json"),
        )
        .unwrap(),
    )
    .unwrap();
    let codes: Vec<_> = known.iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect();
    let before = searches(&server);
    let run = collect_all(&server).args(["--departement", &codes.join(",")]).run().expect_code(0);
    assert_eq!(run.receipt()["walks"], 21);
    let lives: Vec<Life> =
        codes.chunks(5).flat_map(|five| truth(&server, &format!("&departement={}", five.join(",")))).collect();
    compare(&ids(&run, "jobs.csv"), &lives).unwrap();
    let floor = report(&run, "jobs")["requests"]["floor"].as_f64().unwrap();
    assert!((searches(&server) - before) as f64 <= 1.03 * floor + 6.0);
}

#[test]
fn more_rome_codes_than_a_search_takes_are_asked_for_in_several_walks() {
    let server = start_sandbox(year_of(1_500));
    let known = quick(env!("CARGO_BIN_EXE_fetch-referentials")).sandbox(&server).args(["metiers"]).run().expect_code(0);
    let known: Vec<Value> = serde_json::from_str(&known.read("referentiels/metiers.json")).unwrap();
    let mut codes: Vec<_> = known.iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect();
    codes.sort();
    codes.truncate(450);
    let run = collect(&server).args(["--rome", &codes.join(",")]).run().expect_code(0);
    assert_eq!(run.receipt()["walks"], 3);
    let lives: Vec<Life> =
        codes.chunks(200).flat_map(|some| truth(&server, &format!("&codeROME={}", some.join(",")))).collect();
    compare(&ids(&run, "jobs.csv"), &lives).unwrap();
}

/// Both bounds of a search are mostly exclusive: a day is asked for from the second before it.
#[test]
fn the_first_and_the_last_instant_of_a_period_are_in_it() {
    let server = start_sandbox(year_of(3_000));
    let run = collect_all(&server).args(["--output", "donnees_brutes/jobs.jsonl"]).run().expect_code(0);
    let rows: Vec<Value> = run.read("jobs.jsonl").lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    // A day that has both.
    let at = |time: &str| -> std::collections::BTreeSet<String> {
        let stamps = rows.iter().filter_map(|row| row["date_created"].as_str());
        stamps.filter(|stamp| &stamp[11..] == time).map(|stamp| stamp[..10].to_owned()).collect()
    };
    let day = at("00:00:00.000").intersection(&at("23:59:59.999")).next().expect("some day has both").clone();
    let run = quick(COLLECT_HISTORY).sandbox(&server).args(["--rome", "all", "--since", &day, "--until", &day]);
    let run = run.args(["--output", "donnees_brutes/jobs.csv"]).run().expect_code(0);
    let lives = server.service::<FranceTravail>().truth_of(&format!("since={day}&until={day}")).unwrap();
    compare(&ids(&run, "jobs.csv"), &lives).unwrap();
    let text = run.read("jobs.csv");
    assert!(text.contains(&format!(",{day}T00:00:00.000,")) && text.contains(&format!(",{day}T23:59:59.999,")));
    assert!(report(&run, "jobs")["neighbours"].is_u64());
}

#[test]
fn a_default_code_that_the_service_no_longer_has_is_left_out_and_told() {
    let server =
        start_sandbox(year_of(2_000).with(|options| options.france_travail.retired_rome = vec!["M1827".to_owned()]));
    let run = collect(&server).run().expect_code(0);
    assert_eq!(report(&run, "jobs")["unknown_rome"], serde_json::json!(["M1827"]));
    assert!(run.noted("no longer has the ROME codes M1827"), "{run}");
    let asked = collect(&server).args(["--rome", "M1811,M1827"]).run().expect_code(2);
    assert!(asked.failure().contains("the service has no `M1827`"), "{asked}");
}

#[test]
fn today_is_collected_as_far_as_it_is_over() {
    let server = start_sandbox(year_of(800).with(|options| options.wire.now = None));
    let run = quick(COLLECT_HISTORY)
        .sandbox(&server)
        .args(["--rome", "all", "--output", "donnees_brutes/jobs.csv"])
        .run()
        .expect_code(0);
    let period = &report(&run, "jobs")["period"];
    let (since, to) = (period["from"].as_str().unwrap(), period["to"].as_str().unwrap());
    let lives = server.service::<FranceTravail>().truth_of(&format!("since={}", &since[..10])).unwrap();
    let over: Vec<Life> = lives.into_iter().filter(|life| life.date_creation[..19] <= *to).collect();
    compare(&ids(&run, "jobs.csv"), &over).unwrap();
    assert_eq!(run.receipt()["unchanged"], false);
}

/// Whatever nobody has measured of the service.
#[test]
fn every_unmeasured_habit_gives_the_truth() {
    for n in 0..8 {
        let options = year_of(1_500).with(|options| {
            let travail = &mut options.france_travail;
            travail.min_bound = if n & 1 == 0 { Bound::Exclusive } else { Bound::Inclusive };
            travail.max_bound = if n & 2 == 0 { Bound::Exclusive } else { Bound::Inclusive };
            travail.milliseconds = if n & 4 == 0 { Milliseconds::Truncated } else { Milliseconds::Compared };
            travail.sort_within = if n & 1 == 0 { SortWithin::Second } else { SortWithin::Milliseconds };
            travail.tie_order = if n & 2 == 0 { TieOrder::Unstable } else { TieOrder::Stable };
            travail.origin_trap = n >= 6;
            travail.ties = (n % 3 == 0).then_some(Ties { count: 60, at: Ties::BUSY_SECOND });
        });
        let server = start_sandbox(options);
        let run = collect_all(&server).run().expect_code(0);
        assert_truth(&run, &server, "");
    }
}

#[test]
fn a_dense_second_is_cut_until_it_is_proven() {
    let ties = Ties { count: 3_400, at: Ties::BUSY_SECOND };
    let server = start_sandbox(year_of(9_000).with(|options| options.france_travail.ties = Some(ties)));
    let run = collect_all(&server).run().expect_code(0);
    assert_truth(&run, &server, "");
}

#[test]
fn churn_loses_nothing_that_stayed() {
    for (appear, vanish, change) in [(0.2, 0.0, 0.0), (0.0, 0.2, 0.0), (0.1, 0.1, 0.1)] {
        let server = start_sandbox(year_of(2_500).with(|options| {
            options.france_travail.appear = appear;
            options.france_travail.vanish = vanish;
            options.france_travail.change = change;
        }));
        let run = collect_all(&server).run().expect_code(0);
        assert_truth(&run, &server, "");
    }
}

/// Each row is one of the versions that were served, and never an earlier one than a page that came later showed.
#[test]
fn what_changes_meanwhile_is_there_as_it_was_served() {
    let server = start_sandbox(year_of(2_500).with(|options| options.france_travail.change = 0.3));
    let run = collect_all(&server).args(["--output", "donnees_brutes/jobs.jsonl"]).run().expect_code(0);
    let lives = truth(&server, "");
    let lives: HashMap<&str, &Life> = lives.iter().map(|life| (life.id.as_str(), life)).collect();
    let mut changed = 0;
    for row in run.read("jobs.jsonl").lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        let life = lives[row["id"].as_str().unwrap()];
        let is_it = |version: &String| {
            let version: Value = serde_json::from_str(version).unwrap();
            let updated = version["dateActualisation"].as_str().map(|told| told.trim_end_matches('Z').to_owned());
            version["intitule"] == row["title"] && updated.as_deref() == row["date_updated"].as_str()
        };
        assert!(life.versions.iter().any(is_it), "{row} is none of {:?}", life.versions);
        changed += usize::from(life.versions.len() > 1);
    }
    assert!(changed > 0, "some have changed meanwhile");
}

/// What every total counts and no page shows, or what moved to where a walk has been already.
#[test]
fn what_is_hidden_is_told_and_what_moved_is_found() {
    let server = start_sandbox(year_of(2_000).with(|options| options.france_travail.omit_one = true));
    let run = collect_all(&server).run().expect_code(75);
    assert!(run.failure().contains("announced"), "{run}");
    assert!(!run.path("jobs.csv").exists());
    for at in [2, 4, 7] {
        let server = start_sandbox(year_of(2_000).with(|options| options.france_travail.redate_at = Some(at)));
        let run = collect_all(&server).run().expect_code(0);
        assert_truth(&run, &server, "");
    }
}

#[test]
fn small_pages_give_the_same_table() {
    let server = start_sandbox(year_of(300));
    let large = collect_all(&server).run().expect_code(0);
    for size in ["2", "7", "100"] {
        let small = collect_all(&server).args(["--results-per-page", size]).run().expect_code(0);
        assert_eq!(ids(&small, "jobs.csv"), ids(&large, "jobs.csv"), "{size} a page");
    }
}
