//! Where a dataset or a service comes from.

use serde::{Deserialize, Serialize};

/// The dialects, as data.gouv.fr calls them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Backend {
    #[default]
    #[serde(rename = "DCAT")]
    Dcat,
    #[serde(rename = "CKAN")]
    Ckan,
    #[serde(rename = "DKAN")]
    Dkan,
    #[serde(rename = "OpenDataSoft")]
    OpenDataSoft,
}

impl Backend {
    /// As it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dcat => "DCAT",
            Self::Ckan => "CKAN",
            Self::Dkan => "DKAN",
            Self::OpenDataSoft => "OpenDataSoft",
        }
    }
}

/// What makes a dataset traceable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Harvest {
    pub(crate) backend: Backend,
    pub(crate) domain: String,
    pub(crate) source_id: String,
    pub(crate) source_url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) remote_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remote_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dct_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) doi: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) issued_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) modified_at: Option<String>,
    pub(crate) last_update: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ckan_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ckan_source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ods_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ods_references: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ods_has_records: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ods_geo: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) archived_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) archived_reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialect_has_one_name() {
        for backend in [Backend::Dcat, Backend::Ckan, Backend::Dkan, Backend::OpenDataSoft] {
            assert_eq!(serde_json::to_value(backend).unwrap(), backend.name());
        }
    }
}
