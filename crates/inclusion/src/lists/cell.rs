//! Cells as values: null, or a list.

use std::borrow::Cow;

use tables::Record;

/// Whether a cell says nothing.
#[inline]
pub(crate) fn is_null(cell: &str) -> bool {
    cell.bytes().next().is_none_or(|first| !first.is_ascii_graphic()) && cell.trim().is_empty()
}

/// The values of a list field; false where the cell is null. A list of the input as it is, a list as Python writes it, or a
/// text that is cut at commas, its pieces trimmed and empty ones kept.
pub(crate) fn read_list<'a>(record: &Record<'a>, column: usize, values: &mut Vec<Cow<'a, str>>) -> bool {
    values.clear();
    if let Some(list) = record.list(column) {
        values.extend(list.map(Cow::Borrowed));
        return true;
    }
    let cell = record.cell(column);
    if is_null(cell) {
        return false;
    }
    if !read_python_list(cell.trim(), values) {
        values.clear();
        values.extend(cell.split(',').map(|piece| Cow::Borrowed(piece.trim())));
    }
    true
}

/// Hands on each of several values of a cell: those of a list as Python writes it; else, unless it is said otherwise, what
/// stands between commas. False where the cell is one value.
pub(crate) fn hand_on(cell: &str, is_said: bool, each: &mut dyn FnMut(&str)) -> bool {
    let mut values = vec![];
    if read_python_list(cell.trim(), &mut values) {
        values.iter().for_each(|value| each(value));
        return true;
    }
    let is_cut = !is_said && cell.contains(',');
    if is_cut {
        cell.split(',').for_each(|piece| each(piece.trim()));
    }
    is_cut
}

/// The values of a list as Python writes it, `['a', "l'b"]`, as the national dump has them; false where it is none.
pub(crate) fn read_python_list<'a>(text: &'a str, values: &mut Vec<Cow<'a, str>>) -> bool {
    let Some(inside) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else { return false };
    let mut rest = inside.trim();
    while !rest.is_empty() {
        let Some((value, behind)) = python_text(rest) else { return false };
        values.push(value);
        rest = match behind.trim_start() {
            "" => "",
            behind => match behind.strip_prefix(',') {
                Some(next) if !next.trim().is_empty() => next.trim_start(),
                _ => return false,
            },
        };
    }
    true
}

/// A text in quotes, and what stands behind it.
fn python_text(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let inside = &text[1..];
    let end = inside.find([quote, '\\'])?;
    if inside[end..].starts_with(quote) {
        return Some((Cow::Borrowed(&inside[..end]), &inside[end + 1..]));
    }
    let mut value = String::new();
    let mut letters = inside.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => value.push(python_escape(&mut letters)?),
            _ if letter == quote => return Some((Cow::Owned(value), &inside[at + 1..])),
            _ => value.push(letter),
        }
    }
    None
}

/// What stands behind a backslash.
fn python_escape(letters: &mut std::str::CharIndices<'_>) -> Option<char> {
    let digits = match letters.next()?.1 {
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        letter @ ('\\' | '\'' | '"') => return Some(letter),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    let mut code = 0;
    for _ in 0..digits {
        code = code * 16 + letters.next()?.1.to_digit(16)?;
    }
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn python(text: &str) -> Option<Vec<String>> {
        let mut values = vec![];
        read_python_list(text, &mut values).then(|| values.into_iter().map(Cow::into_owned).collect())
    }

    #[test]
    fn a_list_of_python_is_read() {
        assert_eq!(python("['a', \"l'été\", 'b\\'c', '\\u00e9\\n']").unwrap(), ["a", "l'été", "b'c", "é\n"]);
        assert_eq!(python("[]").unwrap(), Vec::<String>::new());
        assert_eq!(python("[ 'a' ,'b']").unwrap(), ["a", "b"]);
        for other in ["['a'", "'a'", "['a' 'b']", "[a]", "['a',]", "['a\\q']", "['a]", "[1, 2]"] {
            assert_eq!(python(other), None, "{other}");
        }
    }

    #[test]
    fn blanks_of_any_kind_are_null() {
        assert!(is_null("") && is_null(" \t\u{a0}\u{202f}\n"));
        assert!(!is_null("0") && !is_null(" a") && !is_null("é"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_list_or_none(text in "[\\['\", a\\\\xué0-9\\]]{0,20}") {
            python(&text);
        }
    }
}
