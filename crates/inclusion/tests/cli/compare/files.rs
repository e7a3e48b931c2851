//! Formats, and the oddities of dumps.

use serde_json::json;

use super::{compared, comparison, rows};

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
