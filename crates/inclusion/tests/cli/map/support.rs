//! A run of the step on a file of the test's own.

use serde_json::Value;
use trial::{Finished, Run};

/// The day that every test takes for today.
pub(super) const TODAY: &str = "2026-11-22";

/// A run of the step, before its arguments.
pub(super) fn step() -> Run {
    Run::new(env!("CARGO_BIN_EXE_map-contribution")).by_default(&[("--today", TODAY), ("--log-format", "json")])
}

/// What the smallest mapping of structures has, before its fields.
pub(super) const STRUCTURES: &str =
    "schema = \"collecte.mapping/1\"\ntarget = \"data-inclusion/v1/structures\"\nsource = \"ville\"\n";

/// The same of services.
pub(super) const SERVICES: &str =
    "schema = \"collecte.mapping/1\"\ntarget = \"data-inclusion/v1/services\"\nsource = \"ville\"\n";

/// What a run left, and what is in its files.
pub(super) struct Mapped {
    pub(super) finished: Finished,
    stem: String,
}

/// Maps `input`, a file of this name, by a mapping; ends with `code`.
#[track_caller]
pub(super) fn map(name: &str, input: &str, mapping: &str, flags: &[&str], code: i32) -> Mapped {
    let run = step();
    let input = run.write(name, input.as_bytes());
    let mapping = run.write("m.toml", mapping.as_bytes());
    let finished = run.args([input]).args(["--mapping".into(), mapping]).args(flags.to_vec()).run().expect_code(code);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let kind = if finished.list("").iter().any(|file| file.contains(".services.")) { "services" } else { "structures" };
    Mapped { stem: format!("{stem}.{kind}"), finished }
}

/// Maps structures of a CSV with `,`, by fields alone; `id`, `nom` and `date_maj` are added to both.
#[track_caller]
pub(super) fn structures(columns: &str, rows: &[&str], fields: &str) -> Mapped {
    let rows: Vec<String> =
        rows.iter().enumerate().map(|(nth, row)| format!("{},Mairie,2025-02-14,{row}\n", nth + 1)).collect();
    let input = format!("id,nom,date_maj,{columns}\n{}", rows.concat());
    let mapping = format!("{STRUCTURES}[fields]\nid = \"id\"\nnom = \"nom\"\ndate_maj = \"date_maj\"\n{fields}");
    map("a.csv", &input, &mapping, &[], 0)
}

/// The same of services, which have a structure and a description besides.
#[track_caller]
pub(super) fn services(columns: &str, rows: &[&str], fields: &str) -> Mapped {
    let rows: Vec<String> = rows
        .iter()
        .enumerate()
        .map(|(nth, row)| format!("{},1,Atelier,Un atelier,2025-02-14,{row}\n", nth + 1))
        .collect();
    let input = format!("id,structure_id,nom,description,date_maj,{columns}\n{}", rows.concat());
    let mapping = format!(
        "{SERVICES}[fields]\nid = \"id\"\nstructure_id = \"structure_id\"\nnom = \"nom\"\n\
         description = \"description\"\ndate_maj = \"date_maj\"\n{fields}"
    );
    map("a.csv", &input, &mapping, &[], 0)
}

impl Mapped {
    /// The records that were written.
    #[track_caller]
    pub(super) fn records(&self) -> Vec<Value> {
        serde_json::from_str(&self.finished.read(format!("{}.json", self.stem))).unwrap()
    }

    /// The value of a field in each record that was written; null where it is absent.
    #[track_caller]
    pub(super) fn values(&self, field: &str) -> Vec<Value> {
        self.records().iter().map(|record| record[field].clone()).collect()
    }

    /// The findings.
    #[track_caller]
    pub(super) fn findings(&self) -> Vec<Value> {
        let text = self.finished.path(format!("{}.findings.jsonl", self.stem));
        let text = std::fs::read_to_string(text).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Rule, column, value and what came of it, of each finding, told as `rule column value to`; absent ones as `-`.
    #[track_caller]
    pub(super) fn told(&self) -> Vec<String> {
        let key = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("-").to_owned();
        let line = |finding: &Value| ["rule", "column", "value", "to"].map(|name| key(finding, name)).join(" ");
        self.findings().iter().map(line).collect()
    }

    /// The report for machines.
    #[track_caller]
    pub(super) fn report(&self) -> Value {
        serde_json::from_str(&self.finished.read(format!("{}.report.json", self.stem))).unwrap()
    }

    /// A file beside the output.
    #[track_caller]
    pub(super) fn read(&self, extension: &str) -> String {
        self.finished.read(format!("{}.{extension}", self.stem))
    }
}
