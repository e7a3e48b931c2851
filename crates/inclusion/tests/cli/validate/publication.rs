//! Will it be published? And what is told beyond the official verdict.

use serde_json::json;

use super::*;

fn both(structures: &[Value], services: &[Value]) -> String {
    json!({"services": services, "structures": structures}).to_string()
}

fn reasons(report: &Value) -> Vec<(String, String, String, u64)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |held: &Value| {
        (text(&held["list"]), text(&held["reason"]), text(&held["status"]), held["records"].as_u64().unwrap())
    };
    report["publication"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn every_reason_holds_records_back_as_the_platform_does() {
    let structures = [
        structure("a"),
        structure("a"),
        with(&structure("b"), &json!({"nom": "Mairie."})),
        with(&structure("c"), &json!({"code_insee": null, "adresse": "1 rue du Lac", "commune": "Brest"})),
        with(&structure("d"), &json!({"code_insee": " ", "adresse": "1 rue du Lac"})),
        with(&structure("e"), &json!({"nom": "x"})),
    ];
    let services = [
        service("1", "a"),
        service("2", "b"),
        service("3", "c"),
        service("4", "d"),
        service("5", "zz"),
        service("1", "a"),
        with(&service("6", "a"), &json!({"code_insee": null, "commune": "Brest", "code_postal": "29200"})),
    ];
    let finished = judged("a.json", both(&structures, &services), &[]).expect_code(65);
    let report = report(&finished);
    let expected = [
        ("structures", "invalid", "no", 2),
        ("structures", "geocoding", "depends", 1),
        ("structures", "no_place", "no", 1),
        ("structures", "repeated_id", "no", 1),
        ("structures", "warning", "no", 1),
        ("services", "structure_held", "no", 2),
        ("services", "no_place", "no", 1),
        ("services", "repeated_id", "no", 1),
        ("services", "structure_depends", "depends", 1),
        ("services", "structure_unknown", "no", 1),
    ];
    assert_eq!(
        reasons(&report),
        expected
            .map(|(list, reason, status, count)| { (list.to_owned(), reason.to_owned(), status.to_owned(), count) })
    );
    let counts = |list: &str| report["lists"][list].clone();
    assert_eq!(
        counts("structures"),
        json!({"records": 6, "valid": 4, "invalid": 2, "warned": 1, "publication": {"yes": 1, "depends": 1, "no": 4}})
    );
    assert_eq!(counts("services")["publication"], json!({"yes": 1, "depends": 1, "no": 5}));
    let of_publication: Vec<_> = told(&finished).into_iter().filter(|(rule, ..)| rule.contains('.')).collect();
    for (rule, record) in [
        ("id.repeated", 2),
        ("publication.geocoding", 4),
        ("publication.no_place", 5),
        ("publication.structure_held", 2),
        ("publication.structure_held", 4),
        ("publication.structure_depends", 3),
        ("structure_id.unknown", 5),
        ("id.repeated", 6),
        ("publication.no_place", 7),
    ] {
        assert!(of_publication.iter().any(|(name, nth, _)| (name.as_str(), *nth) == (rule, record)), "{rule} {record}");
    }
}

#[test]
fn structures_of_another_file_are_known_but_not_their_fate() {
    let run = validate(&[]);
    let held = with(&structure("a"), &json!({"nom": "Mairie."}));
    let csv = run.write("structures.csv", b"id;nom\nessai--b;x\n");
    let json = run.write("structures.json", json!([held]).to_string().as_bytes());
    let input = run.write("a.json", json!([service("1", "a"), service("2", "b")]).to_string().as_bytes());
    let unknown = |structures: &Path| {
        let finished = run.clone().args([&input, Path::new("--structures"), structures]).run().expect_code(0);
        let told = told(&finished);
        told.into_iter()
            .filter(|(rule, ..)| rule == "structure_id.unknown")
            .map(|(_, nth, value)| (nth, value))
            .collect::<Vec<_>>()
    };
    assert_eq!(unknown(&json), [(2, "essai--b".to_owned())]);
    assert_eq!(unknown(&csv), [(1, "essai--a".to_owned())]);
    let alone = run.clone().args([&input]).run().expect_code(0);
    assert_eq!(told(&alone), []);
    let nameless = run.write("nameless.csv", b"code;nom\n1;x\n");
    run.clone().args([&input, Path::new("--structures"), &nameless]).run().expect_code(2);
    run.clone().args([&input, Path::new("--structures"), Path::new("nowhere.json")]).run().expect_code(66);
}

#[test]
fn identifiers_and_sirets_are_looked_at() {
    let of = |siret: &str| with(&structure(siret), &json!({"siret": siret}));
    let records = [
        of("13003013300016"),
        of("13003013300017"),
        of("00000000000000"),
        of("13003013399912"),
        of("35600000012341"),
        with(&structure("x"), &json!({"id": "autre--x"})),
        with(&structure("y"), &json!({"id": "essai-y"})),
    ];
    let finished = judged("a.json", json!(records).to_string(), &[]).expect_code(0);
    let expected = [
        ("siret.luhn", 2, "13003013300017"),
        ("siret.placeholder", 3, "00000000000000"),
        ("siret.placeholder", 4, "13003013399912"),
        ("id.prefix", 6, "autre--x"),
        ("id.prefix", 7, "essai-y"),
    ];
    assert_eq!(told(&finished), expected.map(|(rule, nth, value)| (rule.to_owned(), nth, value.to_owned())));
    judged("a.json", json!(records).to_string(), &["--strict"]).expect_code(65);
    assert_eq!(told(&judged("a.json", json!(records[5..]).to_string(), &["--schema", "v0"]).expect_code(0)), []);
}

#[test]
fn scores_are_told_by_service_and_by_structure() {
    let full = json!({
        "adresse": "1 rue du Lac", "modes_accueil": ["en-presentiel"], "modes_mobilisation": ["telephoner"],
        "mobilisable_par": ["usagers"], "publics": ["femmes"], "thematiques": ["mobilite--preparer-un-permis"],
        "telephone": "3949", "frais": "gratuit", "description": "x".repeat(300),
    });
    let services = [
        with(&service("1", "a"), &full),
        service("2", "a"),
        with(&service("3", "b"), &json!({"nom": "x"})),
        with(&service("4", "b"), &json!({"frais": "payant", "frais_precisions": ""})),
    ];
    let structures = [structure("a"), structure("b"), structure("c")];
    let finished = judged("a.json", both(&structures, &services), &[]).expect_code(65);
    let header = "record,line,id,score,adresse_bien_definie,modes_mobilisation_bien_definis,au_moins_un_public,\
                  au_moins_une_thematique,au_moins_un_moyen_de_contact,courriel_bien_defini,date_maj_recente,\
                  frais_bien_definis,description_bien_definie,telephone_bien_defini";
    let expected = [
        header,
        "1,1,essai--1,1.00,1.00,1.00,1.00,1.00,1.00,,1.00,1.00,1.00,1.00",
        "2,1,essai--2,0.14,,0.00,0.00,0.00,0.00,,1.00,0.00,0.00,",
        "3,1,essai--3,,,,,,,,,,,",
        "4,1,essai--4,0.21,,0.00,0.00,0.00,0.00,,1.00,0.50,0.00,",
    ];
    assert_eq!(finished.read("a.validation.scores.csv").lines().collect::<Vec<_>>(), expected);
    let score = &report(&finished)["score"];
    assert_eq!((score["services"].as_f64(), score["structures"].as_f64()), (Some(0.45), Some(0.26)));
    assert_eq!(score["scored"], 3);
    assert_eq!(score["criteria"]["frais_bien_definis"], json!({"applicable": 3, "mean": 0.5}));
    assert_eq!(score["criteria"]["courriel_bien_defini"], json!({"applicable": 0, "mean": null}));
}

#[test]
fn a_source_may_be_said_or_be_left_out_with_the_templates_column() {
    let nameless = with(&structure("a"), &json!({"source": null}));
    let text = json!([nameless]).to_string();
    assert_eq!(told(&judged("a.json", &text, &[]).expect_code(65))[0].0, "source.missing");
    assert_eq!(told(&judged("a.json", &text, &["--source", "essai"]).expect_code(0)), []);
    assert_eq!(told(&judged("a.json", &text, &["--source", "autre"]).expect_code(0))[0].0, "id.prefix");
    let null = with(&structure("a"), &json!({"source": 1})).to_string().replace(":1,", ":null,");
    assert_eq!(
        told(&judged("a.json", format!("[{null}]"), &["--source", "x"]).expect_code(65))[1].0,
        "source.string_type"
    );
    let csv = "__ignore__;id;nom;date_maj;code_insee\n;essai--a;Mairie;2026-01-01;29019\nx;;;;\nFAUX;;;;\n";
    let finished = judged("a.csv", csv, &[]).expect_code(0);
    assert_eq!(told(&finished), [("record.ignored".to_owned(), 2, String::new())]);
    let records = json!({"read": 3, "blank": 1, "kept": 1, "dropped": 1, "rejected": 0, "written": 0});
    assert_eq!(report(&finished)["records"], records);
}
