//! A small step as families write them: a table read, its records judged, the files beside an output.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::Write;
use std::path::Path;

use files::{Access, Committed, OutputSet};
use report::{
    Cell, Finding, Findings, FindingsArgs, Intake, Lang, Level, Names, Page, Rejects, Report, Reported, Rule, Rules,
    Section, earlier,
};
use serde::Serialize;
use serde_json::{Value, json};
use tables::{Options, Source, Table};

const TEXT: &str = "id;nom;siret\n1;Mairie;123\n\n;;\n2;<b>École</b>\nid;nom;siret\n;Rien;1\n3;\"Une; autre\";456;x\n";

#[derive(Serialize)]
struct Own {
    version: &'static str,
    options: Value,
}

/// Keeps records that have an `id`, finds fault with every SIRET.
fn run(folder: &Path, text: &str, args: &FindingsArgs) -> (Reported, Committed) {
    let input = folder.join("ville.csv");
    fs::write(&input, text).unwrap();
    let mut table = Table::open(&Source::open(&input, None).unwrap(), &Options::default()).unwrap();
    let names = Names::beside(&folder.join("out/ville.json"));
    let mut rules = Rules::of_reading(args.lang);
    rules.add(Rule::new("siret.format", Level::Error, "un SIRET a 14 chiffres", "corriger le numéro"));
    rules.add(Rule::new("record.unusable", Level::Error, "ligne sans identifiant", "compléter la ligne"));
    let mut findings = Findings::new(rules, args, &folder.join("out"));
    let mut set = names.claim(&["ville.json"], Access::Everyone).unwrap();
    let rejects = Rejects::of_table(set.destination("ville.rejects.csv"), table.header(), table.found());
    let mut intake = Intake::new(rejects, true);
    findings.add_table(Default::default(), &table).unwrap();
    let mut output = set.create("ville.json").unwrap();
    let (id, siret) = (table.header().column("ID").unwrap(), table.header().column("Siret").unwrap());
    let (format, unusable) = (findings.rule("siret.format"), findings.rule("record.unusable"));
    let mut written = 0;
    while let Some(record) = table.next().unwrap() {
        if !intake.admit(&record, &mut findings).unwrap() {
            continue;
        }
        if record.cell(id).is_empty() {
            intake.reject(&record, Finding::new(unusable).at(&record), &mut findings).unwrap();
            continue;
        }
        intake.keep();
        if !record.cell(siret).is_empty() {
            let message =
                format_args!("marché {} : le SIRET « {} » n'a pas 14 chiffres", record.cell(id), record.cell(siret));
            let finding = Finding::new(format).at(&record).column("siret").path("/siret").id(record.cell(id));
            findings.add(finding.value(record.cell(siret)).message(&message)).unwrap();
        }
        written += 1;
        writeln!(output, "{}", record.cell(id)).unwrap();
    }
    let (records, rejects) = intake.finish(written);
    let own = Own { version: "1.5", options: json!({ "format": "1.5" }) };
    let page = Page {
        lang: args.lang,
        title: "Conversion de ville.csv".to_owned(),
        summary: "3 enregistrements utilisés.".to_owned(),
        sections: vec![Section {
            title: "Procédures".to_owned(),
            columns: vec!["Observée".to_owned(), "Nombre".to_owned()],
            rows: vec![vec![Cell::from("MAPA <art 28>"), Cell::from(12_345)]],
            ..Section::default()
        }],
        ..Page::default()
    };
    let report = Report { step: "try-step", input: table.found().into(), records, own, lists_files: true, page };
    set.put(output).unwrap();
    let reported = report.write(&names, findings, Some(rejects), &mut set).unwrap();
    (reported, set.commit().unwrap())
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join("out").join(name)).unwrap()
}

