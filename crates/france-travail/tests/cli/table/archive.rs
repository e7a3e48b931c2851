//! Old raw files get deleted: their rows stay, take part, can be withdrawn.

use std::fs;

use jiff::ToSpan;
use serde_json::Value;

use super::world::{DAY, MADE, World, event, offer, withdrawn};

/// Three days, merged in a form.
fn merged(form: &str) -> World {
    let world = World::new();
    for n in 0..3 {
        let day = DAY + n.days();
        world.day(day, &(0..5).map(|id| offer(&format!("{n}-{id}"), day, 0)).collect::<Vec<_>>());
    }
    world.journal(DAY + 4.days(), &[event("modifiee", DAY, "2024-06-08T03:00:00", &offer("0-1", DAY, 1))]);
    world.merge(&["--format", form]).expect_code(0);
    world
}

fn forget_raw(world: &World) {
    for extension in ["json", "log"] {
        world.remove(&format!("offres-{DAY}.{extension}"));
    }
}

/// The lake, but the report and the page, which say that the day is archived.
fn lake(world: &World) -> std::collections::BTreeMap<std::path::PathBuf, Vec<u8>> {
    world.snapshot().into_iter().filter(|(path, _)| path.starts_with("offres")).collect()
}

#[test]
fn rows_stay_when_their_day_is_deleted() {
    for form in ["parquet", "csv", "jsonl"] {
        for forgets in [false, true] {
            let world = merged(form);
            let expected = lake(&world);
            forget_raw(&world);
            if forgets {
                fs::remove_dir_all(world.memory()).unwrap();
            }
            let merged = world.merge(&["--format", form]).expect_code(0);
            assert!(lake(&world) == expected, "{form}, forgets: {forgets}");
            assert_eq!(merged.receipt()["records"], 15, "{merged}");
            assert_eq!(merged.receipt()["files_written"], 0, "{merged}");
            let report = world.report();
            assert_eq!(report["days"][0]["state"], "archived");
            assert_eq!(report["days"][0]["offers"], 5);
            // Once more, nothing is new.
            let again = world.merge(&["--format", form]).expect_code(0);
            assert_eq!(again.receipt()["unchanged"], true, "{again}");
        }
    }
}

#[test]
fn rows_of_a_deleted_day_can_be_withdrawn_and_come_back() {
    for form in ["parquet", "csv", "jsonl"] {
        let world = merged(form);
        forget_raw(&world);
        world.merge(&["--format", form]).expect_code(0);
        world.journal(
            DAY + 6.days(),
            &[
                withdrawn("0-2", DAY, "2024-06-10T03:00:00", "2024-06-09T03:00:00"),
                event("modifiee", DAY, "2024-06-10T03:00:00", &offer("0-3", DAY, 2)),
            ],
        );
        let merged = world.merge(&["--format", form]).expect_code(0);
        assert_eq!((&merged.receipt()["withdrawn"], &merged.receipt()["files_written"]), (&1.into(), &1.into()));
        let rows = rows(&world, form);
        let row = |id: &str| rows.iter().find(|row| row["id"] == id).unwrap();
        assert!(row("0-2")["title"].is_null() && row("0-2")["retiree"] == true);
        assert_eq!(row("0-2")["derniere_vue"], "2024-06-09T03:00:00.000");
        assert_eq!((&row("0-3")["title"], &row("0-3")["versions"]), (&"Métier 0-3 v2".into(), &2.into()));
        assert_eq!((&row("0-1")["title"], &row("0-1")["versions"]), (&"Métier 0-1 v1".into(), &2.into()));
        assert_eq!(rows.len(), 15);
        // The same again, with nothing remembered.
        let expected = lake(&world);
        fs::remove_dir_all(world.memory()).unwrap();
        world.merge(&["--format", form]).expect_code(0);
        assert!(lake(&world) == expected, "{form}");
    }
}

