//! Published dumps, and files of them in every format, their oddities undone.

use std::collections::BTreeMap;

use sandbox::{Fault, Faults, Inclusion, List, Workbook};
use serde_json::{Value, json as object};
use trial::{Run, Stub};

use super::{SERVICES, STRUCTURES, faulty, fetch, id, json, lines, log, server};

fn from_file(name: &str, content: &[u8], flags: &[&str]) -> Run {
    let run = Run::new(env!("CARGO_BIN_EXE_fetch-inclusion")).args(flags);
    let path = run.write(name, content);
    run.args(["--from".into(), path.into_os_string()])
}

#[test]
fn the_published_dumps_need_no_token_and_are_undone() {
    let server = server(|_| {});
    let run = fetch(&server, &["--from", "dump"]).env_remove("DATA_INCLUSION_TOKEN");
    let finished = run.run().expect_code(0);
    for (list, name, of) in [("structures", STRUCTURES, List::Structures), ("services", SERVICES, List::Services)] {
        let dump: Vec<Value> = serde_json::from_str(&server.service::<Inclusion>().dump_json(of)).unwrap();
        let records = lines(&finished, name);
        assert_eq!(records.len(), dump.len());
        let dump: BTreeMap<&str, &Value> = dump.iter().map(|record| (record["id"].as_str().unwrap(), record)).collect();
        for record in &records {
            let (record, mut before) = (json(record), dump[id(record).as_str()].clone());
            let day = record["date_maj"].as_str().unwrap();
            assert!(day.len() == 10 && before["date_maj"].is_i64(), "{record}");
            before["date_maj"] = object!(day);
            assert_eq!(record, before);
        }
        let log = log(&finished, list);
        assert_eq!((&log["doublons"], &log["options"]["from"]), (&Value::Null, &object!("dump")));
    }
    assert_eq!(finished.receipt()["requests"], 2, "each is counted once");
    assert_eq!(finished.list("inclusion"), ["services.json", "services.log", "structures.json", "structures.log"]);
    // With a token in the environment it does not go there either.
    fetch(&server, &["--from", "dump"]).run().expect_code(0);
    assert!(server.requests().iter().all(|request| !request.authorised));
    let checked = fetch(&server, &["--from", "dump", "--check"]).run().expect_code(0);
    assert!(checked.stdout.contains("reached"), "{checked}");
}

#[test]
fn the_cells_of_a_dump_are_the_records_of_its_json() {
    let server = server(|_| {});
    let service = server.service::<Inclusion>();
    let whole = fetch(&server, &["--from", "dump"]).run().expect_code(0);
    for (list, name, of) in [("structures", STRUCTURES, List::Structures), ("services", SERVICES, List::Services)] {
        for (file, content) in [
            ("dump.csv", service.dump_csv(of, false).into_bytes()),
            ("numbered.csv", service.dump_csv(of, true).into_bytes()),
            ("dump.xlsx", service.dump_workbook(of, true, Workbook::Xlsx)),
            ("dump.xls", service.dump_workbook(of, true, Workbook::Xls)),
            ("dump.ods", service.dump_workbook(of, true, Workbook::Ods)),
        ] {
            let finished = from_file(file, &content, &[list]).run().expect_code(0);
            let (records, expected) = (lines(&finished, name), lines(&whole, name));
            assert_eq!(records.len(), expected.len());
            for (record, expected) in records.iter().zip(&expected) {
                let (record, expected) = (json(record), json(expected));
                assert!(record.get("").is_none(), "{record}");
                for (key, value) in record.as_object().unwrap() {
                    let told = expected.get(key).unwrap_or(&Value::Null);
                    let is_same = value == told || (value.is_number() && value.as_f64() == told.as_f64());
                    assert!(is_same, "{list} {key}: {value} for {told}");
                }
            }
        }
    }
}

/// Sixty structures and sixty services of a producer.
fn of_formats(file: &str, list: &str) -> Vec<Value> {
    let content = std::fs::read(trial::data("inclusion/formats").join(file)).unwrap();
    let finished = from_file(file, &content, &[list]).run().expect_code(0);
    let records: Vec<Value> =
        lines(&finished, &format!("inclusion/{list}.json")).iter().map(|line| json(line)).collect();
    assert_eq!(records.len(), 60, "{file}");
    records
}

/// A record without what formats tell apart: how numbers and line ends are written, and whether a blank cell is there.
fn told(record: &Value) -> BTreeMap<String, Value> {
    let filled = record.as_object().unwrap().iter().filter(|(_, value)| !value.is_null() && **value != object!([]));
    let plain = |value: &Value| match (value.as_f64(), value.as_str()) {
        (Some(number), _) => object!(number),
        (None, Some(text)) => object!(text.replace("\r\n", "\n")),
        (None, None) => value.clone(),
    };
    filled.map(|(key, value)| (key.clone(), plain(value))).collect()
}

#[trial::test_with_data]
fn dumps_in_every_format_give_the_same_records() {
    for (list, files) in [
        ("structures", &["structures.ndjson", "structures.xml"][..]),
        ("services", &["services.xml", "services_datagouv_repr.csv", "services_datagouv_epochms.json"]),
    ] {
        let expected = of_formats(&format!("{list}.json"), list);
        for file in files {
            for (record, expected) in of_formats(file, list).iter().zip(&expected) {
                // Not shown: these are real contacts.
                assert!(told(record) == told(expected), "{file}: {}", record["id"]);
            }
        }
    }
}