fn list(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder.join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_files_beside_an_output_are_those_of_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let (reported, committed) = run(folder.path(), TEXT, &FindingsArgs::default());
    assert_eq!(
        list(folder.path()),
        ["ville.findings.jsonl", "ville.json", "ville.rejects.csv", "ville.report.html", "ville.report.json"]
    );
    assert_eq!(committed.files.last().unwrap().path, folder.path().join("out/ville.report.json"));
    assert!(!committed.unchanged && reported.rejects.is_some());
    assert_eq!(
        read(folder.path(), "ville.rejects.csv"),
        "\u{feff}record;line;rule;message;id;nom;siret\n\
         5;6;record.repeated_header;l'en-tête est répété : la ligne est écartée;id;nom;siret\n\
         6;7;record.unusable;ligne sans identifiant;;Rien;1\n"
    );
    let findings: Vec<Value> =
        read(folder.path(), "ville.findings.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = findings
        .iter()
        .map(|finding| (finding["record"].as_u64().unwrap(), finding["rule"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            (1, "siret.format"),
            (4, "record.too_short"),
            (5, "record.repeated_header"),
            (6, "record.unusable"),
            (7, "record.too_long"),
            (7, "siret.format")
        ]
    );
    let report: Value = serde_json::from_str(&read(folder.path(), "ville.report.json")).unwrap();
    let keys: Vec<_> = report.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["schema", "step", "input", "records", "levels", "rules", "version", "options", "files"]);
    assert_eq!(
        report["records"],
        json!({ "read": 7, "blank": 2, "kept": 3, "dropped": 1, "rejected": 1, "written": 3 })
    );
    assert_eq!(report["levels"], json!({ "error": 3, "warning": 1, "info": 2 }));
    assert_eq!(report["input"]["path"], "ville.csv");
    assert_eq!(report["input"]["separator"], ";");
    assert_eq!(
        report["rules"][0],
        json!({
            "rule": "siret.format", "level": "error", "count": 2, "records": 2, "columns": { "siret": 2 },
            "message": "un SIRET a 14 chiffres", "remedy": "corriger le numéro",
            "examples": [{ "record": 1, "line": 2, "value": "123" }, { "record": 7, "line": 8, "value": "456" }],
        })
    );
    let listed: Vec<_> =
        report["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(listed, ["ville.json", "ville.rejects.csv", "ville.findings.jsonl", "ville.report.html"]);
}

#[test]
fn the_page_shows_what_the_report_says_as_text() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), TEXT, &FindingsArgs::default());
    let page = read(folder.path(), "ville.report.html");
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"fr\">"), "{}", &page[..60]);
    for text in ["un SIRET a 14 chiffres", "corriger le numéro", "MAPA &lt;art 28&gt;", "12\u{202f}345"] {
        assert!(page.contains(text), "{text}");
    }
    for text in ["<script", "http://", "https://", "src=", "<link", "@import", "url("] {
        assert!(!page.contains(text), "{text}");
    }
    let english = tempfile::tempdir().unwrap();
    run(english.path(), TEXT, &FindingsArgs { lang: Lang::En, ..FindingsArgs::default() });
    let page = read(english.path(), "ville.report.html");
    assert!(page.contains("<html lang=\"en\">") && page.contains("12,345") && page.contains("Findings"));
}

#[test]
fn the_same_input_gives_the_same_bytes_and_a_second_run_leaves_them_alone() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(one.path(), TEXT, &FindingsArgs::default());
    run(other.path(), TEXT, &FindingsArgs::default());
    for name in list(one.path()) {
        assert_eq!(read(one.path(), &name), read(other.path(), &name), "{name}");
    }
    let report = one.path().join("out/ville.report.json");
    let before = fs::metadata(&report).unwrap().modified().unwrap();
    assert!(run(one.path(), TEXT, &FindingsArgs::default()).1.unchanged);
    assert_eq!(fs::metadata(&report).unwrap().modified().unwrap(), before);
}

#[test]
fn what_has_nothing_to_say_is_absent_and_what_an_earlier_run_left_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), TEXT, &FindingsArgs::default());
    let (reported, committed) = run(folder.path(), "id;nom;siret\n1;Mairie;\n", &FindingsArgs::default());
    assert_eq!(list(folder.path()), ["ville.json", "ville.report.html", "ville.report.json"]);
    assert!(!committed.unchanged && reported.rejects.is_none());
    assert!(read(folder.path(), "ville.report.html").contains("Rien à signaler."));
}

