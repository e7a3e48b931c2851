//! The common way: any format, by the reader that all steps share.

use anyhow::Result;
use report::has_contact;
use step::Progress;
use tables::{Format, Header, Kind as RecordKind, Record, Source};

use crate::lists::{Ignore, List as Opened, Place, is_null, read_list};
use crate::schema::List;
use crate::verdict::Value;

use super::contribution::Contribution;
use super::json_row::{self, Care};
use super::row::{Nature, Row};
use super::scan::Scan;
use super::setup::Setup;
use super::unknown::Unknown;

/// A look at the clock and the signals now and then is enough.
const RECORDS_A_LOOK: u64 = 256;

/// Judges the lists of a file, structures first.
///
/// # Errors
/// 65 when the file breaks a rule, 66 when it cannot be read, 74 when the disk refuses.
pub(super) fn judge<'s>(source: &Source, setup: &'s Setup<'s>, progress: &Progress) -> Result<Contribution<'s>> {
    let mut contribution = Contribution::new(setup, source.found());
    let places = setup.reading.places(source)?;
    let is_one = places.len() == 1;
    for place in places {
        judge_list(place, source, is_one, &mut contribution, progress)?;
    }
    Ok(contribution)
}

fn judge_list(
    place: Place,
    source: &Source,
    is_one: bool,
    contribution: &mut Contribution<'_>,
    progress: &Progress,
) -> Result<()> {
    let Opened { kind, mut table } = place.open(source)?;
    let sheet = if is_one { table.found().sheet.clone() } else { None };
    contribution.found = tables::Found { sheet, ..table.found().clone() };
    let list = contribution.setup().schema.list(kind);
    let is_json = matches!(table.found().format, Format::Json | Format::Ndjson);
    let columns = Columns::of(list, table.header());
    contribution.begin_list(kind, (!is_json).then(|| columns.names(table.header())))?;
    contribution.ledger.findings.add_table(contribution.part(kind), &table)?;
    let mut unknown = Unknown::default();
    if !is_json {
        columns.unknown(table.header(), &mut unknown);
    }
    while let Some(record) = table.next()? {
        if record.number().is_multiple_of(RECORDS_A_LOOK) {
            contribution.setup().task.go_on()?;
            progress.add(RECORDS_A_LOOK);
        }
        contribution.ledger.findings.add_remarks(contribution.part(kind), record.remarks())?;
        if record.kind() == RecordKind::RepeatedHeader {
            contribution.records.read += 1;
            contribution.records.dropped += 1;
            continue;
        }
        let row = match record.json() {
            Some(json) if is_json => row_of_json(json, &record, list, &mut unknown),
            _ => columns.row(&record, list),
        };
        contribution.judge(&row)?;
    }
    contribution.end_list(&unknown)
}

fn row_of_json<'r>(json: &'r str, record: &Record<'r>, list: &List, unknown: &mut Unknown) -> Row<'r> {
    let place = (record.number(), record.line());
    let nature = Nature::Blank;
    let blank = || Row { number: place.0, line: place.1, values: vec![], nature };
    if record.kind() == RecordKind::Blank {
        return blank();
    }
    // A number at the end of a text may go on, to a reader that does not know that the text ends.
    json_row::read(&mut Scan::whole(json), list, unknown, Care::All, place).unwrap_or_else(|_| blank())
}

/// Which column each field stands in.
struct Columns {
    by_field: Vec<Option<usize>>,
    ignore: Ignore,
}

impl Columns {
    fn of(list: &List, header: &Header) -> Self {
        let by_field = list.fields.iter().map(|field| header.column(field.name)).collect();
        Self { by_field, ignore: Ignore::of(header) }
    }

    /// By field, what its column is called.
    fn names(&self, header: &Header) -> Vec<Option<String>> {
        let name = |column: usize| header.names()[column].clone();
        self.by_field.iter().map(|column| column.map(name).filter(|name| !has_contact(name))).collect()
    }

    /// The columns that are of no field.
    fn unknown(&self, header: &Header, unknown: &mut Unknown) {
        for (column, name) in header.names().iter().enumerate() {
            let is_known = self.by_field.contains(&Some(column)) || self.ignore.is_it(column);
            if !is_known && !is_null(name) && !header.repeated().contains(&column) {
                unknown.meet(name.trim(), 0);
            }
        }
    }

    fn row<'r>(&self, record: &Record<'r>, list: &List) -> Row<'r> {
        let nature = match record.kind() {
            RecordKind::Blank => Nature::Blank,
            _ if self.ignore.sets_aside(record) => Nature::Ignored,
            _ if self.is_blank(record) => Nature::Blank,
            _ => Nature::Data { may_lack_source: self.ignore.is_there() },
        };
        let mut row = Row { number: record.number(), line: record.line(), values: vec![], nature };
        if matches!(nature, Nature::Data { .. }) {
            let fields = list.fields.iter().zip(&self.by_field);
            row.values = fields.map(|(field, column)| value(record, (*column)?, field.is_list())).collect();
        }
        row
    }

    /// Whether nothing stands in a record but that it is not to be set aside.
    fn is_blank(&self, record: &Record<'_>) -> bool {
        let mut cells = record.cells().enumerate();
        self.ignore.is_there() && cells.all(|(column, cell)| self.ignore.is_it(column) || is_null(cell))
    }
}

/// What a cell says: nothing, a text, or a list where the field or the file has one.
fn value<'r>(record: &Record<'r>, column: usize, is_list: bool) -> Option<Value<'r>> {
    if is_list || record.list(column).is_some() {
        let mut values = vec![];
        let is_there = read_list(record, column, &mut values);
        return is_there.then(|| Value::List(values.into_iter().map(Value::Text).collect()));
    }
    let cell = record.cell(column);
    (!is_null(cell)).then(|| Value::Text(cell.into()))
}
