//! Which part of a list to ask for: the API takes a page's number and its size, and both choose where it begins.

/// The most that the API gives at once.
pub(super) const LARGEST_PAGE: u64 = 10_000;

/// A page to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ask {
    /// From 1.
    pub(super) page: u64,
    pub(super) size: u64,
}

impl Ask {
    /// Records before it.
    pub(super) fn offset(self) -> u64 {
        (self.page - 1) * self.size
    }

    /// Records up to its end, if it is full.
    pub(super) fn end(self) -> u64 {
        self.page * self.size
    }

    fn at_or_before(offset: u64, size: u64) -> Self {
        Self { page: offset / size + 1, size }
    }
}

/// The page that begins at `offset` or before, and reaches furthest.
///
/// A page may begin at multiples of its size alone, so the best one often is a little smaller than the largest.
pub(super) fn reaching_furthest(offset: u64, page_size: u64) -> Ask {
    let pages = (1..=page_size).rev().map(|size| Ask::at_or_before(offset, size));
    // Of two that reach as far the larger, which overlaps more, costs nothing.
    pages.reduce(|best, other| if other.end() > best.end() { other } else { best }).expect("a page has a record")
}

/// The same, where pages of that size have fallen behind: the smallest that brings `least` records after the one at
/// `offset`, though it is larger.
///
/// Pages that overlap need a size at which one begins just there. Of sizes up to 10 there are few; a page of one record
/// overlaps with none.
pub(super) fn catching_up(offset: u64, page_size: u64, least: u64) -> Ask {
    let mut larger = (page_size..=LARGEST_PAGE).map(|size| Ask::at_or_before(offset, size));
    larger.find(|ask| ask.end() > offset + least).unwrap_or_else(|| reaching_furthest(offset, LARGEST_PAGE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_where_it_may_and_reaches_furthest() {
        assert_eq!(reaching_furthest(9_999, 10_000), Ask { page: 2, size: 9_999 });
        assert_eq!(reaching_furthest(0, 10), Ask { page: 1, size: 10 });
        for offset in 0..500 {
            let ask = reaching_furthest(offset, 10);
            assert!(ask.offset() <= offset && ask.end() > offset && ask.size <= 10, "{offset}: {ask:?}");
        }
    }

    #[test]
    fn who_fell_behind_asks_for_more() {
        for page_size in [1, 2, 7, 10] {
            for offset in 0..300 {
                let ask = catching_up(offset, page_size, page_size);
                let is_small = ask.size <= 3 * page_size + 5;
                assert!(
                    ask.offset() <= offset && ask.end() > offset + page_size && is_small,
                    "{page_size} {offset}: {ask:?}"
                );
            }
        }
    }
}
