//! A resource of a dataset.

use serde::{Deserialize, Serialize};

use super::{Extras, Schema};

/// A file, a service or a page of a dataset.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Resource {
    pub(crate) id: String,
    /// What tells it from the others of its dataset, and gives its `id`; the contract says what it is in each dialect.
    /// The same key may come twice: `KEY#2` is the harvest's.
    #[serde(skip)]
    pub(crate) key: String,
    pub(crate) title: String,
    /// Markdown; written even if it is empty.
    pub(crate) description: String,
    pub(crate) url: String,
    /// `main`, `api`, `documentation`, `other` …
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Always `remote`: nothing is copied.
    pub(crate) filetype: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mime: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) filesize: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) checksum: Option<Checksum>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) schema: Option<Schema>,
    #[serde(skip_serializing_if = "Extras::is_empty")]
    pub(crate) extras: Extras,
    #[serde(skip_serializing_if = "ResourceHarvest::is_empty")]
    pub(crate) harvest: ResourceHarvest,
}

/// A hash of the file, as the portal wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checksum {
    /// `md5`, `sha1` or `sha256`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) value: String,
}

/// What the portal knows of a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ResourceHarvest {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remote_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dct_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) issued_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) modified_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ods_type: Option<String>,
}

impl Checksum {
    pub(crate) fn new(kind: &str, value: &str) -> Self {
        Self { kind: kind.to_owned(), value: value.to_owned() }
    }
}

impl ResourceHarvest {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_key_is_not_written() {
        let resource = Resource { key: "k".into(), filesize: Some(0), ..Resource::default() };
        let written = serde_json::to_string(&resource).unwrap();
        assert_eq!(written, r#"{"id":"","title":"","description":"","url":"","type":"","filetype":"","filesize":0}"#);
    }
}
