//! Tables that are read by a mapping, and mappings that are proposed.

use super::{BRETON, contracts, convert, findings, told};

const HEAD: &str = "schema = \"collecte.mapping/1\"\ntarget = \"decp/1.5\"\n";

#[test]
fn every_form_of_the_language_fills_a_contract() {
    let run = convert();
    run.write(
        "in.csv",
        "Numéro|Ann|Intitulé|Suite|Siret|Ville|Genre|Prix A|Prix B|Jour|Ids|Noms|Garder|Lieu\n\
         7|2019|Pont|neuf|82376491900200|Essai|cadre|TTC|1500|03/02/2019|83960291900244,300599123|Un,Deux|oui|35000 Rennes\n\
         8|2019|Route||82376491900200|Essai|autre|12,5||2019-02-04|83960291900244|Un|oui|\n\
         9|2019|Rue||82376491900200|Essai|cadre|1|||x|y|non|\n"
            .as_bytes(),
    );
    run.write("genres.csv", b"source;target\nautre;March\xc3\xa9\n");
    let mapping = format!(
        r#"{HEAD}
[keep]
Garder = {{ in = ["oui"] }}
[fields]
id = {{ template = "{{Ann}}-{{Numéro}}" }}
"acheteur.id" = "Siret"
"acheteur.nom" = {{ column = "Ville", default = "inconnue" }}
nature = {{ column = "Genre", values = "genres" }}
objet = {{ join = ["Intitulé", "Suite"], with = " " }}
procedure = {{ const = "Procédure adaptée" }}
montant = {{ first = ["Prix A", "Prix B"] }}
dateNotification = "Jour"
"lieuExecution.code" = {{ column = "Lieu", split = " ", part = 1 }}
"lieuExecution.nom" = {{ column = "Lieu", split = " ", part = 2 }}
"lieuExecution.typeCode" = {{ const = "Code postal", when = {{ column = "Lieu", filled = true }} }}
"titulaires[].id" = {{ column = "Ids", split = "," }}
"titulaires[].denominationSociale" = {{ column = "Noms", split = "," }}
[values.genres]
file = "genres.csv"
cadre = "Accord-cadre"
"#
    );
    run.write("m.toml", mapping.as_bytes());
    let finished = run.args(["in.csv", "--mapping", "m.toml", "--output", "o.json"]).run().expect_code(0);
    assert_eq!(
        contracts(&finished, "o.json"),
        [
            serde_json::json!({
                "_type": "Marché", "id": "2019-7", "acheteur": { "id": "82376491900200", "nom": "Essai" },
                "nature": "Accord-cadre", "objet": "Pont neuf", "procedure": "Procédure adaptée",
                "lieuExecution": { "code": "35000", "typeCode": "Code postal", "nom": "Rennes" },
                "dateNotification": "2019-02-03", "montant": 1500,
                "titulaires": [
                    { "typeIdentifiant": "SIRET", "id": "83960291900244", "denominationSociale": "Un" },
                    { "id": "300599123", "denominationSociale": "Deux" }
                ],
                "modifications": []
            }),
            serde_json::json!({
                "_type": "Marché", "id": "2019-8", "acheteur": { "id": "82376491900200", "nom": "Essai" },
                "nature": "Marché", "objet": "Route", "procedure": "Procédure adaptée",
                "dateNotification": "2019-02-04", "montant": 12.5,
                "titulaires": [{ "typeIdentifiant": "SIRET", "id": "83960291900244", "denominationSociale": "Un" }],
                "modifications": []
            }),
        ]
    );
    let told = told(&findings(&finished, "o.findings.jsonl"));
    let has = |record: u64, rule: &str, path: &str| told.contains(&(record, rule.to_owned(), path.to_owned()));
    assert!(
        has(1, "date.day_first", "/dateNotification") && has(1, "titulaire.siren", "/titulaires/1/typeIdentifiant")
    );
    assert!(has(2, "number.format", "/montant") && has(3, "record.dropped", ""), "{told:?}");
    assert_eq!(finished.receipt()["dropped"], 1);
    // A table of values beside the mapping counts, too.
    std::fs::write(finished.path("genres.csv"), "source;target\nautre;Marché de partenariat\n").unwrap();
}

#[test]
fn a_table_of_values_that_changed_is_another_run() {
    let run = convert();
    run.write("in.csv", b"n;o;g\n1;Pont;x\n2;Rue;x\n");
    run.write("g.csv", "source;target\nx;Marché\n".as_bytes());
    run.write("m.toml", format!("{HEAD}[fields]\nid = 'n'\nobjet = 'o'\nnature = {{ column = 'g', values = 'g' }}\n[values.g]\nfile = 'g.csv'\n").as_bytes());
    let run = run.args(["in.csv", "--mapping", "m.toml", "--output", "o.json"]);
    assert_eq!(contracts(&run.run().expect_code(0), "o.json")[0]["nature"], "Marché");
    std::fs::write(run.folder().join("g.csv"), "source;target\nx;Accord-cadre\n").unwrap();
    assert_eq!(contracts(&run.run().expect_code(0), "o.json")[0]["nature"], "Accord-cadre");
}

