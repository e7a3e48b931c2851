//! Formats, and the oddities of dumps.

use sandbox::{Inclusion, List, Options, Workbook};
use serde_json::{Value, json};

use super::{compare, compared, comparison, rows};

const CSV: &str = "id,nom,telephone,reseaux_porteurs,date_maj\n1,Emmaüs,0299000001,\"['b', 'a']\",2024-01-01\n";

#[test]
fn a_dump_is_read_in_any_of_its_forms() {
    let others = [
        (
            "b.json",
            r#"[{"": 0, "source": "dump", "id": "9", "nom": "Emmaüs", "telephone": "0299000001", "reseaux_porteurs": ["a", "b"], "date_maj": 1704067200000}]"#,
        ),
        (
            "b.ndjson",
            "{\"source\": \"dump\", \"id\": \"9\", \"nom\": \"Emmaüs\", \"telephone\": \"0299000001\", \"reseaux_porteurs\": [\"b\", \"a\"], \"date_maj\": \"2024-01-01\"}\n{\"source\": \"dump\", \"id\": \"8\", \"nom\": \"x\"}\n",
        ),
        (
            "b.csv",
            "Unnamed: 0,source,id,nom,telephone,reseaux_porteurs,date_maj\n0,dump,9,Emmaüs,0299000001,\"b, a\",1704067200000\n",
        ),
        (
            "b.json",
            r#"{"services": [{"id": "s"}], "structures": [{"source": "dump", "id": "9", "nom": "Emmaüs", "telephone": "0299000001", "reseaux_porteurs": ["a", "b"], "date_maj": "2024-01-01"}]}"#,
        ),
        (
            "b.xml",
            "<liste><structure><source>dump</source><id>9</id><nom>Emmaüs</nom><telephone>0299000001</telephone><reseaux_porteurs>b</reseaux_porteurs><reseaux_porteurs>a</reseaux_porteurs><date_maj>2024-01-01</date_maj></structure><structure><source>dump</source><id>8</id><nom>x</nom></structure></liste>",
        ),
    ];
    for (name, content) in others {
        let finished = compared(&[("a.csv", CSV), (name, content)], &[]).expect_code(0);
        let links = rows(&finished, "a.links.csv");
        // Alike in all that is compared: with neither commune nor address, that alone makes a match sure.
        let found: Vec<_> =
            links.iter().map(|row| [&row["class"], &row["score"], &row["id_2"]].map(String::as_str)).collect();
        assert_eq!(found, [["match", "1.00", "9"]], "{content} {finished}");
        assert_eq!(comparison(&finished)["complements"], json!([]), "{content}");
    }
}

/// What others know, whatever form they tell it in: links and all that follows from them.
fn against(own: &str, others: &[(&str, Vec<u8>)]) -> Vec<[String; 3]> {
    let of = |(name, content): &(&str, Vec<u8>)| {
        let run = compare(&[]);
        let paths = [run.write("a.json", own.as_bytes()), run.write(name, content)];
        let finished = run.args(paths).run().expect_code(0);
        ["a.links.csv", "a.complements.csv", "a.unknown.csv"].map(|name| finished.read(name))
    };
    others.iter().map(of).collect()
}

#[test]
fn a_dump_in_a_workbook_is_compared_as_its_csv() {
    let server = trial::start_sandbox(Options::default().with(|options| {
        options.france_travail.offers = 0;
        options.inclusion.structures = 80;
    }));
    let service = server.service::<Inclusion>();
    let mut own: Value = serde_json::from_str(&service.dump_json(List::Structures)).unwrap();
    own.as_array_mut().unwrap().iter_mut().for_each(|record| record["source"] = json!("mine"));
    let workbook = |kind| service.dump_workbook(List::Structures, true, kind);
    let others = [
        ("b.csv", service.dump_csv(List::Structures, true).into_bytes()),
        ("b.xlsx", workbook(Workbook::Xlsx)),
        ("b.xls", workbook(Workbook::Xls)),
        ("b.ods", workbook(Workbook::Ods)),
    ];
    let told = against(&own.to_string(), &others);
    assert!(told[0][0].lines().filter(|line| line.starts_with("match")).count() >= 80, "each is there twice");
    for ((name, _), other) in others.iter().zip(&told).skip(1) {
        assert_eq!(other, &told[0], "{name}");
    }
}

