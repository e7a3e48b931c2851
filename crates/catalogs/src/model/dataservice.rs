//! A service that serves datasets.

use serde::{Deserialize, Serialize};

use super::{ContactPoint, Harvest};

/// A service, a line of `dataservices.jsonl`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Dataservice {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Markdown; written even if it is empty.
    pub(crate) description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) license: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base_api_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) machine_documentation_url: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) contact_points: Vec<ContactPoint>,
    /// Ids of datasets. A dialect gives their remote identifiers in the order served, each once; the harvest makes
    /// ids of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) datasets: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) archived: Option<String>,
    pub(crate) harvest: Harvest,
}
