//! Licences, told from whatever a portal wrote: an identifier, a title, an address, a sentence.

mod table;

use strsim::osa_distance;

use self::table::{Licence, TABLE};
use super::tag::slug;

/// Where nothing tells a licence.
pub(crate) const NOT_SPECIFIED: &str = "notspecified";

/// So many letters may differ from a title.
const MOST_EDITS: usize = 2;

/// A longer text is no name, in bytes.
const LONGEST_NAME: usize = 1024;

/// The identifier of the licence that the first text that tells one tells.
pub(crate) fn guess<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<&'static str> {
    texts.into_iter().find_map(guess_one)
}

/// Of one text: the addresses in it first, then the rest.
pub(crate) fn guess_one(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let (mut rest, mut from, mut by_addresses) = (String::new(), 0, None);
    while let Some((start, end)) = find_address(text, from) {
        by_addresses = by_addresses.or_else(|| by_address(&text[start..end]));
        rest.push_str(&text[from..start]);
        rest.push(' ');
        from = end;
    }
    rest.push_str(&text[from..]);
    by_addresses.or_else(|| by_name(rest.trim()))
}

/// Where the first address of the web after a place stands; a sign that ends a sentence is not part of it.
fn find_address(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = text[from..].match_indices("://").find_map(|(colon, _)| {
        let before = &text.as_bytes()[from..from + colon];
        let schemes = [&b"https"[..], b"http"];
        let ends = |scheme: &&&[u8]| {
            before.len() >= scheme.len() && before[before.len() - scheme.len()..].eq_ignore_ascii_case(scheme)
        };
        schemes.iter().find(ends).map(|scheme| from + colon - scheme.len())
    })?;
    let address = &text[start..];
    let end = address.find(char::is_whitespace).unwrap_or(address.len());
    let end = address[..end].trim_end_matches(['.', ',', ';', ':', ')', ']', '!', '?']).len();
    // Of `http://.` the scheme is left: what comes after it is looked at all the same.
    Some((start, start + end.max("http://".len())))
}

/// By a whole address, by the longest address of the table that leads to it, or by being on the way to one licence
/// alone; a host alone is no licence.
fn by_address(address: &str) -> Option<&'static str> {
    let key = table::key_of(address);
    if let Some(licence) = TABLE.licences.iter().find(|licence| licence.addresses.contains(&key)) {
        return Some(licence.id());
    }
    if let Some((_, id)) = TABLE.addresses.iter().find(|(known, _)| leads_to(known, &key)) {
        return id.as_deref();
    }
    let is_on_the_way =
        |licence: &&Licence| key.contains('/') && licence.addresses.iter().any(|whole| leads_to(&key, whole));
    only(TABLE.licences.iter().filter(is_on_the_way))
}

/// Whether an address begins with all the segments of another.
fn leads_to(start: &str, whole: &str) -> bool {
    whole.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn by_name(text: &str) -> Option<&'static str> {
    if text.len() > LONGEST_NAME {
        return None;
    }
    let slug = slug(text);
    if slug.is_empty() {
        return None;
    }
    let lower = text.to_lowercase();
    let is_it = |licence: &&Licence| {
        licence.id.eq_ignore_ascii_case(text)
            || licence.id == slug
            || licence.slug == slug
            || licence.alternates.iter().any(|(title, _)| *title == lower)
    };
    let exact = TABLE.licences.iter().find(is_it).map(Licence::id);
    exact.or_else(|| TABLE.names.get(&slug).map(String::as_str)).or_else(|| nearest(&slug, &lower))
}

/// By a title that differs in some letters and in no digit, if only one licence has such a title: the titles first, the
/// others then.
fn nearest(slug: &str, lower: &str) -> Option<&'static str> {
    let near = |candidate: &str, text: &str| {
        candidate.len().abs_diff(text.len()) <= MOST_EDITS * "é".len()
            && digits(candidate).eq(digits(text))
            && osa_distance(candidate, text) <= MOST_EDITS
    };
    let by_title = |licence: &&Licence| near(&licence.title, lower) || near(&licence.slug, slug);
    let by_alternate = |licence: &&Licence| licence.alternates.iter().any(|(_, alternate)| near(alternate, slug));
    only(TABLE.licences.iter().filter(by_title)).or_else(|| only(TABLE.licences.iter().filter(by_alternate)))
}

fn digits(text: &str) -> impl Iterator<Item = u8> + '_ {
    text.bytes().filter(u8::is_ascii_digit)
}

fn only(mut licences: impl Iterator<Item = &'static Licence>) -> Option<&'static str> {
    let first = licences.next()?;
    licences.next().is_none().then(|| first.id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::rows;

    #[trial::test_with_data]
    fn every_row_of_the_licences() {
        for row in rows("licence_guess") {
            assert_eq!(guess([row.text()]), row.expected.as_str(), "{row:?}");
        }
    }

    #[test]
    fn the_first_text_that_tells_one_counts() {
        assert_eq!(guess(["conditions particulières", "", "ODbL", "lov2"]), Some("odc-odbl"));
        assert_eq!(guess([]), None);
    }

    #[test]
    fn an_address_counts_before_the_words_around_it() {
        assert_eq!(
            guess(["Licence Ouverte v2.0 (https://creativecommons.org/publicdomain/zero/1.0/)"]),
            Some("cc-zero")
        );
        assert_eq!(guess(["Licence Ouverte v2.0 https://example.org/"]), Some("lov2"));
    }

    #[test]
    fn an_address_that_leads_to_several_licences_tells_none() {
        assert_eq!(guess(["https://opendefinition.org/licenses"]), None);
        assert_eq!(guess(["https://github.com"]), None);
        assert_eq!(guess(["http://"]), None);
    }
}