#[test]
fn what_a_killed_run_had_begun_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    for name in ["rejects.csv", "findings.jsonl", "report.html", "report.json"] {
        fs::write(folder.path().join(format!("out/.ville.{name}.x1y2z3.tmp")), "half").unwrap();
    }
    run(folder.path(), "id;nom;siret\n1;Mairie;\n", &FindingsArgs::default());
    assert_eq!(list(folder.path()), ["ville.json", "ville.report.html", "ville.report.json"]);
    fs::write(folder.path().join("out/.ville.rejects.csv.x1y2z3.tmp"), "half").unwrap();
    run(folder.path(), TEXT, &FindingsArgs::default());
    assert_eq!(list(folder.path()).len(), 5);
}

#[test]
fn an_earlier_report_counts_only_while_it_tells_the_truth() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), TEXT, &FindingsArgs::default());
    let names = Names::beside(&folder.path().join("out/ville.json"));
    let options = json!({ "format": "1.5" });
    let found = || Source::open(&folder.path().join("ville.csv"), None).unwrap().found();
    let holds = |options: &Value| earlier(&names, "try-step", &found(), options).is_some();
    assert!(holds(&options));
    assert!(!holds(&json!({ "format": "2.0" })), "other options");
    assert!(earlier(&names, "other-step", &found(), &options).is_none());
    fs::write(folder.path().join("out/ville.json"), "1\n2\n4\n").unwrap();
    assert!(!holds(&options), "an output was touched");
    run(folder.path(), TEXT, &FindingsArgs::default());
    assert!(holds(&options));
    fs::remove_file(&names.findings).unwrap();
    assert!(!holds(&options), "a file is missing");
    run(folder.path(), TEXT, &FindingsArgs::default());
    fs::write(folder.path().join("ville.csv"), "id;nom;siret\n").unwrap();
    assert!(!holds(&options), "another input");
    fs::write(&names.report, "{").unwrap();
    assert!(!holds(&options));
}

#[test]
#[should_panic(expected = "records do not add up")]
fn a_record_that_is_lost_is_no_result() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a.csv");
    fs::write(&input, "id\n1\n").unwrap();
    let mut table = Table::open(&Source::open(&input, None).unwrap(), &Options::default()).unwrap();
    let mut findings = Findings::new(Rules::of_reading(Lang::Fr), &FindingsArgs::default(), folder.path());
    let set = OutputSet::claim(folder.path(), ["r.csv"], Access::Everyone).unwrap();
    let mut intake = Intake::new(Rejects::of_table(set.destination("r.csv"), table.header(), table.found()), false);
    let record = table.next().unwrap().unwrap();
    intake.admit(&record, &mut findings).unwrap();
    intake.finish(0);
}

#[test]
fn what_is_told_of_a_cell_is_told_of_its_place_in_the_output() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a.ndjson");
    fs::write(&input, "{\"nom\":\"a\",\"id\":1}\n{\"nom\":\"b\",\"nom\":\"c\",\"id\":2,\"id\":3}\n").unwrap();
    let mut table = Table::open(&Source::open(&input, None).unwrap(), &Options::default()).unwrap();
    let mut findings = Findings::new(Rules::of_reading(Lang::Fr), &FindingsArgs::default(), folder.path());
    let names = Names::beside(&folder.path().join("out/a.json"));
    let mut set = names.claim(&[], Access::Everyone).unwrap();
    let rejects = Rejects::of_table(set.destination("a.rejects.csv"), table.header(), table.found());
    let mut intake = Intake::new(rejects, false).with_paths([("nom".to_owned(), "/acheteur/nom".to_owned())]);
    while let Some(record) = table.next().unwrap() {
        assert!(intake.admit(&record, &mut findings).unwrap());
        intake.keep();
    }
    let (records, rejects) = intake.finish(2);
    let (input, page) = (table.found().into(), Page::default());
    let report = Report { step: "try-step", input, records, own: json!({}), lists_files: false, page };
    report.write(&names, findings, Some(rejects), &mut set).unwrap();
    set.commit().unwrap();
    let told: Vec<Value> =
        fs::read_to_string(names.findings).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = told.iter().map(|finding| (finding["column"].as_str(), finding["path"].as_str())).collect();
    assert_eq!(told, [(Some("id"), None), (Some("nom"), Some("/acheteur/nom"))]);
}