/// Those of producers, who join their lists by commas: one text could be one value or several.
#[trial::test_with_data]
fn what_is_no_list_is_told_with_its_line_in_every_format() {
    for (file, list, why) in [
        ("structures.csv", "structures", "line 4: `reseaux_porteurs` is no list"),
        ("structures_bom.csv", "structures", "line 4: `reseaux_porteurs` is no list"),
        ("structures_semicolon_cp1252.csv", "structures", "line 4: `reseaux_porteurs` is no list"),
        ("structures_tab_utf16.tsv", "structures", "line 4: `reseaux_porteurs` is no list"),
        ("services.csv", "services", "line 2: `thematiques` is no list"),
        ("dataset_text.xlsx", "structures", "line 4: `reseaux_porteurs` is no list"),
        ("dataset_text.ods", "structures", "line 4: `reseaux_porteurs` is no list"),
        ("dataset_numbers.xlsx", "structures", "line 4: `reseaux_porteurs` is no list"),
        ("dataset_text.xlsx", "services", "line 2: `thematiques` is no list"),
        ("dataset_text.ods", "services", "line 2: `thematiques` is no list"),
    ] {
        let content = std::fs::read(trial::data("inclusion/formats").join(file)).unwrap();
        let refused = from_file(file, &content, &[list]).run().expect_code(65);
        assert!(refused.failure().contains(why), "{refused}");
        assert_eq!(refused.list("inclusion"), Vec::<String>::new());
    }
}

#[test]
fn what_a_dump_breaks_is_told_with_its_line() {
    let csv = |row: &str| {
        format!("id,structure_id,source,thematiques,date_maj,longitude\na,s,x,\"['t']\",2024-01-02,1.5\n{row}\n")
    };
    for (row, why) in [
        ("b,s,x,t,2024-01-02,1", "line 3: `thematiques` is no list"),
        ("b,s,x,['t'],1704153600001,1", "line 3: the date 1704153600001 is no midnight"),
        ("b,s,x,['t'],2024-01-02,x", "line 3: `longitude` is no number"),
        ("a,s,x,['t'],2024-01-02,1", "line 3: `a` is there twice"),
        (",s,x,['t'],2024-01-02,1", "line 3: it has no `id`"),
    ] {
        let refused = from_file("dump.csv", csv(row).as_bytes(), &["services"]).run().expect_code(65);
        assert!(refused.failure().contains(why), "{refused}");
        assert_eq!(refused.list("inclusion"), Vec::<String>::new());
    }
    let good = from_file("dump.csv", csv("b,,x,,1704153600000,\n,,,,,").as_bytes(), &["services"]).run().expect_code(0);
    let expected = [
        r#"{"id":"a","structure_id":"s","source":"x","thematiques":["t"],"date_maj":"2024-01-02","longitude":1.5}"#,
        r#"{"id":"b","structure_id":null,"source":"x","thematiques":null,"date_maj":"2024-01-02","longitude":null}"#,
    ];
    assert_eq!(lines(&good, SERVICES), expected);
    for (name, content, code) in [
        ("a.json", "[]", 65),
        ("a.csv", "id,nom\n", 65),
        ("a.json", "<html></html>", 65),
        ("a.json", "[{\"id\":\"a\"}", 65),
        ("a.json", "[{\"id\":\"a\",\"date_maj\":1}]", 65),
    ] {
        from_file(name, content.as_bytes(), &["structures"]).run().expect_code(code);
    }
}

#[test]
fn each_list_that_is_asked_for_is_given_once() {
    let structures = b"id,nom\na,A\n".as_slice();
    let services = b"id,structure_id\nb,a\n";
    let run = from_file("structures.csv", structures, &[]);
    let refused = run.run().expect_code(2);
    assert!(refused.failure().contains("could not find the services"), "{refused}");
    let path = run.write("services.csv", services);
    let both = run.args(["--from".into(), path.into_os_string()]).run().expect_code(0);
    assert_eq!(both.receipt()["records"], 2);
    assert_eq!(log(&both, "services")["from"], object!(["services.csv"]));
    let wrong = from_file("a.csv", structures, &["services"]).run().expect_code(2);
    assert!(wrong.failure().contains("could not find the services"), "{wrong}");
    let path = both.path("structures.csv");
    let twice = from_file("b.csv", structures, &["structures"]).args(["--from".into(), path.into_os_string()]);
    assert!(twice.run().expect_code(2).failure().contains("could not choose"));
}

#[test]
fn a_dump_that_is_cut_or_is_a_page_is_fetched_again() {
    for fault in [Fault::Cut, Fault::Html, Fault::Reset, Fault::Empty, Fault::ShortJson, Fault::Internal] {
        let server = faulty(1, Faults::default().and_at(fault, 1), |_| {});
        let run = fetch(&server, &["structures", "--from", "dump"]);
        run.run().expect_code(0);
        server.set_faults((1..99).fold(Faults::default(), |all, nth| all.and_at(fault, nth)));
        let refused = fetch(&server, &["structures", "--from", "dump", "--tries", "2"]).run().expect_code(69);
        assert_eq!(refused.list("inclusion"), Vec::<String>::new(), "{refused}");
    }
    let gone = Stub::always("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let run = fetch(&server(|_| {}), &["--from", "dump"]).env("DATA_INCLUSION_DUMP_URL", gone.url());
    run.run().expect_code(69);
    run.args(["--check"]).run().expect_code(69);
}
