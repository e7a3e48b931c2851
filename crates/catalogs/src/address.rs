//! Addresses of a portal's own pages.

use url::Url;

/// The address of a path below the portal's root; each part is one, whatever signs it has.
pub(crate) fn below(root: &Url, path: &[&str]) -> String {
    let mut url = root.clone();
    // Only an address without a host has no path, and the portal's has one.
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stays_one_part() {
        let root = Url::parse("https://a.example/portail/").unwrap();
        assert_eq!(below(&root, &["dataset", "n"]), "https://a.example/portail/dataset/n");
        assert_eq!(below(&root, &["dataset", "a/b ?", ""]), "https://a.example/portail/dataset/a%2Fb%20%3F/");
    }
}
