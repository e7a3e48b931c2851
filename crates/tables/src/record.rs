//! One record, borrowed from the reader.

use std::ops::Range;

use crate::remark::Remark;

/// What a record is to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It says something.
    Data,
    /// No cell holds more than blanks: counted, and passed over.
    Blank,
    /// The header once more: dropped, and told.
    RepeatedHeader,
}

/// One record as it stands in the file, until the next is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    pub(crate) number: u64,
    pub(crate) line: u64,
    pub(crate) kind: Kind,
    pub(crate) columns: usize,
    pub(crate) cells: View<'a>,
    pub(crate) remarks: &'a [Remark],
}

impl<'a> Record<'a> {
    /// 1 for the first after the header; blank records count.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The physical line, or the sheet's row, on which it begins, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// What it is to a step.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The cell of a column, as it stands there; blank where the record is too short. Of a list, its values joined by `,`.
    #[inline]
    pub fn cell(&self, column: usize) -> &'a str {
        self.cells.cell(column)
    }

    /// The values of a cell that is a list in the input (JSON, XML); none of any other cell.
    #[inline]
    pub fn list(&self, column: usize) -> Option<Items<'a>> {
        self.cells.list(column)
    }

    /// All cells: one a column of the header, then those beyond it.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        let cells = self.cells;
        (0..self.columns.max(cells.len())).map(move |column| cells.cell(column))
    }

    /// The JSON text of the record, where the input is JSON.
    pub fn json(&self) -> Option<&'a str> {
        self.cells.json
    }

    /// What the reader has to tell of it.
    pub fn remarks(&self) -> &'a [Remark] {
        self.remarks
    }
}

/// Marks a span that lies in the arena rather than in the window.
const IN_ARENA: u32 = 1 << 31;

/// Where the text of a cell lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(crate) const BLANK: Self = Self { start: 0, end: 0 };

    /// In the window of the text. A window holds one record, so both fit.
    #[inline]
    pub(crate) fn in_window(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    #[inline]
    fn is_in_arena(self) -> bool {
        self.start & IN_ARENA != 0
    }

    #[inline]
    fn range(self) -> Range<usize> {
        (self.start & !IN_ARENA) as usize..self.end as usize
    }
}

/// The cells of one record, and what of them does not stand in the input as it is read. Used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub(crate) spans: Vec<Span>,
    arena: String,
    lists: Vec<List>,
    items: Vec<Span>,
}

/// The values of one cell.
#[derive(Debug, Clone, Copy)]
struct List {
    column: u32,
    from: u32,
    to: u32,
}

impl Cells {
    pub(crate) fn clear(&mut self) {
        self.spans.clear();
        self.arena.clear();
        self.lists.clear();
        self.items.clear();
    }

    /// Appends a cell that stands in the window.
    #[inline]
    pub(crate) fn push_window(&mut self, start: usize, end: usize) {
        self.spans.push(Span::in_window(start, end));
    }

    /// Makes the cell of `column` this text, whatever was there.
    pub(crate) fn set(&mut self, column: usize, span: Span) {
        if self.spans.len() <= column {
            self.spans.resize(column + 1, Span::BLANK);
        }
        self.spans[column] = span;
    }

    /// Makes the cell of `column` a list; spans that are not of the arena are of `window`.
    pub(crate) fn set_list(&mut self, column: usize, items: impl IntoIterator<Item = Span>, window: &str) {
        let from = self.items.len() as u32;
        let start = self.arena.len();
        for (nth, item) in items.into_iter().enumerate() {
            if nth > 0 {
                self.arena.push(',');
            }
            match item.is_in_arena() {
                true => self.arena.extend_from_within(item.range()),
                false => self.arena.push_str(&window[item.range()]),
            }
            self.items.push(item);
        }
        let joined = self.since(start);
        self.set(column, joined);
        self.lists.push(List { column: column as u32, from, to: self.items.len() as u32 });
    }

    /// Keeps a text that is no cell yet.
    pub(crate) fn keep(&mut self, text: &str) -> Span {
        let start = self.arena.len();
        self.arena.push_str(text);
        self.since(start)
    }

    /// Where a text of its own is put together; [`Cells::since`] closes it.
    pub(crate) fn arena(&mut self) -> &mut String {
        &mut self.arena
    }

    /// All that was put into the arena since it was `start` long.
    pub(crate) fn since(&self, start: usize) -> Span {
        Span { start: start as u32 | IN_ARENA, end: self.arena.len() as u32 }
    }

    pub(crate) fn view<'a>(&'a self, window: &'a str) -> View<'a> {
        View { window, cells: self, json: None }
    }
}

/// The cells of one record, beside the text that most of them stand in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    window: &'a str,
    cells: &'a Cells,
    json: Option<&'a str>,
}

impl<'a> View<'a> {
    pub(crate) fn with_json(self, json: &'a str) -> Self {
        Self { json: Some(json), ..self }
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.spans.len()
    }

    #[inline]
    pub(crate) fn cell(&self, column: usize) -> &'a str {
        self.cells.spans.get(column).map_or("", |span| self.text(*span))
    }

    #[inline]
    fn text(&self, span: Span) -> &'a str {
        let from = if span.is_in_arena() { self.cells.arena.as_str() } else { self.window };
        &from[span.range()]
    }

    #[inline]
    fn list(self, column: usize) -> Option<Items<'a>> {
        let list = self.cells.lists.iter().find(|list| list.column as usize == column)?;
        Some(Items { cells: self, next: list.from, to: list.to })
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.cells.spans.iter().all(|span| is_blank(self.text(*span)))
    }
}

/// Whether a cell holds blanks alone, of whatever kind.
#[inline]
pub(crate) fn is_blank(text: &str) -> bool {
    match text.as_bytes().first() {
        None => true,
        Some(b'!'..=b'~') => false,
        Some(_) => text.chars().all(char::is_whitespace),
    }
}

/// The values of a list, in order.
#[derive(Debug, Clone)]
pub struct Items<'a> {
    cells: View<'a>,
    next: u32,
    to: u32,
}

impl<'a> Iterator for Items<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.next == self.to {
            return None;
        }
        self.next += 1;
        Some(self.cells.text(self.cells.cells.items[self.next as usize - 1]))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.to - self.next) as usize;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Items<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_in_the_window_or_have_their_own_text() {
        let mut cells = Cells::default();
        cells.push_window(0, 2);
        let own = cells.keep("dé");
        cells.spans.push(own);
        let items = ["a", "", "b,c"].map(|item| cells.keep(item));
        cells.set_list(3, items.into_iter().chain([Span::in_window(0, 1)]), "ab;");
        let view = cells.view("ab;");
        assert_eq!((0..5).map(|column| view.cell(column)).collect::<Vec<_>>(), ["ab", "dé", "", "a,,b,c,a", ""]);
        assert_eq!(view.list(3).unwrap().collect::<Vec<_>>(), ["a", "", "b,c", "a"]);
        assert!(view.list(0).is_none());
    }

    #[test]
    fn blanks_of_every_kind_are_blank() {
        assert!(is_blank("") && is_blank(" \t\u{a0}\u{202f}\n"));
        assert!(!is_blank(" x") && !is_blank("0") && !is_blank("é"));
    }
}
