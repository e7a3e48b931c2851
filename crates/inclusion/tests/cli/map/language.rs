//! What a mapping can say, and what is told of it.

use serde_json::json;

use super::support::{SERVICES, STRUCTURES, map, services, structures};

#[test]
fn a_column_with_a_word_of_the_list_needs_no_table() {
    let mapped = services("p,f", &["Familles,Gratuit", "femmes,gratuit"], "publics = \"p\"\nfrais = \"f\"\n");
    assert_eq!(mapped.values("publics"), [json!(["familles"]), json!(["femmes"])]);
    assert_eq!(mapped.values("frais"), [json!("gratuit"), json!("gratuit")]);
    assert_eq!(mapped.told(), ["value.folded f Gratuit gratuit", "value.folded p Familles familles"]);
}

#[test]
fn a_cell_of_a_list_field_is_cut_at_commas_unless_the_form_says_otherwise() {
    let rows = ["\"femmes, jeunes\"", "\"['femmes', 'jeunes']\"", "\"femmes,jeunes\""];
    let mapped = services("p", &rows, "publics = \"p\"\n");
    assert_eq!(mapped.values("publics"), vec![json!(["femmes", "jeunes"]); 3]);
    let table = "publics = { column = \"p\", values = \"p\" }\n[values.p]\n\"femmes, jeunes\" = \"familles\"\n";
    let mapped = services("p", &["\"femmes, jeunes\""], table);
    assert_eq!(mapped.values("publics"), [json!(["familles"])]);
}

#[test]
fn values_go_through_tables_and_none_is_guessed() {
    let fields = "publics = { column = \"p\", split = \";\", values = \"p\" }\n[values.p]\n\"Tout public\" = \"tous-publics\"\n\
                  \"16-25 ans\" = [\"jeunes\", \"etudiants\"]\n\"non renseigné\" = false\n";
    let rows = ["Tout public;16-25 ans", "16-25 ans;NON RENSEIGNE", "martiens;femmes", "non renseigné"];
    let mapped = services("p", &rows, fields);
    assert_eq!(
        mapped.values("publics"),
        [json!(["tous-publics"]), json!(["jeunes", "etudiants"]), json!(["femmes"]), json!(null)]
    );
    assert_eq!(
        mapped.told(),
        ["publics.tous_publics p tous-publics, jeunes, etudiants tous-publics", "value.unmapped p martiens -"]
    );
    let report = mapped.report();
    assert_eq!(report["unmapped"], json!([{"list": "services", "field": "publics", "value": "martiens", "count": 1}]));
    assert_eq!(mapped.finished.receipt()["unmapped"], 1);
}

#[test]
fn of_several_costs_the_charge_wins() {
    let mapped = services(
        "f",
        &["gratuit;payant", "payant;gratuit", "gratuit;gratuit"],
        "frais = { column = \"f\", split = \";\" }\n",
    );
    assert_eq!(mapped.values("frais"), [json!("payant"), json!("payant"), json!("gratuit")]);
}

#[test]
fn a_list_of_forms_unites_for_lists_and_gives_the_first_readable_one_else() {
    let fields = "telephone = [\"t\", \"u\"]\n[[fields.modes_mobilisation]]\nconst = \"telephoner\"\n\
                  when = { column = \"t\", filled = true }\n[[fields.modes_mobilisation]]\nflags = { \"v\" = \"se-presenter\" }\n";
    let rows = ["rien,01 23 45 67 89,oui", ",3939,non", ",,X"];
    let mapped = services("t,u,v", &rows, fields);
    assert_eq!(mapped.values("telephone"), [json!("+33123456789"), json!("3939"), json!(null)]);
    assert_eq!(
        mapped.values("modes_mobilisation"),
        [json!(["telephoner", "se-presenter"]), json!(null), json!(["se-presenter"])]
    );
}

#[test]
fn conditions_are_of_any_column_and_all_hold() {
    let when = "when = { columns = [\"a\", \"b\"], contains = [\"MAIRIE\"], except = [\"annexe\"] }";
    let fields = format!("reseaux_porteurs = {{ const = \"communes\", {when} }}\n");
    let rows = ["mairie de Rennes,", ",La Mairie", "mairie annexe,", "Mairie,Annexe", "Poste,"];
    let mapped = structures("a,b", &rows, &fields);
    let communes = json!(["communes"]);
    assert_eq!(mapped.values("reseaux_porteurs"), [communes.clone(), communes, json!(null), json!(null), json!(null)]);
}

