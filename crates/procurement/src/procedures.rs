//! The names of procedures: which value of the format each stands for, as a person of the field may say otherwise.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

use anyhow::Result;
use foldhash::fast::FixedState;
use step::{ExitCode, Failure};

use crate::cells::{AllTold, Read, Told, closed};
use crate::lists;
use crate::version::Version;

/// The table that is built in; its source is told in `data/README.md`.
pub(crate) const BUILT_IN: &str = include_str!("../data/procedures.tsv");

const HEADER: [&str; 5] = ["observed", "value_1_0_to_1_4", "value_1_5_and_2_0", "sureness", "note"];

/// A table of names is read by people.
const LARGEST_BYTES: u64 = 4 << 20;

/// The names of one version of the format.
#[derive(Debug)]
pub(crate) struct Procedures {
    allowed: &'static [&'static str],
    by_key: HashMap<String, Row, FixedState>,
    /// What was found out about a name; the same few come again and again.
    seen: HashMap<Box<str>, (Option<&'static str>, AllTold), FixedState>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    value: Option<&'static str>,
    is_ambiguous: bool,
}

/// Different names that are remembered.
const MOST_SEEN: usize = 4_096;

impl Procedures {
    /// The table that is built in.
    pub(crate) fn built_in(version: Version) -> Self {
        Self::parse(BUILT_IN, version).expect("the table that is built in is sound")
    }

    /// A table of the user's.
    ///
    /// # Errors
    /// 66 when it cannot be read; 2 when it is no such table, with value and line.
    pub(crate) fn read(file: &Path, version: Version) -> Result<Self> {
        let mut text = String::new();
        let bytes = std::fs::File::open(file).and_then(|open| open.take(LARGEST_BYTES + 1).read_to_string(&mut text));
        match bytes {
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                return Err(refuse(file, "it is not UTF-8"));
            }
            Err(error) => {
                let message = format!("could not read the table of procedures `{}`", file.display());
                return Err(Failure::new(ExitCode::NoInput, message)
                    .hint("check its path and permissions")
                    .because(error)
                    .into());
            }
            Ok(bytes) if bytes as u64 > LARGEST_BYTES => {
                return Err(refuse(file, &format!("it has more than {LARGEST_BYTES} bytes")));
            }
            Ok(_) => {}
        }
        Self::parse(text.strip_prefix('\u{feff}').unwrap_or(&text), version).map_err(|why| refuse(file, &why))
    }

    fn parse(text: &str, version: Version) -> Result<Self, String> {
        let mut lines = text.lines().enumerate().map(|(nth, line)| (nth + 1, line));
        let header: Vec<&str> =
            lines.next().map(|(_, line)| line.split('\t').map(str::trim).collect()).unwrap_or_default();
        if header != HEADER {
            return Err(format!("line 1: the columns are not {}, with tabs between them", HEADER.join(", ")));
        }
        let (old, new) = (lists::procedures(Version::V1_4_0), lists::procedures(Version::V1_5_0));
        let allowed = lists::procedures(version);
        let mut by_key = HashMap::default();
        for (nth, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let mut cells = line.split('\t').map(str::trim);
            let mut next = || cells.next().unwrap_or_default();
            let (observed, of_old, of_new, sureness) = (next(), next(), next(), next());
            let of_old = value(of_old, old).ok_or_else(|| not_allowed(nth, of_old, "1.0 to 1.4"))?;
            let of_new = value(of_new, new).ok_or_else(|| not_allowed(nth, of_new, "1.5 and 2.0"))?;
            let is_ambiguous = match sureness {
                "sure" | "official" | "none" => false,
                "ambiguous" => true,
                other => return Err(format!("line {nth}: `{other}` is no sureness: sure, ambiguous, none, official")),
            };
            if observed.is_empty() {
                return Err(format!("line {nth}: no name is observed"));
            }
            let found = if version >= Version::V1_5_0 { of_new } else { of_old };
            let found = found.filter(|_| sureness != "none");
            by_key.entry(key(observed)).or_insert(Row { value: found, is_ambiguous });
        }
        Ok(Self { allowed, by_key, seen: HashMap::default() })
    }

    /// Reads the name of a procedure.
    pub(crate) fn read_cell<'a>(&mut self, cell: &'a str) -> Read<'a> {
        let text = crate::cells::trim(cell);
        if text.is_empty() {
            return Read::default();
        }
        let (value, told) = match self.seen.get(text) {
            Some(seen) => *seen,
            None => self.learn(text),
        };
        match value {
            Some(value) => Read::made(value, told),
            None => Read { value: None, told },
        }
    }

    fn learn(&mut self, text: &str) -> (Option<&'static str>, AllTold) {
        let found = self.find(text);
        if self.seen.len() >= MOST_SEEN {
            self.seen.clear();
        }
        self.seen.insert(text.into(), found);
        found
    }

    fn find(&self, text: &str) -> (Option<&'static str>, AllTold) {
        let exact = self.allowed.iter().find(|value| **value == text).copied();
        let wanted = key(text);
        let Some(row) = self.by_key.get(&wanted) else {
            if exact.is_some() {
                return (exact, AllTold::default());
            }
            let spelling = self.allowed.iter().find(|value| key(value) == wanted).copied();
            let told = if spelling.is_some() { Told::EnumTypographic } else { Told::ProcedureUnmapped };
            return (spelling, AllTold::of(told));
        };
        let Some(value) = row.value else { return (None, AllTold::of(Told::ProcedureUnmapped)) };
        let told = match () {
            () if value == text => AllTold::default(),
            () if key(value) == wanted => AllTold::of(Told::EnumTypographic),
            () if row.is_ambiguous => AllTold::of(Told::ProcedureAmbiguous),
            () => AllTold::of(Told::ProcedureMapped),
        };
        (Some(value), told)
    }
}

