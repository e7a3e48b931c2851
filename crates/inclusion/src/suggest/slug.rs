//! The name of a source, which prefixes identifiers.

/// What stands in where a name has no letter or digit.
const UNNAMED: &str = "source";

/// Whether a text is a slug: lower-case letters, digits, hyphens.
pub(crate) fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// A name as a slug.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in deunicode::deunicode(name).chars() {
        match letter {
            _ if letter.is_ascii_alphanumeric() => slug.push(letter.to_ascii_lowercase()),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { UNNAMED.to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_becomes_a_slug() {
        for (name, expected) in [
            ("liste-fs-20221201", "liste-fs-20221201"),
            ("Lieux d'accueil (Été)", "lieux-d-accueil-ete"),
            ("__", "source"),
            ("", "source"),
        ] {
            assert_eq!(slug(name), expected);
        }
        assert!(!is_slug("Mairie") && !is_slug("") && is_slug("ma-commune"));
    }

    proptest! {
        #[test]
        fn every_name_becomes_a_slug(name in ".{0,20}") {
            prop_assert!(is_slug(&slug(&name)));
        }
    }
}