#[test]
fn what_is_wrong_in_a_mapping_is_told_with_its_line() {
    for (mapping, why) in [
        (format!("{HEAD}[fields]\nid = 'n'\nuid = 'u'\n"), "line 5"),
        (format!("{HEAD}[fields]\nid = 'n'\n_type = 'u'\n"), "line 5"),
        (format!("{HEAD}[fields]\nid = 'n'\nccag = 'u'\n"), "line 5"),
        (format!("{HEAD}[fields]\nid = 'n'\nnature = {{ const = 'Convention' }}\n"), "line 5"),
        (format!("{HEAD}[marche]\nroles = 'x'\n[fields]\nid = 'n'\n"), "line 4"),
        (format!("{HEAD}[marche]\nacheteur = [['x']]\n[fields]\nid = 'n'\n"), "line 4"),
        ("schema = 'collecte.mapping/1'\ntarget = 'decp/3.0'\n[fields]\n".to_owned(), "line 2"),
        ("schema = 'x'".to_owned(), "line 1"),
    ] {
        let run = convert();
        run.write("in.csv", b"n;o\n1;x\n");
        run.write("m.toml", mapping.as_bytes());
        let finished = run.args(["in.csv", "--mapping", "m.toml"]).run().expect_code(2);
        assert!(finished.failure().contains(why), "{mapping}: {finished}");
    }
}

#[test]
fn a_target_of_2_0_has_its_own_places() {
    let run = convert();
    run.write(
        "in.csv",
        "n;o;c;i;r;t;p;ss\n1;Pont;travaux;oui;3;Concours,Catalogue électronique;Unitaire;peut-être\n".as_bytes(),
    );
    run.write(
        "m.toml",
        "schema = 'collecte.mapping/1'\ntarget = 'decp/2.0'\n[fields]\nid = 'n'\nobjet = 'o'\nccag = 'c'\nmarcheInnovant = 'i'\n\
         offresRecues = 'r'\n'techniques[]' = { column = 't', split = ',' }\nformePrix = 'p'\nsousTraitanceDeclaree = 'ss'\n\
         nature = { const = 'Marché' }\n"
            .as_bytes(),
    );
    let run = run.args(["in.csv", "--mapping", "m.toml", "--output", "o.json"]);
    let finished = run.run().expect_code(0);
    let whole: serde_json::Value = serde_json::from_str(&finished.read("o.json")).unwrap();
    let contract = &whole["marches"]["marche"][0];
    assert_eq!(contract["ccag"], "Travaux");
    assert_eq!((&contract["marcheInnovant"], &contract["offresRecues"]), (&true.into(), &3.into()));
    assert_eq!(contract["techniques"], serde_json::json!({ "technique": ["Concours", "Catalogue électronique"] }));
    assert_eq!(contract["formePrix"], "Unitaire");
    let told = told(&findings(&finished, "o.findings.jsonl"));
    assert!(told.contains(&(1, "enum.typographic".to_owned(), "/ccag".to_owned())), "{told:?}");
    assert!(told.contains(&(1, "value.unmapped".to_owned(), "/sousTraitanceDeclaree".to_owned())), "{told:?}");
    run.args(["--format", "1.5"]).run().expect_code(2);
}

#[test]
fn tables_in_json_ndjson_and_xml_are_read_by_a_mapping() {
    let mapping = format!(
        "{HEAD}[fields]\nid = 'num'\nobjet = 'objet'\nmontant = 'prix.ht'\n'titulaires[].id' = 'titulaires.siret'\n'titulaires[].denominationSociale' = 'titulaires.nom'\n"
    );
    let record = |nth: u8| {
        format!(
            r#"{{"num":"2020-{nth}","objet":"Pont {nth}","prix":{{"ht":{nth}5.50}},"titulaires":[{{"siret":"82455681900590","nom":"A"}},{{"siret":null,"nom":"B"}}]}}"#
        )
    };
    let xml = "<l><m><num>2020-1</num><objet>Pont 1</objet><prix><ht>15.5</ht></prix><titulaires><siret>82455681900590</siret><nom>A</nom></titulaires></m><m><num>2020-2</num><objet>Pont 2</objet><prix><ht>25.5</ht></prix></m></l>";
    for (name, text) in [
        ("in.json", format!("[{},{}]", record(1), record(2))),
        ("in.ndjson", format!("{}\n{}\n", record(1), record(2))),
        ("in.xml", xml.to_owned()),
    ] {
        let run = convert();
        run.write(name, text.as_bytes());
        run.write("m.toml", mapping.as_bytes());
        let finished = run.args([name, "--mapping", "m.toml", "--output", "o.json"]).run().expect_code(0);
        let written = contracts(&finished, "o.json");
        assert_eq!((written.len(), &written[0]["montant"]), (2, &serde_json::json!(15.5)), "{name}");
        assert_eq!(written[0]["titulaires"][0]["id"], "82455681900590", "{name}");
        if name != "in.xml" {
            assert_eq!(written[0]["titulaires"][1], serde_json::json!({ "denominationSociale": "B" }), "{name}");
        }
    }
}

