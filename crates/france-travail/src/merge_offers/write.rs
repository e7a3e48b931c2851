//! From what was resolved to rows on the disk.

use std::collections::HashMap;

use anyhow::{Context, Result};
use columns::{Owned, Value};
use files::Output;
use step::{Progress, Task};

use crate::collect_history::options::Form;
use crate::joins::Codes;
use crate::merge_offers::archive::Rows;
use crate::merge_offers::draft::{Draft, Drafts, LARGE_DAY, left_open};
use crate::merge_offers::form::Table;
use crate::merge_offers::lines::Lines;
use crate::merge_offers::making::{Making, Offer};
use crate::merge_offers::part::Part;
use crate::merge_offers::resolve::{Resolved, Shown, day_of};
use crate::merge_offers::row::{self, Told, place};
use crate::merge_offers::sheet::Gone;
use crate::merge_offers::source::{Kind, Source};
use crate::merge_offers::window::Windows;
use crate::offre::at;

/// All that rows are made of.
pub(crate) struct Maker<'m> {
    pub(crate) sources: &'m [Source],
    pub(crate) resolved: &'m Resolved,
    pub(crate) making: Making<'m>,
    pub(crate) form: Form,
    pub(crate) progress: &'m Progress,
    pub(crate) task: &'m Task,
    windows: Windows,
    /// Files of the table that are read back, by the number of their source.
    archives: HashMap<u32, Rows>,
    drafts: Drafts<'m>,
}

impl<'m> Maker<'m> {
    pub(crate) fn new(
        sources: &'m [Source],
        resolved: &'m Resolved,
        drafts: Drafts<'m>,
        form: Form,
        progress: &'m Progress,
        task: &'m Task,
    ) -> Self {
        let (making, windows, archives) = (drafts.making, Windows::default(), HashMap::new());
        Self { sources, resolved, making, form, progress, task, windows, archives, drafts }
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
        for day in rows.chunk_by(|a, b| day_of(a.created) == day_of(b.created)) {
            // Its groups of rows are the same whatever stands before and behind it, and whether they were drafted or not.
            let is_apart = day.len() == rows.len() || day.len() as u64 >= LARGE_DAY;
            if is_apart {
                table.end_group()?;
            }
            match self.drafts.take(day, self.sources).filter(|_| is_apart) {
                Some(draft) => self.take_over(draft, day, &mut table, &mut part, &mut remarks)?,
                None => self.rows(day, &mut table, &mut part, &mut remarks)?,
            }
            if is_apart {
                table.end_group()?;
            }
        }
        part.remarks = remarks.end()?;
        let told = told(&part);
        Ok((table.finish(&told)?, part))
    }

    fn rows(&mut self, rows: &[Shown], table: &mut Table<Output>, part: &mut Part, lines: &mut Lines) -> Result<()> {
        for shown in rows {
            self.task.go_on()?;
            self.row(shown, table, part, lines)?;
            self.progress.add(1);
        }
        Ok(())
    }

    /// Writes the rows of a day that were made when it was read.
    fn take_over(
        &mut self,
        draft: Draft,
        rows: &[Shown],
        table: &mut Table<Output>,
        part: &mut Part,
        lines: &mut Lines,
    ) -> Result<()> {
        self.task.go_on()?;
        part.merge(&draft.part);
        rows.iter().for_each(|shown| part.know(shown.last));
        draft.remarks.read(|remark| lines.add(&remark))?;
        table.append(draft.rows, draft.spool.read()?, |row| left_open(&rows[row]))?;
        self.progress.add(rows.len() as u64);
        Ok(())
    }

    fn row(&mut self, shown: &Shown, table: &mut Table<Output>, part: &mut Part, lines: &mut Lines) -> Result<()> {
        let source = &self.sources[shown.source as usize];
        let gone = self.resolved.gone(shown);
        if source.kind == Kind::Archive {
            return self.archived(shown, gone, table, part);
        }
        let text = self.windows.element(shown.source, source, shown.place)?;
        let (mut remarks, id) = (Vec::new(), self.resolved.id(shown));
        let day = (source.kind == Kind::Day).then_some(source.date);
        let offer = Offer { text, item: None, id, file: source.name(), day };
        let written = self.making.row(offer, (shown, gone), part, &mut remarks, |values| table.write(values));
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
        let cells = self.making.references.join(codes);
        for (value, cell) in values[place::JOINS..].iter_mut().zip(&cells) {
            *value = cell.map_or(Value::Absent, Value::Text);
        }
        row::see(&mut values, shown, gone);
        if gone.is_some() {
            row::take_away(&mut values, self.making.keep);
        }
        part.add(&values, Told { codes, cells: &cells }, self.making.references);
        table.write(&values)
    }
}
