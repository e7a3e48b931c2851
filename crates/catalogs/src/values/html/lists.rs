//! Lists in lists.

use super::output::DEEPEST;

/// Of each list: the number of its last item, none for bullets.
#[derive(Default)]
pub(super) struct Lists(Vec<Option<u32>>);

impl Lists {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How deep, as far as it is shown.
    pub(super) fn depth(&self) -> usize {
        self.0.len().min(DEEPEST)
    }

    pub(super) fn begin(&mut self, is_ordered: bool) {
        self.0.push(is_ordered.then_some(0));
    }

    /// Whether there was one to end.
    pub(super) fn end(&mut self) -> bool {
        self.0.pop().is_some()
    }

    /// What stands before the next item: `  * `, `  2. `; an item outside of any list has a bullet.
    pub(super) fn next_mark(&mut self) -> String {
        let indent = self.indent();
        match self.0.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{indent}{number}. ")
            }
            _ => format!("{indent}* "),
        }
    }

    /// Two blanks a list, three for bullets below a number.
    fn indent(&self) -> String {
        let mut indent = String::from("  ");
        for pair in self.0.windows(2).take(DEEPEST) {
            indent.push_str(if pair[0].is_some() && pair[1].is_none() { "   " } else { "  " });
        }
        indent
    }
}
