//! Closed lists: a value written otherwise is replaced and told, one that is not known is left out.

use super::read::Read;
use super::told::{AllTold, Told};

/// Other names of values, as national files have them.
const ALIASES: [(&str, &str); 2] = [("tva intracommunautaire", "TVA"), ("frw", "FRWF")];

/// Reads a value of a closed list.
pub(crate) fn read<'a>(cell: &'a str, values: &[&'static str]) -> Read<'a> {
    let text = super::trim(cell);
    if text.is_empty() {
        return Read::default();
    }
    if values.contains(&text) {
        return Read::plain(text);
    }
    match find(text, values) {
        Some((value, told)) => Read::made(value, AllTold::of(told)),
        None => Read::left_out(Told::EnumUnmapped),
    }
}

/// The value of a list that a text is another spelling or name of.
fn find(text: &str, values: &[&'static str]) -> Option<(&'static str, Told)> {
    let wanted = key(text);
    if let Some(value) = values.iter().find(|value| key(value) == wanted) {
        return Some((value, Told::EnumTypographic));
    }
    let (_, alias) = ALIASES.iter().find(|(name, _)| *name == wanted)?;
    values.iter().find(|value| *value == alias).map(|value| (*value, Told::EnumAlias))
}

/// A text as closed lists are compared: without case, accents, apostrophes, dashes and white space that differ.
pub(crate) fn key(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|letter| match letter {
            '\'' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '`' | '\u{b4}' => ' ',
            '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' => ' ',
            other => other,
        })
        .collect();
    tables::fold(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spelling_is_replaced_and_a_stranger_left_out() {
        const LIST: [&str; 3] = ["Accord-cadre", "TVA", "Appel d'offres ouvert"];
        let of = |text: &str| {
            let read = read(text, &LIST);
            (read.value.map(|value| value.into_owned()), read.told.iter().map(Told::rule).collect::<Vec<_>>())
        };
        let some = |value: &str| Some(value.to_owned());
        assert_eq!(of("Accord-cadre"), (some("Accord-cadre"), vec![]));
        assert_eq!(of("ACCORD  CADRE"), (some("Accord-cadre"), vec!["enum.typographic"]));
        assert_eq!(of("Appel d’offres ouvert"), (some("Appel d'offres ouvert"), vec!["enum.typographic"]));
        assert_eq!(of("TVA_INTRACOMMUNAUTAIRE"), (some("TVA"), vec!["enum.alias"]));
        assert_eq!(of("FRW"), (None, vec!["enum.unmapped"]));
        assert_eq!(of(" "), (None, vec![]));
    }
}
