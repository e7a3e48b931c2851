//! From what was resolved to rows on the disk.

use std::collections::HashMap;

use anyhow::{Context, Result};
use columns::{Owned, Value};
use files::Output;
use step::{Progress, Task};

use crate::collect_history::options::Form;
use crate::joins::{Codes, References};
use crate::merge_offers::archive::Rows;
use crate::merge_offers::form::Table;
use crate::merge_offers::gather::{Kind, Source};
use crate::merge_offers::lines::Lines;
use crate::merge_offers::part::{Part, Remark};
use crate::merge_offers::resolve::{Resolved, Shown, day_of};
use crate::merge_offers::row::{self, Keep, Told, place};
use crate::merge_offers::sheet::Gone;
use crate::merge_offers::window::Windows;
use crate::offre::at;

/// All that rows are made of.
pub(crate) struct Maker<'m> {
    pub(crate) sources: &'m [Source],
    pub(crate) resolved: &'m Resolved,
    pub(crate) references: &'m References,
    pub(crate) keep: Keep,
    pub(crate) form: Form,
    pub(crate) progress: &'m Progress,
    pub(crate) task: &'m Task,
    windows: Windows,
    /// Files of the table that are read back, by the number of their source.
    archives: HashMap<u32, Rows>,
}

impl<'m> Maker<'m> {
    pub(crate) fn new(
        sources: &'m [Source],
        resolved: &'m Resolved,
        references: &'m References,
        keep: Keep,
        form: Form,
        progress: &'m Progress,
        task: &'m Task,
    ) -> Self {
        let (windows, archives) = (Windows::default(), HashMap::new());
        Self { sources, resolved, references, keep, form, progress, task, windows, archives }
    }

    /// Files of the table are read from their beginning again.
    pub(crate) fn begin_again(&mut self) {
        self.archives.clear();
    }

    /// Writes rows; `told` says something of the file as a whole, once they are counted.
    ///
    /// # Errors
    /// 66, 75 when a source is not what it was; 74 when the disk refuses.
    pub(crate) fn write(
        &mut self,
        rows: &[Shown],
        output: Output,
        mut part: Part,
        mut remarks: Lines,
        told: impl FnOnce(&Part) -> Vec<(&'static str, String)>,
    ) -> Result<(Output, Part)> {
        let mut table = Table::begin(self.form, output)?;
        for shown in rows {
            self.task.go_on()?;
            self.row(shown, &mut table, &mut part, &mut remarks)?;
            self.progress.add(1);
        }
        part.remarks = remarks.end()?;
        let told = told(&part);
        Ok((table.finish(&told)?, part))
    }

    fn row(&mut self, shown: &Shown, table: &mut Table<Output>, part: &mut Part, lines: &mut Lines) -> Result<()> {
        let source = &self.sources[shown.source as usize];
        let gone = self.resolved.gone(shown);
        if source.kind == Kind::Archive {
            return self.archived(shown, gone, table, part);
        }
        let text = self.windows.element(shown.source, source, shown.place)?;
        let (mut remarks, id) = (Vec::new(), self.resolved.id(shown));
        let remark = |rule: &str, column: &str, path: &str, value: &str| Remark {
            rule: rule.to_owned(),
            file: source.name().to_owned(),
            record: u64::from(shown.place.record),
            column: column.to_owned(),
            path: path.to_owned(),
            id: id.to_owned(),
            value: value.chars().take(200).collect(),
        };
        if source.kind == Kind::Day
            && day_of(shown.created) != day_of(crate::offre::time::of(source.date.at(0, 0, 0, 0)))
        {
            let date = super::form::date_text(i32::try_from(day_of(shown.created)).unwrap_or_default());
            remarks.push(remark("day.other", "dateCreation", "/date_created", &date));
        }
        let mut tell = |rule: &'static str, column: &'static str, path: &'static str, value: &str| {
            remarks.push(remark(rule, column, path, value));
        };
        let references = self.references;
        let written = row::make(text, shown, gone, references, self.keep, &mut tell, |values, told| {
            part.add(values, told, references);
            table.write(values)
        });
        remarks.iter().try_for_each(|remark| lines.add(remark))?;
        written.with_context(|| format!("could not read an offer of `{}` again", source.path.display()))?
    }

    /// A row whose file is gone, from the table itself.
    fn archived(
        &mut self,
        shown: &Shown,
        gone: Option<&Gone>,
        table: &mut Table<Output>,
        part: &mut Part,
    ) -> Result<()> {
        let source = &self.sources[shown.source as usize];
        let rows = match self.archives.entry(shown.source) {
            std::collections::hash_map::Entry::Occupied(there) => there.into_mut(),
            std::collections::hash_map::Entry::Vacant(free) => free.insert(Rows::open(&source.path, self.form)?),
        };
        let kept = rows.row(shown.place.record)?;
        let texts = |column: usize| -> Vec<&str> {
            match &kept[column] {
                Owned::List(texts) => texts.iter().map(String::as_str).collect(),
                _ => Vec::new(),
            }
        };
        let (skills, langues) = (texts(at::SKILLS), texts(at::LANGUES));
        let mut values = [Value::Absent; row::WIDTH];
        for (column, cell) in kept.iter().enumerate() {
            values[column] = cell.value(if column == at::SKILLS { &skills } else { &langues });
        }
        let text = |column: usize| match &kept[column] {
            Owned::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let joined = |column: usize| text(place::JOINS + column);
        let codes = Codes {
            rome: text(at::CODE_ROME),
            naf: joined(crate::joins::at::CODE_NAF),
            commune: text(at::COMMUNE),
            code_postal: joined(crate::joins::at::CODE_POSTAL),
            departement: text(at::DEPARTEMENT),
        };
        let cells = self.references.join(codes);
        for (value, cell) in values[place::JOINS..].iter_mut().zip(&cells) {
            *value = cell.map_or(Value::Absent, Value::Text);
        }
        row::see(&mut values, shown, gone);
        if gone.is_some() {
            row::take_away(&mut values, self.keep);
        }
        part.add(&values, Told { codes, cells: &cells }, self.references);
        table.write(&values)
    }
}
