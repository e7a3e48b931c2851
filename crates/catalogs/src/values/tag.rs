//! Keywords and names as slugs: `Données Énergie` → `donnees-energie`.

use deunicode::deunicode_char;

/// A shorter keyword says nothing.
const SHORTEST: usize = 3;
/// A longer one is cut, as data.gouv.fr cuts it.
const LONGEST: usize = 96;

/// Lower-case ASCII letters and digits, joined by single hyphens; an apostrophe joins.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            _ if character.is_ascii() => push(&mut slug, character),
            // Signs and pictures have names in English, which are no keywords.
            '\u{2190}'..='\u{2bff}' | '\u{1f000}'.. => push(&mut slug, '-'),
            _ => deunicode_char(character).unwrap_or("").chars().for_each(|plain| push(&mut slug, plain)),
        }
    }
    if slug.ends_with('-') {
        slug.pop();
    }
    slug
}

fn push(slug: &mut String, character: char) {
    match character {
        _ if character.is_ascii_alphanumeric() => slug.push(character.to_ascii_lowercase()),
        '\'' => (),
        _ if slug.is_empty() || slug.ends_with('-') => (),
        _ => slug.push('-'),
    }
}

/// A keyword as a tag, unless it is too short.
pub(crate) fn tag(text: &str) -> Option<String> {
    let mut tag = slug(text);
    tag.truncate(LONGEST);
    (tag.len() >= SHORTEST).then_some(tag)
}

/// Keywords as tags: sorted, each once.
pub(crate) fn tags<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut tags: Vec<String> = texts.into_iter().filter_map(tag).collect();
    tags.sort_unstable();
    tags.dedup();
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::rows;

    #[trial::test_with_data]
    fn every_row_of_the_tags() {
        for row in rows("tags") {
            assert_eq!(tag(row.text()).unwrap_or_default(), row.expected.as_str().unwrap(), "{row:?}");
        }
    }

    #[test]
    fn an_apostrophe_joins_and_other_signs_separate() {
        assert_eq!(slug("L'eau d’ici"), "leau-dici");
        assert_eq!(slug("--N°1 / « Été »--"), "ndeg1-ete");
        assert_eq!(slug("☃"), "");
    }

    #[test]
    fn tags_are_sorted_and_each_once() {
        assert_eq!(tags(["Zone", "eau", "Eau ", "a", "abc"]), ["abc", "eau", "zone"]);
        assert_eq!(tags([&*"é".repeat(200)])[0].len(), LONGEST);
    }
}