/// Though nothing is left but the table and what it says of itself.
#[test]
fn rows_of_a_deleted_day_never_mix_with_another_service() {
    for form in ["parquet", "csv", "jsonl"] {
        for loses in ["nothing", "report", "report and memory"] {
            let world = World::new();
            world.day(DAY, &[offer("1", DAY, 0)]);
            world.merge(&["--format", form]).expect_code(0);
            forget_raw(&world);
            if loses != "nothing" {
                fs::remove_file(world.run.donnees_brutes().join("offres.report.json")).unwrap();
            }
            if loses.ends_with("memory") {
                fs::remove_dir_all(world.memory()).unwrap();
            }
            let day = DAY + 1.days();
            let text = format!("[\n{}\n]\n", offer("2", day, 0));
            world.day_of_text(day, &text, 1);
            let own = super::world::log(day, &text, 1);
            for (key, other, why) in [
                ("service", "127.0.0.1".into(), "127.0.0.1"),
                ("source", step::Provenance::invented().source, "invented"),
            ] {
                let mut log = own.clone();
                log["preuve"][key] = other.as_ref().into();
                world.write_log(day, &log);
                let refused = world.merge(&["--format", form]).expect_code(65);
                assert!(refused.failure().contains(why), "{form} without {loses}\n{refused}");
            }
            world.write_log(day, &own);
            world.merge(&["--format", form]).expect_code(0);
            assert_eq!(world.report()["service"], super::world::SERVICE);
        }
    }
}

/// All rows of the lake, by reading its files as another program would.
fn rows(world: &World, form: &str) -> Vec<Value> {
    let folder = world.run.donnees_brutes().join("offres/annee=2024/mois=06");
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect(MADE).flatten() {
        match form {
            "jsonl" => {
                let text = fs::read_to_string(entry.path()).expect(MADE);
                all.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).expect(MADE)));
            }
            "csv" => {
                let mut csv = csv::Reader::from_path(entry.path()).expect(MADE);
                let header = csv.headers().expect(MADE).clone();
                for record in csv.records() {
                    let record = record.expect(MADE);
                    let cell = |text: &str| match text {
                        "" => Value::Null,
                        "true" => Value::Bool(true),
                        text => text.parse::<u64>().map_or_else(|_| text.into(), Value::from),
                    };
                    all.push(header.iter().zip(&record).map(|(name, text)| (name.to_owned(), cell(text))).collect());
                }
            }
            _ => all.extend(parquet(&entry.path())),
        }
    }
    all
}

fn parquet(path: &std::path::Path) -> Vec<Value> {
    let names = names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut reader = columns::ParquetReader::open(fs::File::open(path).expect(MADE), &names).expect(MADE);
    let mut all = Vec::new();
    while let Some(row) = reader.next_row().expect(MADE) {
        let cell = |cell: &columns::Owned| match cell {
            columns::Owned::Text(text) => Value::from(text.as_str()),
            columns::Owned::Truth(truth) => Value::from(*truth),
            columns::Owned::Integer(number) => Value::from(*number),
            columns::Owned::Time(ms) => {
                let time = jiff::Timestamp::from_millisecond(*ms).expect(MADE).to_string();
                Value::from(format!("{}.000", time.trim_end_matches('Z')))
            }
            _ => Value::Null,
        };
        all.push(names.iter().zip(&row).map(|(name, value)| ((*name).to_owned(), cell(value))).collect());
    }
    all
}

fn names() -> Vec<String> {
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0)]);
    world.rows(&[])["1"].keys().cloned().collect()
}

/// A file of the lake may hold rows of a day that was never merged: that day stays missing, though the report be lost.
#[test]
fn a_day_that_only_other_days_tell_of_is_not_archived() {
    for form in ["parquet", "csv", "jsonl"] {
        for loses in ["nothing", "report", "memory"] {
            let world = World::new();
            let (missing, last) = (DAY + 1.days(), DAY + 2.days());
            world.day(DAY, &[offer("0", DAY, 0), offer("1", missing, 0)]);
            world.day(last, &[offer("2", last, 0)]);
            world.merge(&["--format", form, "--missing", "allow"]).expect_code(0);
            let expected = world.snapshot();
            assert!(expected.keys().any(|path| path.to_str().unwrap().contains("2024-06-05")));
            match loses {
                "report" => fs::remove_file(world.run.donnees_brutes().join("offres.report.json")).unwrap(),
                "memory" => fs::remove_dir_all(world.memory()).unwrap(),
                _ => {}
            }
            let refused = world.merge(&["--format", form]).expect_code(65);
            assert!(refused.failure().contains("1 missing (2024-06-05)"), "{form}, without {loses}\n{refused}");
            world.merge(&["--format", form, "--missing", "allow"]).expect_code(0);
            assert!(world.snapshot() == expected, "{form}, without {loses}");
        }
    }
}
