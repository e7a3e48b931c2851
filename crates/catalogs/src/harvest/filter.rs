//! `K=V`, of `--include` and `--exclude`.

use std::str::FromStr;

use crate::model::Backend;

/// A condition on datasets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) key: String,
    pub(super) value: String,
}

impl FromStr for Filter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() && !value.trim().is_empty() => {
                Ok(Self { key: key.trim().to_owned(), value: value.trim().to_owned() })
            }
            _ => Err("not a key and a value, `K=V`".to_owned()),
        }
    }
}

/// The keys that a dialect has.
pub(super) fn keys(backend: Backend) -> &'static [&'static str] {
    match backend {
        Backend::Ckan => &["organization", "tags"],
        Backend::OpenDataSoft => &["tags", "publisher"],
        Backend::Dcat | Backend::Dkan => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_a_key_and_a_value_that_may_hold_the_sign() {
        let filter: Filter = "tags=a=b".parse().unwrap();
        assert_eq!((filter.key.as_str(), filter.value.as_str()), ("tags", "a=b"));
        for text in ["tags", "=a", "tags=", "tags= ", ""] {
            assert!(text.parse::<Filter>().is_err(), "{text}");
        }
    }
}
