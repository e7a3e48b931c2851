//! An address: number, street, and what a post office needs left out.

use super::street::{is_title, way};
use super::words::{is_number, words};

/// Words after a number that belong to it.
const SUFFIXES: [&str; 9] = ["bis", "ter", "quater", "b", "t", "c", "e", "f", "g"];

/// Words after which a number is a post office's, as `words` gives them.
const POST: [&str; 4] = ["bp", "cs", "tsa", "cede"];

/// An address made ready to compare.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Address {
    /// The first number, and its suffix: `13 bis`; none where there is none.
    pub(super) number: String,
    /// The name of the street without the kind of way, titles and numbers of a post office; where nothing is left of it,
    /// the kind of way.
    pub(super) street: Vec<String>,
}

impl Address {
    pub(super) fn read(cell: &str) -> Self {
        let mut words = words(cell);
        drop_post(&mut words);
        let mut rest = words.into_iter().peekable();
        let mut address = Self::default();
        if let Some(number) = rest.next_if(|word| is_number(word)) {
            address.number = number.trim_start_matches('0').to_owned();
            // `11-13-15 rue`, `12 à 14 rue`: known by the first.
            while rest.next_if(|word| is_number(word)).is_some() {}
            if let Some(suffix) = rest.next_if(|word| SUFFIXES.contains(&word.as_str())) {
                address.number.push_str(&suffix[..1]);
            }
        }
        address.street = rest.collect();
        let is_name = |word: &String| way(word).is_none() && !is_title(word);
        match address.street.iter().any(is_name) {
            true => address.street.retain(is_name),
            false => address.street.iter_mut().for_each(write_out),
        }
        address
    }
}

/// The words of an address, short forms written out, and without what is a post office's.
pub(super) fn written_out(cell: &str) -> Vec<String> {
    let mut words = words(cell);
    drop_post(&mut words);
    words.iter_mut().for_each(write_out);
    words
}

/// Writes a short form of a kind of way out.
fn write_out(word: &mut String) {
    if let Some(way) = way(word).filter(|way| *way != word.as_str()) {
        way.clone_into(word);
    }
}

/// Takes `BP 10`, `CS 40 123` and `CEDEX 2` out.
fn drop_post(words: &mut Vec<String>) {
    let mut is_post = false;
    words.retain(|word| {
        is_post = POST.contains(&word.as_str()) || (is_post && is_number(word));
        !is_post
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str) -> (String, String) {
        let address = Address::read(cell);
        (address.number, address.street.join(" "))
    }

    #[test]
    fn addresses_are_one_however_they_are_written() {
        assert_eq!(read("13B RUE DU DOCTEUR ROCHEBLAVE"), read("13 bis rue du Dr Rocheblave"));
        assert_eq!(read("6 place André Roux BP 10"), read("6 Place Andre Roux"));
        assert_eq!(read("9 boulevard Lapasset"), read("9, bd Lapasset CS 40 123 CEDEX 2"));
        assert_eq!(read("00 Place Jean Léa"), read("Place Jean Léa"));
        assert_eq!(read("11-13-15 RUE LOUIS JOSEPH PHILIPPE").0, "11");
        assert_eq!(read("Le Bourg").1, "bourg");
        assert!(Address::read("BP 12").street.is_empty() && Address::read("").street.is_empty());
        assert_eq!(read("84 Place du 8 Mai 1945"), ("84".to_owned(), "8 mai 1945".to_owned()));
    }
}