/// A cell of the table: blank, or a value that the format allows.
fn value(cell: &str, allowed: &'static [&'static str]) -> Option<Option<&'static str>> {
    if cell.is_empty() {
        return Some(None);
    }
    allowed.iter().find(|value| **value == cell).map(|value| Some(*value))
}

fn not_allowed(line: usize, cell: &str, versions: &str) -> String {
    format!("line {line}: `{cell}` is no procedure of {versions}")
}

fn key(name: &str) -> String {
    let key = closed::key(name);
    key.strip_suffix('.').map(|name| name.trim_end().to_owned()).unwrap_or(key)
}

fn refuse(file: &Path, why: &str) -> anyhow::Error {
    let message = format!("could not read the table of procedures `{}`: {why}", file.display());
    Failure::new(ExitCode::Usage, message).hint("`--export-procedures` writes the table that is built in").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(version: Version, name: &str) -> (Option<String>, Vec<&'static str>) {
        let read = Procedures::built_in(version).read_cell(name);
        (read.value.map(|value| value.into_owned()), read.told.iter().map(Told::rule).collect())
    }

    #[trial::test_with_data]
    fn every_case_is_read_as_expected() {
        let text = std::fs::read_to_string(trial::data("procurement/cases/procedures.jsonl")).unwrap();
        let mut count = 0;
        for line in text.lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            for (version, value, rules) in
                [(Version::V1_4_0, "v1_0_to_1_4", "rules_1_4"), (Version::V1_5_0, "v1_5_and_2_0", "rules_1_5")]
            {
                let (found, told) = shown(version, case["input"].as_str().unwrap());
                assert_eq!(found.as_deref(), case[value].as_str(), "{line}");
                assert_eq!(serde_json::json!(told), case[rules], "{line}");
            }
            count += 1;
        }
        assert_eq!(count, 17);
    }

    #[test]
    fn a_name_is_looked_up_the_same_way_each_time() {
        let mut procedures = Procedures::built_in(Version::V1_5_0);
        for _ in 0..2 {
            assert_eq!(procedures.read_cell(" UGAP ").told, AllTold::of(Told::ProcedureUnmapped));
            assert_eq!(procedures.read_cell("Procédure adaptée"), Read::plain("Procédure adaptée"));
        }
    }

    #[test]
    fn a_table_of_another_shape_is_refused_with_its_line() {
        let head = HEADER.join("\t");
        for (table, why) in [
            ("a\tb".to_owned(), "line 1"),
            (format!("{head}\nX\tY\t\tsure\t"), "line 2: `Y` is no procedure of 1.0 to 1.4"),
            (format!("{head}\n\nX\t\tProcédure adaptée\tmaybe\t"), "line 3: `maybe`"),
            (format!("{head}\n\t\t\tnone\t"), "line 2: no name"),
        ] {
            let error = Procedures::parse(&table, Version::V1_5_0).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn the_table_of_a_person_of_the_field_counts() {
        let table = format!("{}\nGré à gré\t\tProcédure adaptée\tsure\t\nMAPA\t\t\tnone\t", HEADER.join("\t"));
        let mut procedures = Procedures::parse(&table, Version::V1_5_0).unwrap();
        assert_eq!(procedures.read_cell("gre a gre.").value.as_deref(), Some("Procédure adaptée"));
        assert_eq!(procedures.read_cell("mapa").value, None);
        assert_eq!(procedures.read_cell("Concours").told, AllTold::of(Told::ProcedureUnmapped));
        assert_eq!(procedures.read_cell("Dialogue compétitif"), Read::plain("Dialogue compétitif"));
    }
}
