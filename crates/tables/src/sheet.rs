//! A sheet as a table: which one, where its header is, and its records, those between that the file leaves out too.

use std::collections::HashSet;
use std::ops::ControlFlow;

use anyhow::Result;

use crate::format::Format;
use crate::header::{self, LOOKED_AT};
use crate::names::fold;
use crate::options::Options;
use crate::record::{Cells, Span, View};
use crate::refusal::{misuse, refuse};
use crate::source::Source;
use crate::workbook::{HINT, HeadRow, Limits, Rows, Value, Workbook, write_text};

/// The records of a sheet, blank ones between others too.
#[derive(Debug)]
pub(crate) struct Sheet {
    rows: Rows,
    /// Row of the sheet that the current record is.
    line: u64,
    /// The next row that is not blank was read, and is still to be given.
    is_ahead: bool,
    cells: Cells,
    /// The columns of the header: a shorter record is no news in a sheet.
    width: usize,
    /// Columns of the current record with errors, and which.
    errors: Vec<(usize, String)>,
}

/// A sheet that was chosen.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) sheet: Sheet,
    pub(crate) name: String,
    pub(crate) format: Format,
    /// The record that holds the names, from 0.
    pub(crate) header: usize,
}

impl Sheet {
    /// The sheet that the options name, else the first with a header.
    ///
    /// # Errors
    /// 65 when there is none, 66 when the workbook cannot be read, 2 when an option does not fit.
    pub(crate) fn choose(source: &Source, options: &Options) -> Result<Chosen> {
        let mut workbook = Workbook::open(source.path(), Limits::default())?;
        let names: Vec<String> = workbook.sheets().into_iter().map(str::to_owned).collect();
        let named = options.sheet.as_deref().map(|name| find(&names, name)).transpose()?;
        let known = header::folded(&options.known);
        let mut found: Option<(usize, usize)> = None;
        workbook.heads(LOOKED_AT as u64, &mut |nth, head| {
            if named.is_some_and(|named| named != nth) {
                return ControlFlow::Continue(());
            }
            let (header, is_known) = header_in(head, &known);
            match header {
                Some(header) if is_known || named.is_some() => {
                    found = Some((nth, header));
                    return ControlFlow::Break(());
                }
                Some(header) => drop(found.get_or_insert((nth, header))),
                None => {}
            }
            ControlFlow::Continue(())
        })?;
        let Some((nth, header)) = found else {
            let why = match named {
                Some(named) => format!("its sheet `{}` is empty", names[named].escape_debug()),
                None => "its sheets are empty".to_owned(),
            };
            return Err(refuse(source.path(), why, HINT));
        };
        let header = match options.header {
            Some(0) => return Err(misuse("could not take record 0 as the header", "records count from 1")),
            Some(given) => usize::try_from(given - 1)?,
            None => header,
        };
        let rows = workbook.rows(nth)?;
        let sheet = Self { rows, line: 0, is_ahead: false, cells: Cells::default(), width: 0, errors: Vec::new() };
        Ok(Chosen { sheet, name: names[nth].clone(), format: workbook.format(), header })
    }

    pub(crate) fn set_width(&mut self, columns: usize) {
        self.width = columns;
    }

    /// Goes to the next record; false after the last that is not blank.
    pub(crate) fn advance(&mut self) -> Result<bool> {
        self.cells.clear();
        self.errors.clear();
        if !self.is_ahead && self.rows.next()?.is_none() {
            return Ok(false);
        }
        self.line += 1;
        self.is_ahead = self.rows.row().number() > self.line;
        if !self.is_ahead {
            for (column, value) in self.rows.row().values().enumerate() {
                let begin = self.cells.arena().len();
                write_text(value, self.cells.arena());
                let span = self.cells.since(begin);
                self.cells.set(column, span);
                if let Value::Error(error) = value {
                    self.errors.push((column, error.to_owned()));
                }
            }
        }
        if let Some(last) = self.width.checked_sub(1).filter(|last| self.cells.spans.len() <= *last) {
            self.cells.set(last, Span::BLANK);
        }
        Ok(true)
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    pub(crate) fn view(&self) -> View<'_> {
        self.cells.view("")
    }

    pub(crate) fn errors(&self) -> &[(usize, String)] {
        &self.errors
    }
}

fn find(names: &[String], name: &str) -> Result<usize> {
    let exact = names.iter().position(|other| other == name);
    exact.or_else(|| names.iter().position(|other| fold(other) == fold(name))).ok_or_else(|| {
        let listed: Vec<String> = names.iter().map(|name| format!("`{}`", name.escape_debug())).collect();
        misuse(format!("could not find the sheet `{name}`"), &format!("the workbook has {}", listed.join(", ")))
    })
}

/// The record that holds the names, from 0, and whether they are known ones.
fn header_in(head: &[HeadRow], known: &HashSet<String>) -> (Option<usize>, bool) {
    let mut records = vec![&[][..]; LOOKED_AT];
    for (number, cells) in head {
        records[*number as usize - 1] = cells;
    }
    let header = header::find(records.iter().map(|record| record.iter().map(String::as_str)), known);
    let is_known = header.is_some_and(|nth| header::is_known(records[nth].iter().map(String::as_str), known));
    (header, is_known)
}
