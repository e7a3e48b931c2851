//! What is written is valid, whatever stood in the input: the step that judges says so.

use proptest::prelude::*;
use serde_json::{Map, Value};
use trial::Run;

use super::support::{SERVICES, TODAY, step};

/// What people write into cells, and what they should not.
const CELLS: [&str; 78] = [
    "",
    " ",
    "a",
    "ab",
    "abc",
    "nom.",
    "nom...",
    "etc.",
    "é",
    "\u{200b}",
    "x\u{0}y",
    "l\r\nl",
    "1",
    "-1",
    "0",
    "1,5",
    "1.5",
    "1e3",
    "1e400",
    "nan",
    "inf",
    "007",
    "1_000",
    "true",
    "3.0",
    "3.5",
    "48,85",
    "181",
    "91",
    "2025-02-14",
    "14/02/2025",
    "31/02/2025",
    "2026-11-23",
    "1999-12-31",
    "45702",
    "1739491200",
    "20250214",
    "14 février 2025",
    "2025-02-14T00:00:00Z",
    "13003013300016",
    "130 030 133 00016",
    "00000000000000",
    "13003013399912",
    "١٣٠٠٣٠١٣٣٠٠٠١٦",
    "35000",
    "1000",
    "2a004",
    "éàüïô",
    "01 23 45 67 89",
    "06 12 34 56 78 / 01",
    "3939",
    "+33 (0)1 23 45 67 89",
    "tel",
    "contact@rennes.fr",
    " Contact <Contact@RENNES.fr> ",
    "a@b",
    "a@b.c",
    "a@@b.fr",
    "a@xn--a.fr",
    "mailto:a@b.fr",
    "a@b.fr;c@d.fr",
    "é@é.fr",
    "https://a.fr",
    "www.a.fr",
    "http:/x",
    "https://",
    "https://a b.fr",
    "javascript:alert(1)",
    "ex.fr/é",
    "femmes",
    "Tous publics",
    "femmes,tous-publics",
    "['femmes', 'jeunes']",
    "france",
    "35",
    "gratuit,payant",
    "<p>un&nbsp;<b>deux</b></p>",
    "du lundi au vendredi 9h-12h",
];

/// A mapping that fills every field of services from a column of its name; the whole week from one of its own.
fn mapping() -> String {
    let fields = [
        "adresse",
        "code_insee",
        "code_postal",
        "commune",
        "complement_adresse",
        "conditions_acces",
        "contact_nom_prenom",
        "courriel",
        "date_maj",
        "description",
        "frais",
        "frais_precisions",
        "id",
        "latitude",
        "lien_mobilisation",
        "lien_source",
        "longitude",
        "mobilisable_par",
        "mobilisation_precisions",
        "modes_accueil",
        "modes_mobilisation",
        "nom",
        "nombre_semaines",
        "publics",
        "publics_precisions",
        "source",
        "structure_id",
        "telephone",
        "thematiques",
        "type",
        "volume_horaire_hebdomadaire",
        "zone_eligibilite",
    ];
    let lines: Vec<String> = fields.iter().map(|field| format!("{field} = \"{field}\"\n")).collect();
    format!("{SERVICES}[fields]\n{}horaires_accueil = {{ hours = \"horaires_accueil\" }}\n", lines.concat())
}

/// Records of which each field is filled or not; what is required mostly is, so that some can be used.
fn records() -> impl Strategy<Value = Vec<Map<String, Value>>> {
    let names: Vec<String> =
        mapping().lines().skip(4).map(|line| line.split(" = ").next().unwrap().to_owned()).collect();
    let record = proptest::collection::vec((0..CELLS.len() * 3, any::<bool>()), names.len());
    let of = move |cells: Vec<(usize, bool)>| -> Map<String, Value> {
        let value = |(name, (nth, is_good)): (&String, (usize, bool))| {
            let good = match name.as_str() {
                "id" | "structure_id" => Some("7"),
                "nom" | "description" => Some("Un atelier"),
                "date_maj" => Some("2025-02-14"),
                _ => None,
            };
            let text = good.filter(|_| is_good || nth >= CELLS.len()).or(CELLS.get(nth).copied());
            text.map(|text| (name.clone(), Value::from(text)))
        };
        names.iter().zip(cells).filter_map(value).collect()
    };
    proptest::collection::vec(record.prop_map(of), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_valid_and_every_record_is_accounted_for(records in records()) {
        let run = step();
        let records: Vec<Value> = records
            .into_iter()
            .enumerate()
            .map(|(nth, mut record)| {
                // Most records have an identifier of their own.
                if let Some(id) = record.get_mut("id").filter(|id| **id == "7") {
                    *id = Value::from(nth / 2);
                }
                record.entry("commune").or_insert(Value::Null);
                Value::Object(record)
            })
            .collect();
        let input = run.write("a.json", serde_json::to_string(&records).unwrap().as_bytes());
        let by = run.write("m.toml", mapping().as_bytes());
        let mut written = Vec::new();
        for extension in ["json", "ndjson", "csv"] {
            let output = run.donnees_brutes().join(format!("b.{extension}"));
            let finished =
                run.clone().args([&input]).args(["--mapping".as_ref(), by.as_os_str(), "--output".as_ref(), output.as_os_str()]).run();
            let report: Value = serde_json::from_str(&finished.read("b.report.json")).unwrap();
            let count = |key: &str| report["records"][key].as_u64().unwrap();
            prop_assert_eq!(count("read"), count("blank") + count("kept") + count("dropped") + count("rejected"));
            prop_assert_eq!(count("read"), records.len() as u64);
            if count("kept") == 0 {
                prop_assert_eq!(finished.code, 65);
                continue;
            }
            prop_assert_eq!(finished.code, 0, "{}", finished);
            let judge = Run::new(env!("CARGO_BIN_EXE_validate-contribution"));
            let judged = judge.args([output.as_os_str()]).args(["--kind", "services", "--today", TODAY]).run();
            let findings = std::fs::read_to_string(output.with_extension("validation.findings.jsonl")).unwrap_or_default();
            prop_assert_eq!(judged.code, 0, "{}\n{}\n{}", judged, findings, std::fs::read_to_string(&output).unwrap());
            written.push(judged.receipt()["services"].clone());
        }
        prop_assert!(written.windows(2).all(|pair| pair[0] == pair[1]), "{:?}", written);
    }
}
