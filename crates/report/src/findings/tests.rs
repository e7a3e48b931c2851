use proptest::prelude::*;

use super::*;
use crate::args::Lang;
use crate::rule::Rule;

fn findings(max_findings: u64) -> Findings {
    let mut rules = Rules::default();
    rules.add(Rule::new("siret.luhn", Level::Warning, "la clé est fausse", "vérifier"));
    rules.add(Rule::new("date.calendar", Level::Error, "ce jour n'existe pas", "corriger"));
    rules.add(Rule::new("text.entity", Level::Info, "entité", "écrire le caractère"));
    Findings::new(rules, &FindingsArgs { lang: Lang::Fr, max_findings }, Path::new("."))
}

fn finish(findings: Findings) -> (Vec<String>, Vec<RuleEntry>) {
    let mut text = vec![];
    let entries = findings.finish(&mut text).unwrap();
    (String::from_utf8(text).unwrap().lines().map(str::to_owned).collect(), entries)
}

#[test]
fn a_finding_has_its_keys_in_order_and_no_other() {
    let mut all = findings(0);
    let list = all.part(Part { list: Some("structures".to_owned()), file: Some("a.csv".to_owned()) });
    let rule = all.rule("siret.luhn");
    let finding = Finding::new(rule).part(list).record(3).line(4).column("SIRET ").path("/siret").id("x");
    let value = "é".repeat(201);
    all.add(finding.value(&value).to("y").message(&format_args!("faux : {}", 1)).remedy("voir")).unwrap();
    all.add(Finding::new(rule).part(list)).unwrap();
    let (lines, _) = finish(all);
    assert_eq!(
        lines[0],
        "{\"rule\":\"siret.luhn\",\"level\":\"warning\",\"list\":\"structures\",\"file\":\"a.csv\",\
         \"message\":\"la clé est fausse\",\"remedy\":\"vérifier\"}"
    );
    assert_eq!(
        lines[1],
        format!(
            "{{\"rule\":\"siret.luhn\",\"level\":\"warning\",\"list\":\"structures\",\"file\":\"a.csv\",\
             \"record\":3,\"line\":4,\"column\":\"SIRET \",\"path\":\"/siret\",\"id\":\"x\",\
             \"value\":\"{}\",\"to\":\"y\",\"message\":\"faux : 1\",\"remedy\":\"voir\"}}",
            "é".repeat(200)
        )
    );
}

#[test]
fn rules_are_reported_by_level_then_count_then_name() {
    let mut all = findings(0);
    let (luhn, date, entity) = (all.rule("siret.luhn"), all.rule("date.calendar"), all.rule("text.entity"));
    for record in 1..=3 {
        all.add(Finding::new(entity).record(record).path("/objet").column("Objet")).unwrap();
        all.add(Finding::new(luhn).record(record).path(&format!("/titulaires/{record}/id"))).unwrap();
    }
    all.add(Finding::new(luhn).record(3).path("/acheteur/id")).unwrap();
    all.add(Finding::new(date).record(2).path("/date").line(3).value("31/02")).unwrap();
    assert_eq!(all.levels(), Levels { error: 1, warning: 4, info: 3 });
    let (_, entries) = finish(all);
    let [date, luhn, entity] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((date.rule.as_str(), date.count, date.records), ("date.calendar", 1, 1));
    assert_eq!(date.examples, [ExampleEntry { record: Some(2), line: Some(3), value: Some("31/02".to_owned()) }]);
    assert_eq!((luhn.count, luhn.records), (4, 3));
    assert_eq!(luhn.columns, [("/titulaires/#/id".to_owned(), 3), ("/acheteur/id".to_owned(), 1)]);
    assert_eq!(entity.columns, [("Objet".to_owned(), 3)]);
}

#[test]
fn of_one_rule_on_one_path_only_the_first_are_written_and_the_rest_counted() {
    let mut all = findings(2);
    let rule = all.rule("siret.luhn");
    for record in [5, 4, 3, 2, 1, 9] {
        all.add(Finding::new(rule).record(record).path(&format!("/titulaires/{record}/id"))).unwrap();
        all.add(Finding::new(rule).record(record).path("/acheteur/id")).unwrap();
    }
    let (lines, entries) = finish(all);
    let records: Vec<_> =
        lines.iter().map(|line| line.split("\"record\":").nth(1).unwrap().chars().next().unwrap()).collect();
    assert_eq!(records, ['1', '1', '2', '2']);
    assert_eq!((entries[0].count, entries[0].omitted, entries[0].records), (12, 8, 6));
    assert_eq!(entries[0].examples.iter().map(|example| example.record.unwrap()).collect::<Vec<_>>(), [1, 1, 2, 2, 3]);
}

