//! Records of one contract wherever they stand, and the same bytes whatever else differs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value;

use super::{BRETON, contracts, convert, findings, told};

#[test]
fn records_of_one_contract_are_joined_and_nobody_is_lost() {
    let run = convert();
    run.write("in.csv", BRETON.as_bytes());
    let finished = run.args(["in.csv", "--output", "o.json"]).run().expect_code(0);
    let written = contracts(&finished, "o.json");
    let ids: Vec<&str> = written.iter().map(|contract| contract["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["2015-001", "2015-002", "2015-003"]);
    assert_eq!(
        written[1]["titulaires"],
        serde_json::json!([
            { "typeIdentifiant": "SIRET", "id": "82455681900590", "denominationSociale": "B" },
            { "typeIdentifiant": "TVA", "id": "FR40303265045", "denominationSociale": "C" },
        ])
    );
    // The contractor's own record is what counts, though it comes later.
    assert_eq!(written[1]["objet"], "TOIT");
    let found = findings(&finished, "o.findings.jsonl");
    let told = told(&found);
    for (record, rule, path) in [
        (1, "date.day_first", "/dateNotification"),
        (1, "number.format", "/montant"),
        (1, "procedure.mapped", "/procedure"),
        (1, "titulaire.siren", "/titulaires/0/typeIdentifiant"),
        (2, "group.conflict", "/objet"),
        (3, "procedure.unmapped", "/procedure"),
        (3, "titulaire.absent", "/titulaires"),
        (5, "role.subcontractor", ""),
    ] {
        assert!(told.contains(&(record, rule.to_owned(), path.to_owned())), "{record} {rule}: {told:?}");
    }
    let amount = found.iter().find(|finding| finding["rule"] == "number.format").unwrap();
    assert_eq!((&amount["value"], &amount["to"], &amount["line"]), (&"1 000,50 €".into(), &"1000.5".into(), &2.into()));
    assert_eq!(amount["column"], "Montant attribue HT");
    let receipt = finished.receipt();
    assert_eq!((&receipt["read"], &receipt["dropped"], &receipt["records"]), (&5.into(), &1.into(), &3.into()));
    let rejects = finished.read("o.rejects.csv");
    assert!(rejects.starts_with("\u{feff}record;line;rule;message;Nmarché;"), "{rejects}");
    assert!(rejects.lines().nth(1).unwrap().starts_with("5;6;role.subcontractor;"), "{rejects}");
}

#[test]
fn names_and_addresses_of_people_are_in_the_output_alone() {
    let run = convert();
    let text = BRETON.replace(";Sel;", ";\"Sel, voir jeanne@exemple.fr ou 01 23 45 67 89 &amp; autres\";");
    let text = text.replace(";A;", ";\"Jeanne  Exemple&amp;fils\";");
    run.write("in.csv", text.as_bytes());
    let finished = run.args(["in.csv", "--output", "o.json"]).run().expect_code(0);
    assert!(
        finished.read("o.json").contains("jeanne@exemple.fr") && finished.read("o.json").contains("Jeanne Exemple")
    );
    for name in ["o.findings.jsonl", "o.report.json", "o.report.html"] {
        let text = finished.read(name);
        assert!(!text.contains("jeanne") && !text.contains("01 23") && !text.contains("Jeanne"), "{name}");
    }
    assert!(!finished.stderr.contains("jeanne"));
    let masked = findings(&finished, "o.findings.jsonl");
    assert!(
        masked
            .iter()
            .any(|finding| finding["rule"] == "text.entity" && finding["value"].as_str().unwrap().contains("[…]"))
    );
}

#[test]
fn the_same_input_is_left_alone_and_gives_the_same_bytes_elsewhere() {
    let one = convert();
    one.write("in.csv", BRETON.as_bytes());
    let flags = ["in.csv", "--output", "out/o.json"];
    let one = one.args(flags);
    let first = one.run().expect_code(0);
    assert_eq!(first.receipt()["unchanged"], false);
    let again = one.run().expect_code(0);
    let (mut before, mut after) = (first.receipt(), again.receipt());
    assert_eq!(after["unchanged"], true);
    for receipt in [&mut before, &mut after] {
        let receipt = receipt.as_object_mut().unwrap();
        receipt.remove("duration_s");
        receipt.remove("unchanged");
    }
    assert_eq!(before, after);
    let other = convert();
    other.write("in.csv", BRETON.as_bytes());
    let other = other.args(flags).run().expect_code(0);
    for name in ["o.json", "o.findings.jsonl", "o.rejects.csv", "o.report.json", "o.report.html"] {
        let name = format!("out/{name}");
        assert_eq!(first.read(&name), other.read(&name), "{name}");
    }
    // Another option writes anew, and what no longer applies is gone.
    std::fs::write(one.folder().join("in.csv"), BRETON.lines().take(2).collect::<Vec<_>>().join("\n")).unwrap();
    let shorter = one.run().expect_code(0);
    assert_eq!(shorter.receipt()["unchanged"], false);
    assert!(!shorter.list("out").contains(&"o.rejects.csv".to_owned()));
}

/// A table is read once where records of one contract stand near each other, and twice where one does not.
#[test]
fn a_table_that_is_read_twice_gives_the_same_contracts_and_findings() {
    let header = BRETON.lines().next().unwrap();
    let record = |id: &str, nth: usize| {
        let role = ["Co-traitant", "Titulaire", "Sous-traitant"]
            [usize::from(!nth.is_multiple_of(3)) + usize::from(nth % 7 == 6)];
        let objet = ["Toit", "Sol"][usize::from(nth % 16 == 3)];
        let siret = 100_000_000 + nth % 45;
        format!("{id};Ville;{objet};UGAP;{id}{};03/02/2015;{siret};T & T;{role}\n", nth % 5)
    };
    for reach in [0, 3, 59] {
        let mut near = format!("{header}\n{}", record("2014", 1));
        for nth in 1..1_500_usize {
            // Some are alone; of one contract those after the first come later, in between stand others.
            let contract = if nth % 4 == 3 { nth.saturating_sub(reach) } else { nth };
            near += &record(&format!("2015{contract:04}"), nth);
        }
        let far = near.clone() + &record("2014", 1);
        let convert = |text: &str| {
            let run = convert();
            run.write("in.csv", text.as_bytes());
            let finished = run.args(["in.csv", "--output", "o.json", "--max-findings", "0"]).run().expect_code(0);
            let found = finished.read("o.findings.jsonl");
            // Those of the contract that is in one of the tables twice are others.
            let found: Vec<String> =
                found.lines().filter(|line| !line.contains("\"2014\"")).map(str::to_owned).collect();
            (contracts(&finished, "o.json"), found, finished.stderr.contains("once more"))
        };
        let (near, far) = (convert(&near), convert(&far));
        assert_eq!((near.2, far.2), (false, true), "read once more");
        assert!(near.0[1..] == far.0[1..], "contracts within {reach} records");
        assert!(near.1 == far.1, "findings within {reach} records");
        assert_eq!(near.0[0]["id"], "2014");
        let is_told = |rule: &str| near.1.iter().any(|line| line.contains(rule));
        assert!(is_told("role.subcontractor") && is_told("uid.duplicate") == (reach > 0));
    }
}

/// What a contract is, whatever the order of its operators.
fn unordered(contracts: &[Value]) -> BTreeSet<String> {
    let of = |contract: &Value| {
        let mut contract = contract.clone();
        let titulaires = contract["titulaires"].as_array_mut().unwrap();
        titulaires.sort_by_key(Value::to_string);
        contract.to_string()
    };
    contracts.iter().map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn shuffled_records_give_the_same_contracts(order in Just((0..60_usize).collect::<Vec<_>>()).prop_shuffle(), wide in 0_usize..2) {
        let header = BRETON.lines().next().unwrap();
        // So long that rows wait on the disk.
        let objet = "x".repeat([10, 200_000][wide]);
        let record = |nth: usize| {
            let contract = nth % 17;
            format!("2015-{contract:03};Ville;{objet} {contract};Procédure adaptée;{contract}000;2015-01-01;{:09};T{nth};Titulaire\n", 100_000_000 + nth)
        };
        let convert_in = |order: &[usize]| {
            let run = convert();
            let mut text = format!("{header}\n");
            for nth in order {
                write!(text, "{}", record(*nth)).unwrap();
            }
            run.write("in.csv", text.as_bytes());
            let finished = run.args(["in.csv", "--output", "o.json", "--max-findings", "5"]).run().expect_code(0);
            contracts(&finished, "o.json")
        };
        let (sorted, shuffled) = (convert_in(&(0..60).collect::<Vec<_>>()), convert_in(&order));
        prop_assert_eq!(shuffled.len(), 17);
        prop_assert_eq!(unordered(&sorted), unordered(&shuffled));
        let mut firsts: Vec<usize> = Vec::new();
        for nth in &order {
            if !firsts.contains(&(nth % 17)) {
                firsts.push(nth % 17);
            }
        }
        let ids: Vec<String> = shuffled.iter().map(|contract| contract["id"].as_str().unwrap().to_owned()).collect();
        prop_assert_eq!(ids, firsts.iter().map(|contract| format!("2015-{contract:03}")).collect::<Vec<_>>());
    }
}
