//! Conditions on the cells of a record: `{ column = "Role", in = ["Titulaire", ""] }`.

use std::collections::HashSet;

use regex::Regex;
use tables::{Record, fold};

use crate::cache::Cache;
use crate::columns::{Bound, ColumnId, Columns};
use crate::setting::{Fault, Parsed, Table};

const TESTS: [&str; 6] = ["in", "not_in", "contains", "except", "matches", "filled"];

/// A regular expression may not be larger, compiled.
const LARGEST_EXPRESSION_BYTES: usize = 1 << 20;

/// What must hold of one or several columns. Over several, what is asked for may be in any of them, and what is
/// excluded must be in none.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    columns: Vec<ColumnId>,
    is_in: Option<HashSet<String>>,
    not_in: HashSet<String>,
    contains: Option<Vec<String>>,
    except: Vec<String>,
    matches: Option<Regex>,
    filled: Option<bool>,
    seen: Cache<Seen>,
}

/// What one text is to a condition.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    is_in: bool,
    contains: bool,
    matches: bool,
    filled: bool,
    is_excluded: bool,
}

impl Condition {
    /// Reads a condition that names its columns itself.
    pub(crate) fn read(table: &Table, line: usize, columns: &mut Columns) -> Parsed<Self> {
        let named = match (table.get("column"), table.get("columns")) {
            (Some(column), None) => vec![column.text()?.to_owned()],
            (None, Some(columns)) => columns.texts()?,
            _ => return Err(Fault::at(line, "a condition has either `column` or `columns`")),
        };
        let tests = Table { entries: table.entries.iter().filter(|(key, _)| !is_column(&key.name)).cloned().collect() };
        Self::on(&named, &tests, line, columns)
    }

    /// Reads a condition on columns that are named elsewhere.
    pub(crate) fn on(named: &[String], tests: &Table, line: usize, columns: &mut Columns) -> Parsed<Self> {
        tests.allow(&TESTS, "a condition")?;
        if tests.entries.is_empty() || named.is_empty() {
            return Err(Fault::at(line, format!("a condition has columns and one of {}", TESTS.join(", "))));
        }
        let folded = |name: &str| -> Parsed<Option<Vec<String>>> {
            let texts = tests.get(name).map(|list| list.texts()).transpose()?;
            Ok(texts.map(|texts| texts.iter().map(|text| fold(text)).collect()))
        };
        let matches = tests.get("matches").map(|setting| {
            let expression = regex::RegexBuilder::new(setting.text()?).size_limit(LARGEST_EXPRESSION_BYTES).build();
            // Its message draws an arrow over several lines.
            expression.map_err(|error| Fault::at(setting.line, error.to_string().replace('\n', " ")))
        });
        let set = |texts: Vec<String>| texts.into_iter().collect::<HashSet<_>>();
        // A blank term would be in every text.
        let terms = |texts: Vec<String>| texts.into_iter().filter(|term| !term.is_empty()).collect::<Vec<_>>();
        Ok(Self {
            columns: named.iter().map(|name| columns.add(name)).collect(),
            is_in: folded("in")?.map(set),
            not_in: folded("not_in")?.map(set).unwrap_or_default(),
            contains: folded("contains")?.map(terms),
            except: folded("except")?.map(terms).unwrap_or_default(),
            matches: matches.transpose()?,
            filled: tests.get("filled").map(|setting| setting.truth()).transpose()?,
            seen: Cache::default(),
        })
    }

    /// Whether it holds. A column that the file lacks is blank.
    pub(crate) fn holds(&mut self, record: &Record<'_>, bound: &Bound) -> bool {
        let mut all = Seen::default();
        for nth in 0..self.columns.len() {
            let Some(column) = bound.at(self.columns[nth]) else {
                all.add(self.see(""));
                continue;
            };
            match record.list(column) {
                Some(list) => list.for_each(|text| all.add(self.see(text))),
                None => all.add(self.see(record.cell(column))),
            }
        }
        !all.is_excluded
            && (all.is_in || self.is_in.is_none())
            && (all.contains || self.contains.is_none())
            && (all.matches || self.matches.is_none())
            && self.filled.is_none_or(|filled| filled == all.filled)
    }

    fn see(&mut self, text: &str) -> Seen {
        let Self { is_in, not_in, contains, except, matches, seen, .. } = self;
        seen.get(text, |text| {
            let folded = fold(text);
            let has = |terms: &[String]| terms.iter().any(|term| folded.contains(term.as_str()));
            Seen {
                is_in: is_in.as_ref().is_some_and(|set| set.contains(&folded)),
                contains: contains.as_deref().is_some_and(has),
                matches: matches.as_ref().is_some_and(|expression| expression.is_match(text)),
                filled: !folded.is_empty(),
                is_excluded: not_in.contains(&folded) || has(except),
            }
        })
    }
}

fn is_column(key: &str) -> bool {
    matches!(key, "column" | "columns")
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.is_in |= other.is_in;
        self.contains |= other.contains;
        self.matches |= other.matches;
        self.filled |= other.filled;
        self.is_excluded |= other.is_excluded;
    }
}
