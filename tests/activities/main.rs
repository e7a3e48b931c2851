//! The classification of activities, from its publication to the table of offers: what `convert-naf` writes, `merge-offers`
//! reads, of both editions.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use journeys::executables;

/// A command line in a folder; the sandbox stands in for the publishers.
fn call(folder: &Path, line: &str) -> Output {
    let path = std::env::join_paths(
        [executables()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let mut command = Command::new(executables().join("sandbox"));
    command.args(["run", "--", "sh", "-c", line]).current_dir(folder);
    command.env("PATH", path.expect("folders have no colons")).env("DONNEES_BRUTES", ".");
    let output = command.output().unwrap_or_else(|error| {
        panic!("could not run the sandbox: {error}: `cargo build --workspace` first, as tests/run does")
    });
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The rows of a table, without its header, as cells; those that hold a quote are left out.
fn rows(folder: &Path, name: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(folder.join("naf").join(name)).expect("convert-naf has written it");
    let plain = text.lines().skip(1).filter(|line| !line.contains('"'));
    plain.map(|row| row.split(',').map(str::to_owned).collect()).collect()
}

fn ends(rows: &[Vec<String>]) -> [Vec<String>; 2] {
    [rows.first(), rows.last()].map(|row| row.expect("there is a row").clone())
}

#[test]
fn both_editions_are_joined_as_convert_naf_writes_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    call(
        folder,
        "set -e; download naf | convert-naf -; \
         download naf --nomenclature 2025 | convert-naf - --nomenclature 2025",
    );
    let (of_2008, mut of_2025) = (rows(folder, "naf.csv"), rows(folder, "naf2025.csv"));
    // The sandbox gives some codes to both, as the editions of INSEE do not; such a code is one of 2008.
    of_2025.retain(|row| of_2008.iter().all(|other| other[0] != row[0]));
    let rows = [ends(&of_2008), ends(&of_2025)].concat();
    let offer = |(nth, row): (usize, &Vec<String>)| serde_json::json!({ "id": format!("{nth}"), "dateCreation": "2024-06-04T10:00:00.000Z", "codeNAF": row[0] });
    let offers: Vec<_> = rows.iter().enumerate().map(offer).collect();
    fs::create_dir(folder.join("offre_emploi")).expect("a folder");
    let day = folder.join("offre_emploi/offres-2024-06-04.json");
    fs::write(day, serde_json::to_string(&offers).expect("JSON")).expect("it can be written");
    let none = "--unproven keep --rome none --communes none --departements none --output t.jsonl";
    // By default, then named one by one: of each, the edition is known by its codes.
    for named in ["", "--naf naf/naf.csv --naf naf/naf2025.csv"] {
        call(folder, &format!("merge-offers {none} {named}"));
        let table = fs::read_to_string(folder.join("t.jsonl")).expect("the table");
        let table: Vec<serde_json::Value> =
            table.lines().map(|line| serde_json::from_str(line).expect("a row is JSON")).collect();
        assert_eq!(table.len(), 4);
        for (nth, (row, merged)) in rows.iter().zip(&table).enumerate() {
            let columns = ["code_naf", "classe", "groupe", "division", "section"];
            let labels = ["sous_classe", "classe", "groupe", "division", "section"].map(|one| format!("{one}_libelle"));
            let merged_cells: Vec<_> =
                columns.iter().zip(&labels).flat_map(|(code, label)| [&merged[*code], &merged[label]]).collect();
            assert_eq!(merged_cells, row.iter().collect::<Vec<_>>(), "{merged}");
            assert_eq!(merged["naf_nomenclature"], if nth < 2 { "2008" } else { "2025" }, "{merged}");
        }
    }
}
