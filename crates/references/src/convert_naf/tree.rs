//! The nomenclature as a whole: codes, labels, and what belongs to what.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::Result;
use step::{ExitCode, Failure};

use super::level::Level;

/// The codes of one level and their labels, in the workbook's order.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) rows: Vec<(String, String)>,
    by_code: HashMap<String, usize>,
}

/// A sub-class and the codes above it, from the bottom: NIV5 to NIV1.
pub(super) type Row = [String; 5];

/// All of it; every row joins at all levels.
#[derive(Debug)]
pub(super) struct Tree {
    /// By level, sections first.
    lists: [List; 5],
    pub(super) rows: Vec<Row>,
}

impl List {
    /// # Errors
    /// 65 when the code is there already.
    pub(super) fn add(&mut self, level: Level, code: String, label: String, path: &Path) -> Result<()> {
        if self.by_code.insert(code.clone(), self.rows.len()).is_some() {
            return Err(bad(format!("{} `{code}` is twice in `{}`", level.name(), path.display())));
        }
        self.rows.push((code, label));
        Ok(())
    }
}

impl Tree {
    /// # Errors
    /// 65, naming the code that does not join.
    pub(super) fn join(lists: [List; 5], rows: Vec<Row>) -> Result<Self> {
        let tree = Self { lists, rows };
        let (mut seen, mut sections) = (HashSet::new(), HashMap::new());
        for row in &tree.rows {
            let [sous_classe, .., division, section] = row;
            if !seen.insert(sous_classe) {
                return Err(bad(format!("sous-classe `{sous_classe}` is in two rows of five levels")));
            }
            for (level, code) in Level::ALL.into_iter().rev().zip(row) {
                if level != Level::Section && level.above(sous_classe) != code {
                    let why = format!("sous-classe `{sous_classe}` is said to belong to {} `{code}`", level.name());
                    return Err(bad(why));
                }
                if tree.label(level, code).is_none() {
                    return Err(bad(format!(
                        "{} `{code}`, of sous-classe `{sous_classe}`, has no label",
                        level.name()
                    )));
                }
            }
            let other = sections.insert(division, section).filter(|other| *other != section);
            if let Some(other) = other {
                return Err(bad(format!("division `{division}` is in the sections `{other}` and `{section}`")));
            }
        }
        tree.ensure_all_used()?;
        Ok(tree)
    }

    /// The label of a code.
    pub(super) fn label(&self, level: Level, code: &str) -> Option<&str> {
        let list = self.list(level);
        list.by_code.get(code).map(|at| list.rows[*at].1.as_str())
    }

    pub(super) fn list(&self, level: Level) -> &List {
        &self.lists[level.number() - 1]
    }

    /// A whole branch that is missing everywhere joins well: only the number of codes tells.
    pub(super) fn ensure_counts(&self, counts: [usize; 5]) -> Result<()> {
        for (level, expected) in Level::ALL.into_iter().zip(counts) {
            let list = &self.list(level).rows;
            if list.len() != expected {
                let last = list.last().map(|(code, _)| code.as_str()).unwrap_or_default();
                let name = level.name();
                return Err(bad(format!(
                    "there are {} codes of level {name}, not {expected}; the last is `{last}`",
                    list.len()
                )));
            }
        }
        Ok(())
    }

    fn ensure_all_used(&self) -> Result<()> {
        let used: HashSet<&String> = self.rows.iter().flatten().collect();
        for level in Level::ALL {
            let unused = self.list(level).rows.iter().find(|(code, _)| !used.contains(code));
            if let Some((code, _)) = unused {
                return Err(bad(format!("{} `{code}` has no sous-classe", level.name())));
            }
        }
        Ok(())
    }
}

/// A code that breaks the nomenclature.
pub(super) fn bad(why: String) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not join the NAF: {why}"))
        .hint("take the workbooks as INSEE publishes them: `download naf`")
        .into()
}
