//! What no validator should have to read.

use serde_json::json;

use super::contract::{list, marche_1_5};
use super::*;

/// Refused whole: 65, the place in the note, and nothing written.
fn refused(name: &str, content: &[u8], why: &str) {
    let finished = judge(name, content, &[]).expect_code(65);
    assert!(finished.failure().contains(why), "{why}\n{finished}");
    assert!(!finished.hint().is_empty(), "{finished}");
    assert!(finished.list("marches").iter().all(|name| name.ends_with(".lock")), "{finished}");
}

#[test]
fn what_is_no_regulatory_file_is_refused_with_a_hint() {
    refused("a.json", b"", "empty");
    refused("a.json", b" \n", "blanks");
    refused("a.json", b"{}", "no `marches`");
    refused("a.json", br#"[{"id":"1","montant":2}]"#, "no `marches`");
    refused("a.json", b"<!DOCTYPE html><html></html>", "web page");
    refused("a.csv", b"id;objet\n1;a\n", "it is a table");
    refused("a.json", b"{\"marches\":[\n{\"id\":\"1\"},\n]}", "line 3");
    refused("a.json", b"{\"marches\":[\n{\"montant\":NaN}]}", "json.not_finite");
    refused("a.json", b"{\"marches\":[{\"id\":\"1\"", "ends before it is complete");
    refused("a.json", &[b"{\"marches\":[".to_vec(), vec![b'['; 1 << 20]].concat(), "nested");
    refused("a.json", b"{\"marches\":[\"a\0b\"]}", "NUL");
    refused("a.xml", b"<marches><marche></marches>", "xml.syntax");
    refused("a.xml", b"<!DOCTYPE a [<!ENTITY b \"c\">]><marches/>", "xml.dtd");
}

#[test]
fn another_root_in_xml_is_a_finding() {
    let finished = judge("a.xml", b"<contrats><marche/></contrats>", &[]).expect_code(65);
    let rules: Vec<_> = findings(&finished, "a").into_iter().map(|(_, rule, path)| (rule, path)).collect();
    assert!(rules.contains(&("xsd.element".to_owned(), "/contrats".to_owned())), "{finished}");
}

#[test]
fn any_value_in_any_place_is_judged() {
    let values =
        [json!(null), json!(true), json!(-1), json!(1e300), json!(""), json!("x"), json!([]), json!([[3]]), json!({})];
    let base = marche_1_5("2019-0001");
    let mut contracts = vec![];
    for key in base.as_object().unwrap().keys() {
        contracts.extend(values.iter().map(|value| super::contract::with(base.clone(), key, value.clone())));
    }
    for inner in ["acheteur", "lieuExecution"] {
        for key in base[inner].as_object().unwrap().keys() {
            for value in &values {
                let mut contract = base.clone();
                contract[inner][key] = value.clone();
                contracts.push(contract);
            }
        }
    }
    for value in &values {
        let mut contract = base.clone();
        contract["modifications"] = json!([{ "montant": value, "dureeMois": value, "titulaires": value }, value]);
        contract["titulaires"] = json!([value, { "id": value, "typeIdentifiant": value }]);
        contracts.push(contract);
    }
    for format in ["1.0", "1.1", "1.4", "1.5", "2.0.0", "2.0.1", "2.0.2", "2.0.3"] {
        let finished = judge("v.json", &list(&contracts), &["--format", format]).expect_code(65);
        let all = report(&finished, "v")["records"]["read"].as_u64().unwrap();
        assert_eq!(all as usize, contracts.len(), "{format}");
    }
}

#[test]
fn damaged_files_are_judged_or_refused_but_never_a_crash() {
    let whole = list(&[marche_1_5("2019-0001"), marche_1_5("2019-0002")]);
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    for _ in 0..60 {
        let mut damaged = whole.clone();
        for _ in 0..=next(4) {
            match next(3) {
                0 => damaged.truncate(next(damaged.len()).max(1)),
                1 => {
                    let at = next(damaged.len());
                    damaged[at] = next(256) as u8;
                }
                _ => {
                    let at = next(damaged.len());
                    let from = next(damaged.len());
                    let piece: Vec<u8> = damaged[from..damaged.len().min(from + next(40))].to_vec();
                    damaged.splice(at..at, piece);
                }
            }
        }
        let finished = judge("v.json", &damaged, &[]);
        let is_judged = finished.path("marches/v.validation.json").exists();
        assert!(matches!(finished.code, 0 | 65), "{}\n{finished}", String::from_utf8_lossy(&damaged));
        if is_judged {
            let report = report(&finished, "v");
            let contracts = &report["contracts"];
            let (valid, invalid) = (contracts["valid"].as_u64().unwrap(), contracts["invalid"].as_u64().unwrap());
            assert_eq!(valid + invalid, report["records"]["read"].as_u64().unwrap(), "{finished}");
        }
    }
}
