//! Digital object identifiers: `10.5281/zenodo.123`, bare, as an address, or after `doi:`.

/// The identifier without what leads to it, as it is written.
pub(crate) fn read(text: &str) -> Option<&str> {
    let text = text.trim();
    let bare = PREFIXES.iter().find_map(|prefix| strip_prefix(text, prefix)).unwrap_or(text);
    let (registrant, suffix) = bare.strip_prefix("10.")?.split_once('/')?;
    let is_registrant = (4..=9).contains(&registrant.len()) && registrant.bytes().all(|byte| byte.is_ascii_digit());
    (is_registrant && !suffix.is_empty() && !suffix.contains(char::is_whitespace)).then_some(bare)
}

const PREFIXES: [&str; 6] =
    ["doi:", "info:doi/", "https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/"];

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| text[prefix.len()..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doi_is_bare_whatever_leads_to_it() {
        for prefix in ["", "doi:", "DOI: ", "info:doi/", "http://dx.doi.org/", "https://doi.org/", "HTTPS://DOI.org/"] {
            assert_eq!(read(&format!("{prefix}10.5281/zenodo.1")), Some("10.5281/zenodo.1"), "{prefix}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in
            ["", "10.12/x", "10.1234567890/x", "10.5281/", "10.528a/x", "https://example.org/10.5281/x", "é10.5281/x"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
