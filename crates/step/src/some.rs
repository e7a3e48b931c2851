//! Lists in messages: a few are named, the rest is counted.

use std::fmt::Display;

/// How many names a message holds before it only counts.
const NAMED: usize = 10;

/// `` `A11`, `A12` and 3 more ``
pub fn name_some<T: Display>(names: impl IntoIterator<Item = T>) -> String {
    list_some(names.into_iter().map(|name| format!("`{name}`")), NAMED)
}

/// `10:00:03, 10:00:07 and 3 more`: at most `named` of them by name.
pub fn list_some<T: Display>(items: impl IntoIterator<Item = T>, named: usize) -> String {
    let mut items = items.into_iter();
    let named: Vec<_> = items.by_ref().take(named).map(|item| item.to_string()).collect();
    match items.count() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_ten_at_most() {
        assert_eq!(name_some(["A", "B"]), "`A`, `B`");
        assert!(name_some(["x"; 13]).ends_with("`x` and 3 more"));
        assert_eq!(list_some(1..=5, 2), "1, 2 and 3 more");
        assert_eq!(list_some(1..=2, 2), "1, 2");
    }
}