#[test]
fn a_suggestion_for_a_known_table_gives_the_same_bytes() {
    let run = convert();
    run.write("in.csv", BRETON.as_bytes());
    let finished = run.args(["in.csv", "--suggest"]).run().expect_code(0);
    let mapping = finished.read("in.mapping.toml");
    assert!(finished.receipt()["path"].as_str().unwrap().ends_with("/in.mapping.toml"));
    let run = convert();
    run.write("in.csv", BRETON.as_bytes());
    run.write("m.toml", mapping.as_bytes());
    let known = run.args(["in.csv", "--output", "known.json"]).run().expect_code(0);
    let other = convert();
    other.write("in.csv", BRETON.as_bytes());
    other.write("m.toml", mapping.as_bytes());
    let other = other.args(["in.csv", "--output", "known.json", "--mapping", "m.toml"]).run().expect_code(0);
    for name in ["known.json", "known.findings.jsonl", "known.rejects.csv"] {
        assert_eq!(known.read(name), other.read(name), "{name}");
    }
}

#[test]
fn a_suggestion_for_another_table_can_be_used_as_it_is() {
    let run = convert();
    run.write(
        "in.csv",
        "Numéro de marché;Objet du marché;Acheteur;SIRET acheteur;Montant TTC;Montant HT;Date de notification;Titulaire;SIRET titulaire;Couleur\n\
         2020-1;Pont;Essai;82376491900200;120;100;2020-01-05;A;82455681900590;bleu\n\
         2020-2;Route;Essai;82376491900200;240;200;2020-01-06;B;83960291900244;vert\n"
            .as_bytes(),
    );
    let finished = run.args(["in.csv", "--suggest", "--output", "m.toml"]).run().expect_code(0);
    let mapping = finished.read("m.toml");
    assert!(mapping.contains("montant = \"Montant HT\""), "{mapping}");
    assert!(mapping.contains("# \"Montant TTC\"") && mapping.contains("# \"Couleur\""), "{mapping}");
    let again = run_again(&finished);
    assert!(again.failure().contains("a file is there"), "{again}");
    let run = convert();
    run.write("in.csv", finished.read("in.csv").as_bytes());
    run.write("m.toml", mapping.as_bytes());
    let finished = run.args(["in.csv", "--mapping", "m.toml", "--output", "o.json"]).run().expect_code(0);
    let written = contracts(&finished, "o.json");
    assert_eq!((&written[1]["id"], &written[1]["montant"]), (&"2020-2".into(), &200.into()));
    assert_eq!(written[1]["acheteur"], serde_json::json!({ "id": "82376491900200", "nom": "Essai" }));
    assert_eq!(written[1]["titulaires"][0]["id"], "83960291900244");
}

/// A suggestion onto a file that is there.
fn run_again(finished: &trial::Finished) -> trial::Finished {
    let run = convert();
    run.write("in.csv", finished.read("in.csv").as_bytes());
    run.write("m.toml", b"mine");
    let again = run.args(["in.csv", "--suggest", "--output", "m.toml"]).run().expect_code(2);
    assert_eq!(again.read("m.toml"), "mine");
    again
}

#[test]
fn a_record_with_operators_without_end_is_set_aside_in_no_time() {
    let run = convert();
    let many = "\"1\",".repeat(100_000);
    let text = format!("{{\"n\":\"1\",\"t\":[{}]}}\n{{\"n\":\"2\",\"t\":[\"3\",\"3\"]}}\n", many.trim_end_matches(','));
    run.write("in.ndjson", text.as_bytes());
    run.write("m.toml", format!("{HEAD}[fields]\nid = 'n'\n'titulaires[].id' = 't'\n").as_bytes());
    let finished = run.args(["in.ndjson", "--mapping", "m.toml", "--output", "o.json"]).run().expect_code(0);
    assert_eq!((&finished.receipt()["rejected"], &finished.receipt()["records"]), (&1.into(), &1.into()));
    let titulaires = &contracts(&finished, "o.json")[0]["titulaires"];
    assert_eq!(titulaires.as_array().unwrap().len(), 1, "{titulaires}");
}
