//! One row of a sheet, used again for the next.

use super::fault::Parsed;
use super::limits::{MOST_COLUMNS, ROW_BYTES};

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Nothing, or a text of no letters.
    Empty,
    /// A text, as it stands there.
    Text(&'a str),
    /// A number that is no date.
    Number(f64),
    /// A number that is shown as a date or a time of day: `2024-02-29`, `2024-02-29T08:30:00`, `08:30:00`.
    Date(&'a str),
    /// A truth value.
    Truth(bool),
    /// An error, such as `#N/A`.
    Error(&'a str),
}

/// A row with at least one cell that is not empty.
#[derive(Debug, Default)]
pub struct Row {
    number: u64,
    cells: Vec<Slot>,
    texts: String,
}

/// A cell whose text lies in the row's texts.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Slot {
    #[default]
    Empty,
    Text(u32, u32),
    Number(f64),
    Date(u32, u32),
    Truth(bool),
    Error(u32, u32),
}

impl Row {
    /// Its number as the user of a spreadsheet sees it, from 1.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// What stands in a column, from 0; beyond the last cell nothing.
    #[must_use]
    pub fn value(&self, column: usize) -> Value<'_> {
        let text = |from: u32, to: u32| &self.texts[from as usize..to as usize];
        match self.cells.get(column).copied().unwrap_or_default() {
            Slot::Empty => Value::Empty,
            Slot::Text(from, to) => Value::Text(text(from, to)),
            Slot::Number(number) => Value::Number(number),
            Slot::Date(from, to) => Value::Date(text(from, to)),
            Slot::Truth(truth) => Value::Truth(truth),
            Slot::Error(from, to) => Value::Error(text(from, to)),
        }
    }

    /// What stands in its columns, up to the last that holds something.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Value<'_>> {
        (0..self.cells.len()).map(|column| self.value(column))
    }

    /// Whether all its cells are empty, or texts of blanks alone.
    pub(crate) fn is_blank(&self) -> bool {
        self.values().all(|value| match value {
            Value::Empty => true,
            Value::Text(text) => text.trim().is_empty(),
            _ => false,
        })
    }

    pub(crate) fn begin(&mut self, number: u64) {
        self.number = number;
        self.cells.clear();
        self.texts.clear();
    }

    pub(crate) fn renumber(&mut self, number: u64) {
        self.number = number;
    }

    /// Puts what there is at its column; nothing takes no room, wherever it is.
    ///
    /// # Errors
    /// When the row gets too long.
    pub(crate) fn put(&mut self, column: usize, value: Value<'_>) -> Parsed<()> {
        let slot = match value {
            Value::Empty | Value::Text("") => return Ok(()),
            Value::Text(text) => self.keep(text, Slot::Text)?,
            Value::Date(text) => self.keep(text, Slot::Date)?,
            Value::Error(text) => self.keep(text, Slot::Error)?,
            Value::Number(number) => Slot::Number(number),
            Value::Truth(truth) => Slot::Truth(truth),
        };
        if column >= MOST_COLUMNS {
            return Err(format!("its row {} has more than {MOST_COLUMNS} columns", self.number).into());
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Slot::Empty);
        }
        self.cells[column] = slot;
        Ok(())
    }

    /// Empties a cell.
    pub(crate) fn clear(&mut self, column: usize) {
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = Slot::Empty;
        }
    }

    fn keep(&mut self, text: &str, slot: fn(u32, u32) -> Slot) -> Parsed<Slot> {
        let from = self.texts.len();
        if from + text.len() > ROW_BYTES {
            return Err(format!("its row {} has more than {ROW_BYTES} bytes of text", self.number).into());
        }
        self.texts.push_str(text);
        // A row's texts are short enough for 32 bits.
        Ok(slot(from as u32, self.texts.len() as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_in_the_last_column_takes_no_room_and_is_refused() {
        let mut row = Row::default();
        row.put(MOST_COLUMNS - 1, Value::Number(1.0)).unwrap();
        row.put(usize::MAX, Value::Text("")).unwrap();
        assert!(row.put(MOST_COLUMNS, Value::Number(1.0)).is_err());
        assert!(row.put(usize::MAX, Value::Truth(true)).is_err());
        assert_eq!(row.values().len(), MOST_COLUMNS);
    }

    #[test]
    fn a_row_of_too_much_text_is_refused() {
        let (mut row, text) = (Row::default(), "a".repeat(ROW_BYTES / 10));
        assert_eq!((0..20).map(|column| row.put(column, Value::Text(&text))).take_while(Result::is_ok).count(), 10);
        row.begin(2);
        row.put(0, Value::Text(&text)).unwrap();
    }

    #[test]
    fn blanks_make_no_row() {
        let mut row = Row::default();
        row.put(3, Value::Text(" \u{a0}")).unwrap();
        assert!(row.is_blank());
        row.put(1, Value::Error("#N/A")).unwrap();
        assert!(!row.is_blank());
        assert_eq!(row.values().collect::<Vec<_>>()[..2], [Value::Empty, Value::Error("#N/A")]);
    }
}