#[trial::test_with_data]
fn sixty_structures_are_compared_alike_in_every_format() {
    let read = |name: &str| std::fs::read(trial::data("inclusion/formats").join(name)).unwrap();
    let mut own: Value = serde_json::from_slice(&read("structures.json")).unwrap();
    let own_list = if own.is_array() { &mut own } else { &mut own["structures"] };
    own_list.as_array_mut().unwrap().iter_mut().for_each(|record| record["source"] = json!("mine"));
    let names = [
        "structures.json",
        "structures.ndjson",
        "structures.csv",
        "structures_bom.csv",
        "structures_semicolon_cp1252.csv",
        "structures_tab_utf16.tsv",
        "structures.xml",
        "dataset_text.xlsx",
        "dataset_text.ods",
    ];
    let told = against(&own.to_string(), &names.map(|name| (name, read(name))));
    assert!(told[0][0].lines().filter(|line| line.starts_with("match")).count() >= 60);
    // Line ends in a description, and a letter that two of the formats lack, make a match a little less sure.
    let as_told = |told: &[String; 3]| {
        told.clone().map(|text| text.replace("match,0.99,", "match,1.00,").replace(['\u{92}', '\u{fffd}'], "?"))
    };
    for (name, other) in names.iter().zip(&told) {
        // Not shown: these are real contacts.
        assert!(as_told(other) == as_told(&told[0]), "{name}");
    }
}

#[test]
fn the_source_of_a_record_is_its_own_or_the_files() {
    let own = "id,nom,source\n1,Emmaüs,\n2,Cimade,elle\n";
    let sources = |finished: &trial::Finished| {
        let comparison = comparison(finished);
        let of = |source: &serde_json::Value| source["source"].as_str().unwrap().to_owned();
        comparison["sources"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let finished = compared(&[("a.csv", own), ("b.c.csv", "id,nom,x\n7,Aurore,\n")], &[]).expect_code(0);
    assert_eq!(sources(&finished), ["a", "b", "elle"]);
    let finished = compared(
        &[("a.csv", own), ("b.csv", "id,nom,source\n7,Aurore,moi\n8,Coallia,elle\n9,Unicité,a\n")],
        &["--source", "moi"],
    );
    assert_eq!(sources(&finished), ["a", "elle", "moi"]);
    assert_eq!(finished.receipt()["left_out"], 2);
}

#[test]
fn an_empty_list_is_no_failure_of_another() {
    let finished = compared(&[("a.csv", CSV), ("b.json", "[]\n")], &[]).expect_code(0);
    assert_eq!(comparison(&finished)["others"][0]["records"], 0);
}

#[test]
fn what_is_known_elsewhere_is_told_once_for_each_who_knows() {
    let own = "id,nom,siret,adresse,telephone,latitude,longitude,description,date_maj\n1,Emmaüs,21350238800019,1 r. Haute,,0,0,ancien,2024-01-01\n";
    let other = "source,id,nom,siret,adresse,telephone,latitude,longitude,description,date_maj\n\
        z,2,Emmaüs,21350238800019,1 rue Haute,02 99 00 00 01,48.1,-1.6,nouveau,2024-02-01\n\
        b,3,Emmaüs,21350238800019,1 rue Haute,3949,99,-1.6,autre,2023-02-01\n";
    let finished = compared(&[("a.csv", own), ("b.csv", other)], &[]).expect_code(0);
    let told: Vec<String> = rows(&finished, "a.complements.csv")
        .iter()
        .map(|row| format!("{} {} {} {}", row["column"], row["kind"], row["source"], row["value"]))
        .collect();
    assert_eq!(
        told,
        [
            "latitude missing z 48.1",
            "longitude missing z -1.6",
            "telephone missing b 3949",
            "telephone missing z 02 99 00 00 01",
            "description different z nouveau"
        ]
    );
}
