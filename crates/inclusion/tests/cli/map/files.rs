//! Every format that is read, and that time zone and place do not matter.

use serde_json::{Value, json};

use super::support::{STRUCTURES, map, step};

fn mapping() -> String {
    format!("{STRUCTURES}[fields]\nid = \"id\"\nnom = \"nom\"\ndate_maj = \"maj\"\n")
}

#[test]
fn records_are_the_same_whatever_the_format() {
    let xml = "<lieux><lieu><id>1</id><nom>Mairie</nom><maj>2025-02-14</maj></lieu>\
               <lieu><id>2</id><nom>École</nom><maj>2025-02-14</maj></lieu></lieux>";
    let json = r#"[{"id": 1, "nom": "Mairie", "maj": "2025-02-14"}, {"id": "2", "nom": "École", "maj": "2025-02-14"}]"#;
    let lines = "{\"id\": 1, \"nom\": \"Mairie\", \"maj\": \"2025-02-14\"}\n{\"id\": 2, \"nom\": \"École\", \"maj\": \"2025-02-14\"}\n";
    let expected = map("a.csv", "id;nom;maj\n1;Mairie;2025-02-14\n2;École;2025-02-14\n", &mapping(), &[], 0).records();
    assert_eq!(expected.len(), 2);
    for (name, text) in [
        ("a.xml", xml),
        ("a.json", json),
        ("a.ndjson", lines),
        ("a.tsv", "id\tnom\tmaj\n1\tMairie\t2025-02-14\n2\tÉcole\t2025-02-14\n"),
    ] {
        assert_eq!(map(name, text, &mapping(), &[], 0).records(), expected, "{name}");
    }
}

#[trial::test_with_data]
fn a_workbook_gives_what_the_table_gives() {
    let mapping = STRUCTURES.replace("ville", "source-x")
        + "[fields]\nid = \"id\"\nsource = \"source\"\nnom = \"nom\"\ndate_maj = \"date_maj\"\ncode_postal = \"code_postal\"\n\
           telephone = \"telephone\"\nsiret = \"siret\"\nlongitude = \"longitude\"\nreseaux_porteurs = \"reseaux_porteurs\"\n";
    let records = |name: &str| -> Vec<Value> {
        let run = step();
        let bytes = std::fs::read(trial::data("inclusion/formats").join(name)).unwrap();
        let file = run.write(name, &bytes);
        let by = run.write("m.toml", mapping.as_bytes());
        let finished = run.args([file]).args(["--mapping".into(), by]).run().expect_code(0);
        let stem = name.rsplit_once('.').unwrap().0;
        let mut records: Vec<Value> = serde_json::from_str(&finished.read(format!("{stem}.structures.json"))).unwrap();
        // A sheet rounds numbers, and has no place for a character that one name holds.
        for record in records.iter_mut().map(|record| record.as_object_mut().unwrap()) {
            record.remove("longitude");
            record.remove("nom");
        }
        records
    };
    let expected = records("structures.csv");
    assert!(expected.len() > 40, "{}", expected.len());
    for name in [
        "structures.json",
        "structures.ndjson",
        "structures.xml",
        "structures_bom.csv",
        "structures_tab_utf16.tsv",
        "dataset_text.xlsx",
        "dataset_text.ods",
        "dataset_numbers.xlsx",
    ] {
        let records = records(name);
        assert_eq!(records.len(), expected.len(), "{name}");
        for (one, other) in records.iter().zip(&expected) {
            assert_eq!(one, other, "{name}");
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_wherever_it_is_read() {
    let input = "id;nom;maj\n1;Mairie.;14/02/2025\n2;;\n";
    let left = |zone: &str, locale: &str| {
        let run = step();
        let file = run.write("a.csv", input.as_bytes());
        let by = run.write("m.toml", mapping().as_bytes());
        let run = run.args([file]).args(["--mapping".into(), by]).env("TZ", zone).env("LC_ALL", locale);
        let finished = run.run().expect_code(0);
        finished.list("").iter().map(|name| std::fs::read(finished.path(name)).unwrap()).collect::<Vec<_>>()
    };
    assert!(left("Pacific/Auckland", "C") == left("America/Los_Angeles", "fr_FR.UTF-8"));
}

#[test]
fn a_page_shows_what_was_done() {
    let input = "id;nom;maj;p\n1;Mairie.;14/02/2025;martiens\n";
    let fields = "[fields]\nreseaux_porteurs = \"p\"\n";
    let mapped = map("a.csv", input, &mapping().replace("[fields]\n", fields), &[], 0);
    let page = mapped.read("report.html");
    for told in ["Réparations", "nom.point", "Valeurs sans correspondance", "martiens", "Structures : champs remplis"]
    {
        assert!(page.contains(told), "{told}");
    }
    assert_eq!(mapped.values("nom"), [json!("Mairie")]);
}
