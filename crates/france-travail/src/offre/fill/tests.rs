//! From real offers, and from what no service should send.

use serde_json::Value;

use super::*;
use crate::offre::COLUMNS;

fn of(json: &str, look: impl FnOnce(Result<Filled<'_>, Reject>)) {
    read(&RawValue::from_string(json.to_owned()).unwrap(), look);
}

/// The cells that are filled, as `name=value`, of an offer with these keys besides its identifier and date.
fn filled(keys: &str) -> Vec<String> {
    let mut told = vec![];
    with(keys, |row| {
        for ((name, _), cell) in COLUMNS.iter().zip(&row.cells) {
            let value = match cell {
                Cell::Absent => continue,
                Cell::Text(text) => text.to_string(),
                Cell::Number(number) => number.to_string(),
                Cell::Truth(truth) => truth.to_string(),
                Cell::Time(ms) => time::text(*ms),
                Cell::List(texts) => texts.join("|"),
            };
            if !["id", "source", "date_created"].contains(name) {
                told.push(format!("{name}={value}"));
            }
        }
    });
    told
}

/// What is told of such an offer, as `rule column path value`.
fn told(keys: &str) -> Vec<String> {
    let mut told = vec![];
    with(keys, |row| {
        for notice in &row.notices {
            let place = notice.flaw.place();
            told.push(format!("{} {} {} {}", place.rule, place.column, place.path, notice.value));
        }
    });
    told
}

fn with(keys: &str, look: impl FnOnce(&Row<'_>)) {
    let json = format!(r#"{{"id":"123ABCD","dateCreation":"2025-08-21T06:32:43.000Z",{keys}}}"#);
    of(&json, |filled| look(&filled.unwrap().row));
}

#[test]
fn labels_become_what_they_stand_for() {
    let keys = r#""typeContrat":"MIS","typeContratLibelle":"Intérim - 18 Mois","experienceExige":"E",
        "experienceLibelle":"Expérience exigée de 2 An(s)","dureeTravailLibelle":"35H30/semaine\nTravail de nuit",
        "dureeTravailLibelleConverti":"Temps plein","salaire":{"libelle":"Horaire de 11,98 Euros à 12,13 Euros"},
        "lieuTravail":{"libelle":"2A - AJACCIO","latitude":41.92,"longitude":8.738635,"commune":"2A004"},
        "contexteTravail":{"conditionsExercice":["Travail en équipe","Possibilité de Télétravail"]},"accessibleTH":false"#;
    assert_eq!(
        filled(keys),
        [
            "location_name=2A - AJACCIO",
            "latitude=41.92",
            "longitude=8.738635",
            "contract_type=Mission intérimaire",
            "contract_duration=Intérim - 18 Mois",
            "working_hours=Temps plein",
            "salary_min=11.98",
            "salary_max=12.13",
            "salary_currency=EUR",
            "salary_period=horaire",
            "experience_required=Expérience exigée",
            "remote_work=Possibilité de Télétravail",
            "is_handicap_accessible=false",
            "commune=2A004",
            "departement=2A",
            "contract_length=18",
            "contract_unit=mois",
            "weekly_hours=35.5",
            "experience_months=24",
        ]
    );
    assert_eq!(told(keys), [""; 0]);
}

#[test]
fn what_is_absent_null_or_blank_is_empty() {
    for keys in [
        r#""intitule":null"#,
        r#""intitule":" \r\n","entreprise":{},"salaire":{"libelle":""},"lieuTravail":null,"competences":[],"langues":null"#,
        r#""competences":[{"libelle":" "},{}],"contact":{},"agence":{},"contexteTravail":{"conditionsExercice":[]}"#,
        r#""lieuTravail":{"latitude":45.8}"#,
    ] {
        assert_eq!((filled(keys), told(keys)), (vec![], vec![]), "{keys}");
    }
}

#[test]
fn a_label_that_says_no_more_than_the_type_is_left_out() {
    assert_eq!(filled(r#""typeContrat":"CDI","typeContratLibelle":"CDI""#), ["contract_type=CDI"]);
    let same = r#""typeContrat":"LIB","typeContratLibelle":"Profession libérale""#;
    assert_eq!(filled(same), ["contract_type=Profession libérale"]);
    assert_eq!(filled(r#""typeContratLibelle":"CDI""#), ["contract_duration=CDI"]);
    assert_eq!(
        filled(r#""experienceExige":"X","experienceLibelle":"6 Mois""#),
        ["experience_required=6 Mois", "experience_months=6"]
    );
}

#[test]
fn a_place_without_a_commune_has_the_departement_of_its_label() {
    let place = |lieu: &str| filled(&format!(r#""lieuTravail":{lieu}"#)).last().cloned();
    assert_eq!(place(r#"{"libelle":"75 - Paris (Dept.)"}"#).as_deref(), Some("departement=75"));
    assert_eq!(place(r#"{"libelle":"971 - Guadeloupe","commune":"97105"}"#).as_deref(), Some("departement=971"));
    assert_eq!(place(r#"{"libelle":"France"}"#).as_deref(), Some("location_name=France"));
}

#[test]
fn what_no_rule_reads_is_told_if_it_holds_a_digit() {
    assert_eq!(
        told(
            r#""salaire":{"libelle":"Annuel de"},"typeContratLibelle":"CDD - 3 semaines","dureeTravailLibelle":"35H à 39H",
            "experienceLibelle":"deux ou 3 ans","dateActualisation":"hier","lieuTravail":{"latitude":91.5,"longitude":2.0}"#
        ),
        [
            "date.unread dateActualisation /date_updated hier",
            "place.range lieuTravail.latitude /latitude 91.5",
            "contract.unread typeContratLibelle /contract_length CDD - 3 semaines",
            "salary.unread salaire.libelle /salary_min Annuel de",
            "experience.unread experienceLibelle /experience_months deux ou 3 ans",
        ]
    );
    assert_eq!(
        told(r#""typeContratLibelle":"CDI","dureeTravailLibelle":"Temps plein","experienceLibelle":"confirmé""#),
        [""; 0]
    );
    let unlikely = r#""salaire":{"libelle":"Mensuel de 12,13 Euros à 5,00 Euros"}"#;
    assert_eq!(told(unlikely), ["salary.implausible salaire.libelle /salary_min Mensuel de 12,13 Euros à 5,00 Euros"]);
    assert_eq!(filled(unlikely)[0], "salary_min=12.13", "amounts are never altered");
}

#[test]
fn another_type_than_documented_leaves_the_cell_out_and_is_told_once() {
    let keys = r#""intitule":7,"description":["a"],"salaire":"12 Euros","accessibleTH":"oui","dateActualisation":false,
        "competences":[{"libelle":"Lire"},3,{"libelle":4},{"libelle":"Écrire"}],
        "contexteTravail":{"conditionsExercice":[1,"Télétravail"]},"lieuTravail":[1],"romeCode":"M1811""#;
    assert_eq!(filled(keys), ["skills=Lire|Écrire", "remote_work=Télétravail", "code_rome=M1811"]);
    assert_eq!(
        told(keys),
        [
            "offer.type intitule /title 7",
            "offer.type description /description [\"a\"]",
            "offer.type dateActualisation /date_updated false",
            "offer.type lieuTravail.libelle /location_name [1]",
            "offer.type lieuTravail.latitude /latitude [1]",
            "offer.type lieuTravail.longitude /longitude [1]",
            "offer.type lieuTravail.commune /commune [1]",
            "offer.type salaire.libelle /salary_min \"12 Euros\"",
            "offer.type competences[].libelle /skills 3",
            "offer.type contexteTravail.conditionsExercice[] /remote_work 1",
            "offer.type accessibleTH /is_handicap_accessible \"oui\"",
        ]
    );
}

/// Of contacts one address is read; what stands in its place is not even told.
#[test]
fn nothing_of_a_contact_is_kept() {
    let keys = r#""contact":{"nom":"Mme EXEMPLE","telephone":"01 99 00 00 00","urlPostulation":"https://exemple.invalid/a"},
        "agence":{"courriel":"x@exemple.invalid"}"#;
    assert_eq!(filled(keys), ["application_url=https://exemple.invalid/a"]);
    for keys in [r#""contact":"Mme EXEMPLE""#, r#""contact":{"urlPostulation":["Mme EXEMPLE"]}"#] {
        assert_eq!(told(keys), ["offer.type contact.urlPostulation /application_url "]);
        assert_eq!(filled(keys), [""; 0]);
    }
}

#[test]
fn items_that_can_be_no_row_say_why() {
    for (json, expected) in [
        ("7", Reject::Shape),
        ("[{}]", Reject::Shape),
        ("null", Reject::Shape),
        ("{}", Reject::Id),
        (r#"{"id":7,"dateCreation":"2025-08-21T06:32:43Z"}"#, Reject::Id),
        (r#"{"id":" ","dateCreation":"2025-08-21T06:32:43Z"}"#, Reject::Id),
        (r#"{"id":"1"}"#, Reject::Date),
        (r#"{"id":"1","dateCreation":"hier"}"#, Reject::Date),
        (r#"{"id":"1","dateCreation":20250821}"#, Reject::Date),
    ] {
        of(json, |filled| assert_eq!(filled.unwrap_err(), expected, "{json}"));
    }
}

/// JSON allows both, and no reader takes them: the offer is not lost for that.
#[test]
fn a_key_that_is_there_twice_and_half_a_character_stop_nothing() {
    assert_eq!(filled(r#""intitule":"a","intitule":"b""#), ["title=b"]);
    assert_eq!(
        filled(r#""intitule":"a \ud83d\" \udcb6 \ud83d\udcb6 \\ud800""#),
        ["title=a \u{fffd}\" \u{fffd} 💶 \\ud800"]
    );
}

/// Declared differences: no currency or period without an amount.
#[trial::test_with_data]
fn the_anonymised_offers_come_out_as_expected() {
    let file = std::fs::read_to_string(trial::data("france-travail/offres/offres_dept01_2025-08-21.json")).unwrap();
    let expected =
        std::fs::read_to_string(trial::data("france-travail/attendus/normalisation_27_champs.jsonl")).unwrap();
    #[derive(serde::Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        resultats: Vec<&'a RawValue>,
    }
    let page: Page = serde_json::from_str(&file).unwrap();
    assert_eq!((page.resultats.len(), expected.lines().count()), (303, 303));
    for (raw, line) in page.resultats.into_iter().zip(expected.lines()) {
        let mut expected: serde_json::Map<String, Value> = serde_json::from_str(line).unwrap();
        if expected["salary_min"].is_null() {
            expected["salary_currency"] = Value::Null;
            expected["salary_period"] = Value::Null;
        }
        read(raw, |filled| {
            let row = filled.unwrap().row;
            for ((name, _), cell) in COLUMNS.iter().zip(&row.cells) {
                let Some(expected) = expected.get(*name) else { continue };
                assert_eq!(&as_json(cell), expected, "{name} of {}", row.id());
            }
            // Every salary phrase is read or told.
            let label = serde_json::from_str::<Value>(raw.get()).unwrap()["salaire"]["libelle"].clone();
            let is_read = row.cells[at::SALARY_MIN] != Cell::Absent;
            assert_eq!(label.is_string(), is_read || row.has(Flaw::SalaryUnread), "{label}");
        });
    }
}

/// As the expected values have it: line breaks are spaces there.
fn as_json(cell: &Cell<'_>) -> Value {
    match cell {
        Cell::Absent => Value::Null,
        Cell::Text(text) => text.replace(['\n', '\t'], " ").into(),
        Cell::Number(number) => (*number).into(),
        Cell::Truth(truth) => (*truth).into(),
        Cell::Time(ms) => time::text(*ms).into(),
        Cell::List(texts) => texts.iter().map(|text| Value::from(text.as_ref())).collect(),
    }
}
