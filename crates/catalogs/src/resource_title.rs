//! What a resource is called that its portal gave no title.

/// The last part of its address if that names a file, else its format, in French as data.gouv.fr writes it.
pub(crate) fn generate(url: &str, format: Option<&str>) -> String {
    let last = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_host = url.split_once("://").is_some_and(|(_, rest)| !rest.trim_end_matches('/').contains('/'));
    match format {
        _ if last.contains('.') && !last.contains('?') && !is_host => last.to_owned(),
        Some(format) => format!("Ressource {format}"),
        None => "Ressource sans nom".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_then_the_format_gives_the_title() {
        for (url, format, expected) in [
            ("https://a.fr/b/c.csv", Some("csv"), "c.csv"),
            ("https://a.fr/b/c.csv?x=1", Some("csv"), "Ressource csv"),
            ("https://a.fr/b/c", Some("wms"), "Ressource wms"),
            ("https://a.fr/", None, "Ressource sans nom"),
        ] {
            assert_eq!(generate(url, format), expected);
        }
    }
}
