//! Every line of the table of repairs: what stood there, what came of it, and what is told.

use serde_json::{Value, json};

use super::support::{Mapped, services, structures};

/// A field of structures filled from a column `c` with these values: what is written of each, and what is told.
#[track_caller]
fn of_structures(field: &str, cells: &[&str]) -> (Vec<Value>, Vec<String>) {
    let rows: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mapped = structures("c", &rows, &format!("{field} = \"c\"\n"));
    (mapped.values(field), mapped.told())
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// Each value becomes the text beside it, which is told by that rule; one that stays is told by none.
#[track_caller]
fn becomes(field: &str, cases: &[(&str, Value, &str)]) {
    let cells: Vec<&str> = cases.iter().map(|(cell, ..)| *cell).collect();
    let (values, told) = of_structures(field, &cells);
    let expected: Vec<Value> = cases.iter().map(|(_, value, _)| value.clone()).collect();
    assert_eq!(values, expected);
    let rules: Vec<&str> = told.iter().map(|line| line.split(' ').next().unwrap()).collect();
    let expected: Vec<&str> = cases.iter().flat_map(|(.., rules)| rules.split_whitespace()).collect();
    assert_eq!(rules, expected, "{told:#?}");
}

#[test]
fn siret() {
    becomes(
        "siret",
        &[
            ("13003013300016", json!("13003013300016"), ""),
            ("130 030 133-000.16", json!("13003013300016"), "siret.blanks"),
            ("5520176000001", json!(null), "siret.format"),
            ("00000000000000", json!(null), "siret.placeholder"),
            ("13003013399912", json!(null), "siret.placeholder"),
            ("13003013300017", json!("13003013300017"), "siret.luhn"),
            ("35600000063516", json!("35600000063516"), ""),
            ("W131004321", json!(null), "siret.format"),
        ],
    );
    let (values, told) = of_structures("siret", &["5780044000" /* too short */, "578004400015", "130 030 133 00016"]);
    assert_eq!(values[0], json!(null));
    assert_eq!(values[2], json!("13003013300016"));
    assert!(told.contains(&"siret.blanks c 130 030 133 00016 13003013300016".to_owned()), "{told:#?}");
}

#[test]
fn zeros_of_a_siret_that_a_spreadsheet_has_eaten() {
    // The first numbers of this form whose control digit is right.
    let luhn = |digits: &str| {
        let sum: u32 = digits
            .bytes()
            .rev()
            .enumerate()
            .map(|(nth, digit)| {
                let digit = u32::from(digit - b'0') * (1 + nth as u32 % 2);
                digit / 10 + digit % 10
            })
            .sum();
        sum.is_multiple_of(10)
    };
    let right = (0..10).map(|key| format!("0012345678901{key}")).find(|digits| luhn(digits)).unwrap();
    let eaten = right.trim_start_matches('0');
    let (values, told) = of_structures("siret", &[eaten]);
    assert_eq!(values, [json!(right)]);
    assert_eq!(told, [format!("siret.zeros c {eaten} {right}")]);
}

#[test]
fn codes() {
    becomes(
        "code_postal",
        &[
            ("35000", json!("35000"), ""),
            ("1000", json!("01000"), "code_postal.zero"),
            ("35 000", json!("35000"), "code_postal.blanks"),
            ("35000 CEDEX", json!(null), "code_postal.unreadable"),
        ],
    );
    becomes(
        "code_insee",
        &[
            ("2a004", json!("2A004"), "code_insee.blanks"),
            ("1053", json!("01053"), "code_insee.zero"),
            ("Rennes", json!(null), "code_insee.unreadable"),
        ],
    );
}

#[test]
fn coordinates() {
    becomes(
        "longitude",
        &[
            ("2.35", json!(2.35), ""),
            ("2,35", json!(2.35), "longitude.comma"),
            ("nan", json!(null), "longitude.unreadable"),
            ("181", json!(null), "longitude.unreadable"),
        ],
    );
    becomes("latitude", &[("-20,9", json!(-20.9), "latitude.comma"), ("91", json!(null), "latitude.unreadable")]);
    let mapped =
        structures("x,y", &["48.85,2.35", "-20.9,55.5", "2.35,48.85"], "longitude = \"x\"\nlatitude = \"y\"\n");
    assert_eq!(mapped.values("longitude"), [json!(2.35), json!(-20.9), json!(2.35)]);
    assert_eq!(mapped.values("latitude"), [json!(48.85), json!(55.5), json!(48.85)]);
    assert_eq!(mapped.told(), ["coordinates.swapped y 2.35 48.85", "coordinates.swapped x 48.85 2.35"]);
}

#[test]
fn dates() {
    let cases = [
        ("2025-02-14", "2025-02-14", ""),
        ("14/02/2025", "2025-02-14", "date_maj.french"),
        ("14.2.2025 10h30", "2025-02-14", "date_maj.french"),
        ("14 février 2025", "2025-02-14", "date_maj.french_words"),
        ("2025-02-14T23:30:00Z", "2025-02-14", "date_maj.iso_datetime"),
        ("20250214", "2025-02-14", "date_maj.compact"),
        ("45702", "2025-02-14", "date_maj.excel"),
        ("1739491200", "2025-02-14", "date_maj.epoch"),
        ("1739491200000", "2025-02-14", "date_maj.epoch"),
    ];
    let input: String = cases.iter().enumerate().map(|(nth, case)| format!("{nth};Mairie;{}\n", case.0)).collect();
    let mapping = format!("{}[fields]\nid = \"id\"\nnom = \"nom\"\ndate_maj = \"maj\"\n", super::support::STRUCTURES);
    let refused = "a;Mairie;02/14/2025\nb;Mairie;1999-12-31\nc;Mairie;2026-11-23\nd;Mairie;\n";
    let mapped = super::support::map("a.csv", &format!("id;nom;maj\n{input}{refused}"), &mapping, &[], 0);
    assert_eq!(mapped.values("date_maj"), cases.map(|case| json!(case.1)));
    let told: Vec<String> = mapped.told();
    for (value, date, rule) in cases.iter().filter(|case| !case.2.is_empty()) {
        assert!(told.contains(&format!("{rule} maj {value} {date}")), "{told:#?}");
    }
    let rules: Vec<&str> = told[told.len() - 7..].iter().map(|line| line.split(' ').next().unwrap()).collect();
    let unreadable = ["date_maj.required", "date_maj.unreadable"];
    assert_eq!(rules, [&unreadable[..], &unreadable[..], &unreadable[..], &["date_maj.required"]].concat());
    assert_eq!(mapped.report()["records"]["rejected"], 4);
    assert!(mapped.read("rejects.csv").contains(";date_maj.required;"));
}

#[test]
fn a_date_that_cannot_be_one_leaves_room_for_the_next_form() {
    let input =
        "id;nom;maj;export\n1;Mairie;05/05/2060;2025-02-14\n2;Mairie;;2025-02-14\n3;Mairie;13/02/2025;2025-02-14\n";
    let fields = "id = \"id\"\nnom = \"nom\"\ndate_maj = [\"maj\", \"export\"]\n";
    let mapping = format!("{}[fields]\n{fields}", super::support::STRUCTURES);
    let mapped = super::support::map("a.csv", input, &mapping, &[], 0);
    assert_eq!(mapped.values("date_maj"), [json!("2025-02-14"), json!("2025-02-14"), json!("2025-02-13")]);
}

#[test]
fn contacts_are_repaired_and_never_shown() {
    let phone = [
        ("+33123456789", json!("+33123456789"), ""),
        ("01 23 45 67 89", json!("+33123456789"), "telephone.format"),
        ("06 39 00 00 00", json!("+262639000000"), "telephone.format"),
        ("3939", json!("3939"), ""),
        ("01 23 45 67 89 / 06 12 34 56 78", json!("+33123456789"), "telephone.several"),
        ("27 31 15", json!(null), "telephone.unreadable"),
    ];
    becomes("telephone", &phone);
    let mail = [
        ("contact@rennes.fr", json!("contact@rennes.fr"), ""),
        (" mailto:contact@rennes.fr ", json!("contact@rennes.fr"), "courriel.format"),
        ("contact@rennes.fr ; mairie@rennes.fr", json!("contact@rennes.fr"), "courriel.several"),
        ("contact à rennes.fr", json!(null), "courriel.unreadable"),
    ];
    becomes("courriel", &mail);
    let rows = ["01 23 45 67 89,accueil@rennes.fr,écrire à accueil@rennes.fr <br>"];
    let mapped = structures("t,m,d", &rows, "telephone = \"t\"\ncourriel = \"m\"\ndescription = \"d\"\n");
    assert_eq!(mapped.records()[0]["courriel"], "accueil@rennes.fr");
    for file in ["findings.jsonl", "report.json", "report.html"] {
        let text = mapped.read(file);
        assert!(!text.contains("accueil@") && !text.contains("23 45") && !text.contains("2345"), "{file}: {text}");
    }
    assert!(!mapped.finished.to_string().contains("accueil@"));
}

#[test]
fn web_addresses() {
    becomes(
        "site_web",
        &[
            ("https://rennes.fr", json!("https://rennes.fr"), ""),
            ("www.rennes.fr", json!("https://www.rennes.fr"), "url.scheme"),
            ("https://a.fr https://b.fr", json!("https://a.fr"), "url.several"),
            ("en cours", json!(null), "site_web.unreadable"),
        ],
    );
}

#[test]
fn texts() {
    becomes("description", &[("<p>Aide &agrave; l&#39;emploi</p>", json!("Aide à l'emploi"), "text.html")]);
    becomes("description", &[("abcd", json!(null), "description.string_too_short")]);
    becomes("adresse", &[("1 rue<br>du Port", json!("1 rue\ndu Port"), "text.html"), (" ", json!(null), "")]);
    let long = format!("{}.", "é".repeat(200));
    let cut = format!("{}…", "é".repeat(149));
    let input = format!(
        "id,nom,maj\n1,Mairie.,2025-02-14\n2,\"{long}\",2025-02-14\n3,\"Cours, etc.\",2025-02-14\n4,ab,2025-02-14\n"
    );
    let mapping = format!("{}[fields]\nid = \"id\"\nnom = \"nom\"\ndate_maj = \"maj\"\n", super::support::STRUCTURES);
    let mapped = super::support::map("a.csv", &input, &mapping, &[], 0);
    assert_eq!(mapped.values("nom"), [json!("Mairie"), json!(cut), json!("Cours, etc.")]);
    let rules: Vec<String> = mapped.told().iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(rules, ["nom.point", "nom.cut", "nom.point", "nom.string_too_short"]);
    let description = "a".repeat(10_001);
    let (values, _) = of_structures("description", &[&description]);
    assert_eq!(values[0].as_str().unwrap().chars().count(), 10_000);
}

#[test]
fn hours_of_a_week_and_of_days() {
    let weeks = [
        ("du lundi au vendredi 9h-12h30", json!("Mo-Fr 09:00-12:30"), "hours.osm"),
        ("Mo-Fr 09:00-12:00; PH off", json!("Mo-Fr 09:00-12:00; PH off"), ""),
        ("sur rendez-vous", json!("\"sur rendez-vous\""), "hours.unreadable"),
        ("Mo bientôt", json!("\"Mo bientôt\""), "hours.unreadable"),
    ];
    let rows: Vec<&str> = weeks.iter().map(|week| week.0).collect();
    let mapped = structures("h", &rows, "horaires_accueil = { hours = \"h\" }\n");
    assert_eq!(mapped.values("horaires_accueil"), weeks.clone().map(|week| week.1));
    let told: Vec<String> = mapped.told().iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(told, ["hours.osm", "hours.unreadable", "hours.unreadable"]);
    let fields = "horaires_accueil = { hours = { Mo = \"lundi\", Tu = \"mardi\", We = [\"mercredi\"] } }\n";
    let mapped = structures("lundi,mardi,mercredi", &["9h-12h,9h-12h,", "9h-12h,fermé,sur rendez-vous"], fields);
    assert_eq!(
        mapped.values("horaires_accueil"),
        [json!("Mo,Tu 09:00-12:00"), json!("Mo 09:00-12:00; We \"sur rendez-vous\"")]
    );
    assert_eq!(
        mapped.told(),
        [
            "hours.osm lundi lundi : 9h-12h ; mardi : 9h-12h Mo,Tu 09:00-12:00",
            "hours.unreadable lundi lundi : 9h-12h ; mardi : fermé ; mercredi : sur rendez-vous -"
        ]
    );
}

#[test]
fn numbers_of_services() {
    let fields = "nombre_semaines = \"n\"\nvolume_horaire_hebdomadaire = \"v\"\n";
    let mapped: Mapped = services("n,v", &["3,\"1,5\"", "3.0,2", "3.5,-1", "0,x"], fields);
    assert_eq!(mapped.values("nombre_semaines"), [json!(3), json!(3), json!(null), json!(null)]);
    assert_eq!(mapped.values("volume_horaire_hebdomadaire"), [json!(1.5), json!(2), json!(null), json!(null)]);
    let told: Vec<String> = mapped.told().iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(
        told,
        [
            "volume_horaire_hebdomadaire.comma",
            "nombre_semaines.int_parsing",
            "volume_horaire_hebdomadaire.greater_than_equal",
            "nombre_semaines.greater_than_equal",
            "volume_horaire_hebdomadaire.unreadable",
        ]
    );
}