#[test]
fn a_message_has_what_is_said_before_it() {
    let mut all = findings(0);
    let rule = all.rule("siret.luhn");
    all.add(Finding::new(rule).lead(&"« \"1\" » : ")).unwrap();
    let (lines, _) = finish(all);
    assert!(lines[0].contains("\"message\":\"« \\\"1\\\" » : la clé est fausse\""), "{}", lines[0]);
}

#[test]
fn a_million_findings_are_counted_and_few_kept() {
    let mut all = findings(10);
    let rule = all.rule("siret.luhn");
    for record in 0..1_000_000 {
        all.add(Finding::new(rule).record(record).path("/siret").value("x")).unwrap();
    }
    let (lines, entries) = finish(all);
    assert_eq!(
        (lines.len(), entries[0].count, entries[0].omitted, entries[0].records),
        (10, 1_000_000, 999_990, 1_000_000)
    );
}

proptest! {
    #[test]
    fn lines_that_are_settled_early_are_the_same_lines(
        mut places in prop::collection::vec((0_u64..40, 0_usize..3, 0_u16..3, 0_usize..4_000), 0..120),
        max in 0_u64..4,
    ) {
        let paths = ["/a/0", "/a/1", "/b"];
        places.sort_by_key(|(record, ..)| *record / 4);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let run = |mut all: Findings| {
            for (nth, (record, path, rule, length)) in places.iter().enumerate() {
                let value = "x".repeat(*length);
                all.add(Finding::new(RuleId(*rule)).path(paths[*path]).record(*record).long_value(&value, 9_999)).unwrap();
                // What comes later is of this group of records, or of one after it.
                if nth % 3 == 0 {
                    all.settle(record / 4 * 4).unwrap();
                }
            }
            all
        };
        let (lines, entries) = finish(run(findings(max)));
        let set = files::OutputSet::claim(folder.path(), ["a.jsonl".to_owned()], files::Access::Everyone).unwrap();
        let mut early = run(findings(max).settling_to(set.destination("a.jsonl")));
        let mut output = match early.begun() {
            Some(output) => output,
            None => set.create("a.jsonl").unwrap(),
        };
        let early = early.finish(&mut output).unwrap();
        output.commit().unwrap();
        prop_assert_eq!(early, entries);
        prop_assert_eq!(std::fs::read_to_string(&path).unwrap(), lines.iter().map(|line| line.clone() + "\n").collect::<String>());
    }

    #[test]
    fn the_order_of_arrival_changes_nothing(
        mut places in prop::collection::vec((0_u16..2, prop::option::of(1_u64..6), 0_usize..3, 0_u16..3), 0..60),
        max in 0_u64..4,
    ) {
        let paths = ["/a/0", "/a/1", "/b"];
        let run = |places: &[(u16, Option<u64>, usize, u16)], asks: bool| {
            let mut all = findings(max);
            all.part(Part { list: Some("b".to_owned()), file: None });
            all.part(Part { list: Some("a".to_owned()), file: None });
            for (part, record, path, rule) in places {
                let finding = Finding::new(RuleId(*rule)).part(PartId(*part)).path(paths[*path]);
                let finding = match record { Some(record) => finding.record(*record), None => finding };
                let spot = if asks { all.spot(&finding) } else { None };
                let is_counted = spot.zip(*record).is_some_and(|(spot, record)| all.count_at(spot, record));
                if !is_counted && (!asks || !all.count_only(&finding)) {
                    all.add(finding).unwrap();
                }
            }
            finish(all)
        };
        let first = run(&places, false);
        prop_assert_eq!(&first, &run(&places, true), "asked first whether it is enough to count");
        places.reverse();
        let second = run(&places, false);
        prop_assert_eq!(&first, &second);
        let written: u64 = first.1.iter().map(|entry| entry.count - entry.omitted).sum();
        prop_assert_eq!(written as usize, first.0.len());
    }
}