#[test]
fn columns_are_joined_split_and_computed() {
    let fields = "adresse = { join = [\"n\", \"rue\"] }\nlatitude = { column = \"c\", split = \",\", part = 1 }\n\
                  longitude = { column = \"c\", split = \",\", part = 2 }\nsite_web = { template = \"https://{n}.fr\" }\n";
    let mapped = structures("n,rue,c", &["12,rue du Port,\"48.85, 2.35\"", ",rue du Port,"], fields);
    assert_eq!(mapped.values("adresse"), [json!("12 rue du Port"), json!("rue du Port")]);
    assert_eq!(mapped.values("latitude"), [json!(48.85), json!(null)]);
    assert_eq!(mapped.values("longitude"), [json!(2.35), json!(null)]);
    assert_eq!(mapped.values("site_web"), [json!("https://12.fr"), json!(null)]);
    let fields = "longitude = { lambert93 = [\"x\", \"y\"], give = \"longitude\" }\n\
                  latitude = { lambert93 = [\"x\", \"y\"], give = \"latitude\" }\n";
    let mapped = structures("x,y", &["\"700000,0\",\"6600000\"", "0,0", ","], fields);
    assert_eq!(mapped.values("longitude"), [json!(3), json!(null), json!(null)]);
    assert_eq!(mapped.values("latitude"), [json!(46.5), json!(null), json!(null)]);
    assert_eq!(mapped.told(), ["latitude.unreadable x 0 -", "longitude.unreadable x 0 -"]);
}

#[test]
fn identifiers_begin_with_the_source() {
    let input = "id;s;nom;maj\n1;;Mairie;2025-02-14\nville--2;;Mairie;2025-02-14\n3;autre;Mairie;2025-02-14\n;;Mairie;2025-02-14\n";
    let mapping = format!("{STRUCTURES}[fields]\nid = \"id\"\nsource = \"s\"\nnom = \"nom\"\ndate_maj = \"maj\"\n");
    let mapped = map("a.csv", input, &mapping, &[], 0);
    assert_eq!(mapped.values("id"), [json!("ville--1"), json!("ville--2"), json!("autre--3")]);
    assert_eq!(mapped.values("source"), [json!("ville"), json!("ville"), json!("autre")]);
    assert_eq!(mapped.told(), ["id.required - - -"]);
    assert!(mapped.findings()[0]["level"] == "error" && mapped.findings()[0]["path"] == "/id");
}

#[test]
fn a_record_that_comes_again_is_dropped_or_rejected() {
    let input = "id;nom;maj\n1;Mairie;2025-02-14\n1;Mairie;14/02/2025\n1;Ecole;2025-02-15\n2;Mairie;2025-02-14\n";
    let mapping = format!("{STRUCTURES}[fields]\nid = \"id\"\nnom = \"nom\"\ndate_maj = \"maj\"\n");
    let mapped = map("a.csv", input, &mapping, &[], 0);
    assert_eq!(mapped.values("id"), [json!("ville--1"), json!("ville--2")]);
    let records = &mapped.report()["records"];
    assert_eq!(records, &json!({"read": 4, "blank": 0, "kept": 2, "dropped": 1, "rejected": 1, "written": 2}));
    let findings = mapped.findings();
    let same = findings.iter().find(|finding| finding["rule"] == "record.same").unwrap();
    assert_eq!((&same["level"], &same["record"], &same["id"]), (&json!("info"), &json!(2), &json!("ville--1")));
    let repeated = findings.iter().find(|finding| finding["rule"] == "id.repeated").unwrap();
    assert_eq!((&repeated["level"], &repeated["record"]), (&json!("error"), &json!(3)));
    assert!(repeated["message"].as_str().unwrap().ends_with("(≠ date_maj, nom)"), "{repeated}");
    assert!(mapped.read("rejects.csv").contains("3;4;id.repeated;"));
}

#[test]
fn records_are_dropped_on_purpose() {
    let input =
        "id;nom;maj;__ignore__\n1;Mairie;2025-02-14;exemple\n2;Ecole;2025-02-14;\n3;Mairie;2025-02-14;non\n;;;\n";
    let mapping = format!(
        "{STRUCTURES}[keep]\nnom = {{ in = [\"Mairie\"] }}\n[fields]\nid = \"id\"\nnom = \"nom\"\ndate_maj = \"maj\"\n"
    );
    let mapped = map("a.csv", input, &mapping, &[], 0);
    assert_eq!(mapped.values("id"), [json!("ville--3")]);
    assert_eq!(mapped.told(), ["record.ignored __ignore__ - -", "record.dropped nom - -"]);
    let records = &mapped.report()["records"];
    assert_eq!(records, &json!({"read": 4, "blank": 1, "kept": 1, "dropped": 2, "rejected": 0, "written": 1}));
}

