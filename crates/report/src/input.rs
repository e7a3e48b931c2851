//! The file that a report is about.

use serde::Serialize;
use tables::Found;

/// The file that was read, as reports tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Input {
    /// The name alone.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
    pub format: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

impl From<&Found> for Input {
    fn from(found: &Found) -> Self {
        Self {
            path: found.name.clone(),
            bytes: found.bytes,
            sha256: found.sha256.clone(),
            format: found.format.name().to_owned(),
            encoding: found.encoding.clone(),
            separator: found.separator.map(String::from),
            sheet: found.sheet.clone(),
        }
    }
}
