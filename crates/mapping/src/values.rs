//! Tables of values: what a source value becomes. `[values.publics]`.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::Result;
use tables::{Kind, Options, Source, Table as Records, fold};

use crate::fixed::{Fixed, FixedId};
use crate::setting::{Fault, Parsed, Place, Setting, Table, Value};
use crate::target::Choices;

const SOURCE: &str = "source";
const TARGET: &str = "target";

/// A table of values, compared as names are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values {
    pub(crate) name: String,
    exact: HashMap<String, usize>,
    /// Source values as they are compared, where a value need only contain one.
    terms: Vec<(String, usize)>,
    except: Vec<String>,
    rows: Vec<Row>,
    /// The file beside the mapping that holds rows of it.
    pub(crate) file: Option<PathBuf>,
}

/// What one source value becomes; nothing where it is dropped on purpose.
#[derive(Debug, Clone)]
struct Row {
    targets: Vec<FixedId>,
    /// Where it stands, for messages.
    place: Stands,
}

#[derive(Debug, Clone)]
enum Stands {
    Line(usize),
    File(String),
}

/// What a table makes of a text.
pub(crate) enum Found {
    Targets(Vec<FixedId>),
    Nothing,
}

impl Values {
    pub(crate) fn read(name: &str, setting: &Setting, place: &Place, fixed: &mut Fixed) -> Result<Self> {
        let mut values = Self { name: name.to_owned(), ..Self::default() };
        let (mut file, mut contains) = (None, false);
        let of = |fault: Fault| fault.of(&place.file);
        for (key, setting) in &setting.table().map_err(of)?.entries {
            match key.name.as_str() {
                "file" => file = Some(setting.text().map_err(of)?),
                "contains" => contains = setting.truth().map_err(of)?,
                "except" => values.except = setting.texts().map_err(of)?.iter().map(|term| fold(term)).collect(),
                "rows" => values.add_rows(setting.table().map_err(of)?, fixed).map_err(of)?,
                _ => values.add_row(&key.name, setting, fixed).map_err(of)?,
            }
        }
        if let Some(file) = file {
            values.add_file(file, place, fixed)?;
            values.file = Some(place.beside(file));
        }
        values.except.retain(|term| !term.is_empty());
        if contains {
            let mut terms: Vec<(String, usize)> = values.exact.iter().map(|(term, row)| (term.clone(), *row)).collect();
            terms.retain(|(term, _)| !term.is_empty());
            terms.sort_by_key(|(_, row)| *row);
            values.terms = terms;
        }
        Ok(values)
    }

    fn add_rows(&mut self, rows: &Table, fixed: &mut Fixed) -> Parsed<()> {
        rows.entries.iter().try_for_each(|(key, setting)| self.add_row(&key.name, setting, fixed))
    }

    fn add_row(&mut self, source: &str, setting: &Setting, fixed: &mut Fixed) -> Parsed<()> {
        let targets = match &setting.value {
            Value::Text(_) | Value::List(_) => setting.text_or_texts()?,
            Value::Truth(false) => Vec::new(),
            _ => return Err(setting.odd("a value, a list of values, or false")),
        };
        let targets = targets.iter().map(|target| fixed.add(target)).collect();
        match self.exact.insert(fold(source), self.rows.len()) {
            None => self.rows.push(Row { targets, place: Stands::Line(setting.line) }),
            Some(_) => return Err(Fault::at(setting.line, format!("the value `{source}` has a row already"))),
        }
        Ok(())
    }

    /// Rows of a file; of a source value that stands there more than once, all targets count.
    fn add_file(&mut self, name: &str, place: &Place, fixed: &mut Fixed) -> Result<()> {
        let source = Source::open(&place.beside(name), None)?;
        let known = [SOURCE, TARGET].map(str::to_owned).to_vec();
        let mut records = Records::open(&source, &Options { known, ..Options::default() })?;
        let column = |name: &str| records.header().column(name);
        let Some((from, to)) = column(SOURCE).zip(column(TARGET)) else {
            let why = format!("`{name}` is no table of values: it has no columns `{SOURCE}` and `{TARGET}`");
            return Err(Fault { line: None, why }.of(&place.file));
        };
        let mut of_file: HashMap<String, usize> = HashMap::new();
        while let Some(record) = records.next()? {
            if record.kind() != Kind::Data {
                continue;
            }
            let (folded, target) = (fold(record.cell(from)), record.cell(to).trim());
            // What the mapping says itself counts more.
            if self.exact.contains_key(&folded) && !of_file.contains_key(&folded) {
                continue;
            }
            let row = *of_file.entry(folded.clone()).or_insert_with(|| {
                let place = Stands::File(format!("`{name}`, line {}", record.line()));
                self.rows.push(Row { targets: Vec::new(), place });
                self.rows.len() - 1
            });
            self.exact.insert(folded, row);
            if !target.is_empty() {
                self.rows[row].targets.push(fixed.add(target));
            }
        }
        Ok(())
    }

    /// What becomes of a text; none where no row says it.
    pub(crate) fn find(&self, text: &str) -> Option<Found> {
        let folded = fold(text);
        if let Some(row) = self.exact.get(&folded) {
            return Some(self.found(std::iter::once(*row)));
        }
        if self.except.iter().any(|term| folded.contains(term.as_str())) {
            return None;
        }
        let mut rows =
            self.terms.iter().filter(|(term, _)| folded.contains(term.as_str())).map(|(_, row)| *row).peekable();
        rows.peek()?;
        Some(self.found(rows))
    }

    fn found(&self, rows: impl Iterator<Item = usize>) -> Found {
        let mut targets: Vec<FixedId> = Vec::new();
        for target in rows.flat_map(|row| &self.rows[row].targets) {
            if !targets.contains(target) {
                targets.push(*target);
            }
        }
        if targets.is_empty() { Found::Nothing } else { Found::Targets(targets) }
    }

    /// # Errors
    /// When a row leads to a value that the closed list lacks.
    pub(crate) fn check(&self, choices: &Choices, field: &str, fixed: &Fixed) -> Parsed<()> {
        for row in &self.rows {
            let Some(odd) = row.targets.iter().map(|target| fixed.get(*target)).find(|target| !choices.has(target))
            else {
                continue;
            };
            let (line, where_) = match &row.place {
                Stands::Line(line) => (Some(*line), String::new()),
                Stands::File(place) => (None, format!("{place}: ")),
            };
            return Err(Fault { line, why: format!("{where_}{}", not_allowed(odd, choices, field)) });
        }
        Ok(())
    }
}

/// That a closed list has no such value, and which is near.
pub(crate) fn not_allowed(value: &str, choices: &Choices, field: &str) -> String {
    let near =
        choices.find(value).or_else(|| choices.nearest(value).filter(|(_, like)| *like >= 0.7).map(|(near, _)| near));
    let near = near.map(|near| format!(": perhaps `{near}`")).unwrap_or_default();
    format!("`{value}` is no value of `{field}`{near}")
}
