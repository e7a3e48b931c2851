//! The version of the ROME, and the file that tells which files belong to it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use step::{ExitCode, Failure, LICENCE_OUVERTE_URL, Provenance, is_sandbox};
use transfer::{Client, Request, Response, ResponseError};

use super::PROVENANCE;
use super::tree::Tree;
use crate::service::{Api, ServiceArgs};

/// The file that appears last.
pub(super) const FILE: &str = "version.json";

/// It takes less than a kilobyte.
const LARGEST_BYTES: u64 = 1 << 20;

/// As served; that both are text is not documented.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Version {
    version: Value,
    #[serde(rename = "lastModifiedDate", default)]
    last_modified_date: Value,
    /// Whether the sandbox served it.
    #[serde(skip)]
    is_invented: bool,
}

impl Version {
    /// What it is called.
    pub(super) fn name(&self) -> String {
        text(&self.version)
    }

    pub(super) fn last_modified_date(&self) -> String {
        text(&self.last_modified_date)
    }

    /// What is to be said of its source and licence.
    pub(super) fn provenance(&self) -> Provenance {
        if self.is_invented { Provenance::invented() } else { PROVENANCE }
    }

    /// # Errors
    /// 75 when the lists may come from two versions.
    pub(super) fn ensure_unchanged(&self, after: &Self) -> Result<()> {
        if self == after {
            return Ok(());
        }
        let message = format!(
            "could not fetch one version of the ROME: it changed from {} ({}) to {} ({}) meanwhile",
            self.name(),
            self.last_modified_date(),
            after.name(),
            after.last_modified_date()
        );
        Err(Failure::new(ExitCode::Incomplete, message).hint("run again: the new version is fetched whole").into())
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "unknown".to_owned(),
        other => other.to_string(),
    }
}

pub(super) async fn ask(client: &Client, service: &ServiceArgs) -> Result<Version> {
    let request = Request::new("the version of the ROME", service.url(Api::Rome, "version"));
    client.get(&request, |response| read(&response)).await
}

fn read(response: &Response) -> Result<Version, ResponseError> {
    match serde_json::from_slice::<Version>(&response.body) {
        Ok(version) if version.version.is_string() || version.version.is_number() => {
            Ok(Version { is_invented: is_sandbox(response.header("server")), ..version })
        }
        _ => Err(ResponseError::Malformed("it says no version".to_owned())),
    }
}

/// `version.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Colophon {
    #[serde(flatten)]
    version: Version,
    grand_domaine: usize,
    domaine_professionnel: usize,
    metier: usize,
    #[serde(flatten)]
    provenance: Provenance,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    licence_url: Option<String>,
    /// SHA-256 of each file.
    files: BTreeMap<String, String>,
}

/// The file that appears last; without a time in it, so that the same ROME gives the same bytes.
pub(super) fn write(version: &Version, tree: &Tree, files: BTreeMap<String, String>) -> Result<Vec<u8>> {
    let colophon = Colophon {
        version: version.clone(),
        grand_domaine: tree.grands_domaines.len(),
        domaine_professionnel: tree.domaines.len(),
        metier: tree.metiers.len(),
        provenance: version.provenance(),
        licence_url: (!version.is_invented).then(|| LICENCE_OUVERTE_URL.to_owned()),
        files,
    };
    let mut text = serde_json::to_string_pretty(&colophon).context("could not write the version of the ROME")?;
    text.push('\n');
    Ok(text.into_bytes())
}

/// Versions do lose codes, but a list that is suddenly shorter deserves a look.
pub(super) fn warn_if_fewer(folder: &Path, tree: &Tree) {
    let Some(bytes) = files::read_left(&folder.join(FILE), LARGEST_BYTES) else { return };
    let Ok(before) = serde_json::from_slice::<Colophon>(&bytes) else { return };
    let levels = [
        ("grands domaines", before.grand_domaine, tree.grands_domaines.len()),
        ("domaines professionnels", before.domaine_professionnel, tree.domaines.len()),
        ("métiers", before.metier, tree.metiers.len()),
    ];
    for (name, before_count, now) in levels.iter().filter(|(_, before, now)| now < before) {
        tracing::warn!("the ROME has {now} {name}, version {} had {before_count}", before.version.name());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::tests::response;

    fn version(body: &str) -> Result<Version, ResponseError> {
        read(&response(None, body))
    }

    #[test]
    fn a_version_is_text_or_a_number() {
        let served = version(r#"{"version":"4.0-2026-06","lastModifiedDate":"2026-06-16T22:00:00Z"}"#).unwrap();
        assert_eq!(served.name(), "4.0-2026-06");
        let served = version(r#"{"version":460,"autre":1}"#).unwrap();
        assert_eq!((served.name(), served.last_modified_date()), ("460".to_owned(), "unknown".to_owned()));
        for body in ["", "<html>", "{}", "[]", r#"{"version":null}"#] {
            assert!(matches!(version(body), Err(ResponseError::Malformed(_))), "{body}");
        }
    }

    #[test]
    fn a_version_that_changes_meanwhile_is_incomplete() {
        let before = version(r#"{"version":"1","lastModifiedDate":"a"}"#).unwrap();
        before.ensure_unchanged(&before.clone()).unwrap();
        let after = version(r#"{"version":"1","lastModifiedDate":"b"}"#).unwrap();
        let error = before.ensure_unchanged(&after).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::Incomplete);
        assert!(error.to_string().ends_with("from 1 (a) to 1 (b) meanwhile"), "{error}");
    }
}
