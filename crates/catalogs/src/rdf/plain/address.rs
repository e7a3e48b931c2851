//! Addresses, made whole by that of the page.

use oxiri::Iri;

/// What relative references are resolved against.
#[derive(Debug)]
pub(super) struct Base {
    iri: Iri<String>,
    /// The address that was made whole last.
    whole: String,
}

impl Base {
    pub(super) fn new(iri: &str) -> Option<Self> {
        Some(Self { iri: Iri::parse(iri.to_owned()).ok()?, whole: String::new() })
    }

    /// Another base, as the page says.
    pub(super) fn set(&mut self, iri: &str) {
        self.iri = Iri::parse_unchecked(iri.to_owned());
    }

    /// A reference, resolved. Like the parsers, it looks no closer at what is no address.
    pub(super) fn resolve<'a>(&'a mut self, reference: &'a str) -> &'a str {
        if is_whole(reference) {
            return reference;
        }
        self.whole.clear();
        self.iri.resolve_into_unchecked(reference, &mut self.whole);
        &self.whole
    }
}

/// Whether an address stays what it is: nothing to be taken from its path, no port or host to be looked at closer.
pub(super) fn is_whole(reference: &str) -> bool {
    let rest = reference.strip_prefix("https://").or_else(|| reference.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.contains("/.") && !rest.contains('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_resolved_as_the_parsers_do() {
        let mut base = Base::new("http://data.test.org/cat/page?x=1").unwrap();
        let iri = Iri::parse("http://data.test.org/cat/page?x=1").unwrap();
        for reference in [
            "http://a.fr/b?c#d",
            "https://a.fr",
            "http://",
            "http://a.fr/b c",
            "http://a.fr/./b/../c",
            "http://[::1]:80/",
            "http:/a",
            "HTTP://A.fr/",
            "",
            "#a",
            "?b",
            "/c",
            "//d/e",
            "../../f",
            "mailto:a",
            "urn:x:y",
        ] {
            assert_eq!(base.resolve(reference), iri.resolve_unchecked(reference).as_str(), "{reference}");
        }
        base.set("https://b.fr/c/");
        assert_eq!(base.resolve("d"), "https://b.fr/c/d");
        assert!(Base::new("page").is_none());
    }
}