#[test]
fn a_missing_column_is_told_and_a_file_with_none_is_refused() {
    let input = "id;nom;maj;autre\n1;Mairie;2025-02-14;x\n";
    let mapping = format!("{STRUCTURES}[fields]\nid = \"id\"\nnom = \"nom\"\ndate_maj = \"maj\"\nadresse = \"rue\"\n");
    let mapped = map("a.csv", input, &mapping, &[], 0);
    assert_eq!(mapped.told(), ["column.missing rue - -"]);
    assert_eq!(mapped.report()["mapping"]["unused"], json!(["autre"]));
    let none = map("a.csv", "x;y\n1;2\n", &mapping, &[], 65);
    assert!(none.finished.failure().contains("could not find any column"), "{}", none.finished);
    assert!(none.finished.hint().contains("--suggest"), "{}", none.finished);
}

#[test]
fn what_is_wrong_in_a_mapping_is_told_with_its_line() {
    for (mapping, told) in [
        (
            format!("{STRUCTURES}[fields]\nid = \"id\"\nnomm = \"nom\"\n"),
            "line 6: `data-inclusion/v1/structures` has no field `nomm`: perhaps `nom`",
        ),
        (
            format!("{SERVICES}[fields]\nfrais = {{ const = \"payent\" }}\n"),
            "line 5: `payent` is no value of `frais`: perhaps `payant`",
        ),
        (
            format!("{SERVICES}[fields]\nfrais = {{ column = \"f\", values = \"f\" }}\n[values.f]\nx = \"rien\"\n"),
            "line 7: `rien` is no value",
        ),
        (STRUCTURES.replace("ville", "Ma Ville") + "[fields]\nid = \"id\"\n", "line 3: `source` is a slug"),
        (STRUCTURES.replace("source = \"ville\"\n", "") + "[fields]\nid = \"id\"\n", "it names no `source`"),
        (
            STRUCTURES.replace("structures", "lieux") + "[fields]\nid = \"id\"\n",
            "line 2: the target `data-inclusion/v1/lieux` is none of",
        ),
        (format!("{STRUCTURES}autre = 1\n[fields]\nid = \"id\"\n"), "line 4: a mapping has no key `autre`"),
        (format!("{STRUCTURES}[fields\n"), "line 4"),
    ] {
        let failed = map("a.csv", "id;nom\n1;Mairie\n", &mapping, &[], 2);
        assert!(failed.finished.failure().contains(told), "{told}: {}", failed.finished);
    }
}

#[test]
fn an_older_version_has_its_own_values() {
    let mapping =
        format!("{STRUCTURES}[fields]\nid = \"id\"\nnom = \"nom\"\ndate_maj = \"maj\"\nreseaux_porteurs = \"r\"\n");
    let input = "id;nom;maj;r\n1;Mairie;2025-02-14;mdph\n";
    let now = map("a.csv", input, &mapping, &[], 0);
    assert_eq!(now.values("reseaux_porteurs"), [json!(["mdph"])]);
    let before = map("a.csv", input, &mapping, &["--schema", "v1/1.0.7"], 0);
    assert_eq!(before.values("reseaux_porteurs"), [json!(null)]);
    assert_eq!(before.told(), ["value.unmapped r mdph -"]);
    assert_eq!(before.finished.receipt()["schema_version"], "v1/1.0.7");
}

#[test]
fn a_list_of_the_input_gives_all_its_values_and_one_to_a_single_field() {
    let input =
        r#"[{"id": 1, "nom": "Mairie", "maj": "2025-02-14", "p": ["femmes", "jeunes"], "t": ["rien", "3939", "15"]}]"#;
    let mapping = format!(
        "{SERVICES}[fields]\nid = \"id\"\nnom = \"nom\"\nstructure_id = \"id\"\ndescription = \"nom\"\ndate_maj = \"maj\"\n\
         publics = \"p\"\ntelephone = \"t\"\n"
    );
    let mapped = map("a.json", input, &mapping, &[], 0);
    assert_eq!(mapped.values("publics"), [json!(["femmes", "jeunes"])]);
    assert_eq!(mapped.values("telephone"), [json!("3939")]);
    assert_eq!(mapped.told(), ["telephone.several t - -"]);
}

#[test]
fn zones_are_judged_one_by_one() {
    let mapped = services("z", &["35238;35;x;france", "x"], "zone_eligibilite = { column = \"z\", split = \";\" }\n");
    assert_eq!(mapped.values("zone_eligibilite"), [json!(["35238", "35", "france"]), json!(null)]);
    assert_eq!(mapped.told(), ["zone_eligibilite.union z x -", "zone_eligibilite.union z x -"]);
}
