//! A contribution as its lists: structures, services, or both in one file.

mod cell;
mod ignore;

use anyhow::Result;
use tables::{Format, Options, Record, Source, Table, fold};

use crate::schema::Kind;

pub(crate) use cell::{hand_on, is_null, read_list, read_python_list};
pub(crate) use ignore::{IGNORED, Ignore, ignored, says_yes};

/// The column by which a list without a name is one of services.
const COLUMN_OF_SERVICES: &str = "structure_id";

/// How a file is to be read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    /// What a file of one list holds, where the user says it.
    pub(crate) kind: Option<Kind>,
    pub(crate) options: Options,
}

/// Where a list is, before it is opened.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Known where the file names it or the user says it; else its columns tell.
    pub(crate) kind: Option<Kind>,
    pub(crate) options: Options,
}

/// A list before its first record. Its records count from 1.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) kind: Kind,
    pub(crate) table: Table,
}

impl Reading {
    /// The lists of a file, structures first.
    ///
    /// # Errors
    /// 65 when the file breaks a rule, 66 when it cannot be read.
    pub(crate) fn places(&self, source: &Source) -> Result<Vec<Place>> {
        let is_named = match source.format().is_text() {
            true => self.options.records.is_some(),
            false => self.options.sheet.is_some(),
        };
        let found = if is_named { vec![] } else { named(source, &self.options)? };
        Ok(match &found[..] {
            [] => vec![Place { kind: self.kind, options: self.options.clone() }],
            [(_, options)] => vec![Place { kind: self.kind, options: options.clone() }],
            // What the file itself calls its lists is not for a flag to say.
            several => {
                several.iter().map(|(kind, options)| Place { kind: Some(*kind), options: options.clone() }).collect()
            }
        })
    }

    /// The lists of a file, opened.
    ///
    /// # Errors
    /// 65 when the file breaks a rule, 66 when it cannot be read, 2 when an option does not fit.
    pub(crate) fn open(&self, source: &Source) -> Result<Vec<List>> {
        self.places(source)?.into_iter().map(|place| place.open(source)).collect()
    }
}

impl Place {
    /// Opens the list; what kind it is, is known then.
    ///
    /// # Errors
    /// 65 when the file breaks a rule, 66 when it cannot be read, 2 when an option does not fit.
    pub(crate) fn open(self, source: &Source) -> Result<List> {
        let table = Table::open(source, &self.options)?;
        let kind = self.kind.unwrap_or_else(|| kind_of(table.list_names(), table.header().names()));
        Ok(List { kind, table })
    }
}

/// Sees every record that says something and is not set aside.
///
/// # Errors
/// 65 when the file breaks a rule, or what `see` says.
pub(crate) fn for_each(table: &mut Table, mut see: impl FnMut(&Record<'_>) -> Result<()>) -> Result<()> {
    let ignore = Ignore::of(table.header());
    while let Some(record) = table.next()? {
        if record.kind() == tables::Kind::Data && !ignore.sets_aside(&record) {
            see(&record)?;
        }
    }
    Ok(())
}

/// What a list holds, by what it is called and by its columns.
pub(crate) fn kind_of(list_names: &[String], columns: &[String]) -> Kind {
    let by_name = list_names.iter().find_map(|name| kind_named(name));
    let has_services = || columns.iter().any(|column| fold(column) == COLUMN_OF_SERVICES);
    by_name.unwrap_or_else(|| if has_services() { Kind::Services } else { Kind::Structures })
}

/// The kind of a name, be it of the whole or of one record.
fn kind_named(name: &str) -> Option<Kind> {
    let name = fold(name);
    Kind::ALL
        .into_iter()
        .find(|kind| kind.name().strip_prefix(name.as_str()).is_some_and(|rest| matches!(rest, "" | "s")))
}

/// The lists that a file calls structures and services, in this order; of two of one name the first.
fn named(source: &Source, options: &Options) -> Result<Vec<(Kind, Options)>> {
    let lists = match source.format() {
        Format::Json if begins_with_object(source)? => of_tables(source, options)?,
        Format::Xml => of_tables(source, options)?,
        Format::Xlsx | Format::Xls | Format::Ods => of_workbook(source, options)?,
        _ => vec![],
    };
    let find = |kind: Kind| lists.iter().find(|(name, _)| fold(name) == kind.name());
    let found = Kind::ALL.into_iter().filter_map(|kind| find(kind).map(|(_, options)| (kind, options.clone())));
    Ok(found.collect())
}

fn of_tables(source: &Source, options: &Options) -> Result<Vec<(String, Options)>> {
    let lists = tables::lists(source)?;
    Ok(lists.into_iter().map(|list| (list.name.clone(), list.options(options))).collect())
}

/// An array has no names in it, and needs no looking through.
fn begins_with_object(source: &Source) -> Result<bool> {
    let mut text = source.text()?;
    while text.rest().trim_start().is_empty() && text.more()? {
        let blank = text.rest().len() - text.rest().trim_start().len();
        text.consume(blank);
    }
    Ok(text.rest().trim_start().starts_with('{'))
}

/// The sheets that have anything in them.
#[cfg(feature = "workbooks")]
fn of_workbook(source: &Source, options: &Options) -> Result<Vec<(String, Options)>> {
    use tables::workbook::{Limits, Workbook};

    let mut workbook = Workbook::open(source.path(), Limits::default())?;
    let names: Vec<String> = workbook.sheets().into_iter().map(str::to_owned).collect();
    let mut lists = vec![];
    for (nth, name) in names.into_iter().enumerate() {
        let is_list = Kind::ALL.into_iter().any(|kind| fold(&name) == kind.name());
        if is_list && workbook.rows(nth)?.next()?.is_some() {
            lists.push((name.clone(), Options { sheet: Some(name), ..options.clone() }));
        }
    }
    Ok(lists)
}

#[cfg(not(feature = "workbooks"))]
fn of_workbook(_: &Source, _: &Options) -> Result<Vec<(String, Options)>> {
    Ok(vec![])
}

#[cfg(test)]
mod tests;
