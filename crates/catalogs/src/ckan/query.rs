//! Filters as a query of CKAN's search, in the syntax of Solr.

/// The conditions that must all hold; none: there are no filters.
pub(crate) fn write(include: &[(String, String)], exclude: &[(String, String)]) -> Option<String> {
    let wanted = include.iter().map(|(key, value)| format!("{key}:{}", quote(value)));
    let unwanted = exclude.iter().map(|(key, value)| format!("-{key}:{}", quote(value)));
    let conditions: Vec<String> = wanted.chain(unwanted).collect();
    (!conditions.is_empty()).then(|| conditions.join(" AND "))
}

/// A value that Solr would take for more than one word is quoted; a quoted one is left.
fn quote(value: &str) -> String {
    let is_quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
    if is_quoted || !is_special(value) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

fn is_special(value: &str) -> bool {
    const SIGNS: &str = "&|!(){}[]^\"~*?:\\/<>=";
    value.is_empty()
        || value.contains(|letter: char| letter.is_whitespace() || SIGNS.contains(letter))
        // Within a word they are letters.
        || value.starts_with(['+', '-'])
        || ["AND", "OR", "NOT"].contains(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn includes_come_in_the_order_given_then_excludes() {
        assert_eq!(write(&[], &[]), None);
        let query = write(&pairs(&[("tags", "b"), ("organization", "a-b")]), &pairs(&[("tags", "tag-2")]));
        assert_eq!(query.as_deref(), Some("tags:b AND organization:a-b AND -tags:tag-2"));
    }

    #[test]
    fn a_value_that_solr_would_read_otherwise_is_quoted() {
        for (value, expected) in [
            ("eau potable", "\"eau potable\""),
            ("\"eau potable\"", "\"eau potable\""),
            ("a:b", "\"a:b\""),
            ("-a", "\"-a\""),
            ("a\"b", "\"a\\\"b\""),
            ("eau*", "\"eau*\""),
            ("NOT", "\"NOT\""),
            ("\"", "\"\\\"\""),
            ("été", "été"),
        ] {
            assert_eq!(quote(value), expected);
        }
    }
}
