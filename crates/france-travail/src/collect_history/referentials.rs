//! The codes that the service has, and what they are called.

use std::collections::BTreeMap;

use anyhow::Result;
use futures::future::try_join;
use step::{ExitCode, Failure, list_some};
use transfer::{Client, Request};

use crate::collect_history::options::Options;
use crate::list;
use crate::service::{Api, ServiceArgs};

/// Codes that a message names.
const CODES_NAMED: usize = 5;

/// Labels by code.
#[derive(Debug, Clone)]
pub(crate) struct Referentials {
    pub(crate) metiers: BTreeMap<String, String>,
    pub(crate) departements: BTreeMap<String, String>,
}

/// The codes that are asked for, as far as the service has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) rome: Vec<String>,
    pub(crate) departement: Vec<String>,
    /// Codes of the default that the service does not have.
    pub(crate) unknown_rome: Vec<String>,
}

impl Referentials {
    pub(crate) async fn fetch(client: &Client, service: &ServiceArgs) -> Result<Self> {
        let fetch = async |name: &str| -> Result<BTreeMap<String, String>> {
            let url = service.url(Api::Offres, &format!("referentiel/{name}"));
            let request = Request::new(format!("the referential `{name}`"), url);
            let (elements, _) =
                client.get(&request, |response| list::read(&format!("the referential `{name}`"), &response)).await?;
            Ok(elements.into_iter().map(|element| (element.code, element.libelle)).collect())
        };
        let (metiers, departements) = try_join(fetch("metiers"), fetch("departements")).await?;
        Ok(Self { metiers, departements })
    }

    /// # Errors
    /// 2 when a code that was asked for is not there.
    pub(crate) fn choose(&self, options: &Options) -> Result<Asked> {
        let parameters = &options.parameters;
        let (rome, unknown_rome) = split(parameters.rome.codes(), &self.metiers);
        if !options.is_default_rome {
            ensure_known("--rome", &unknown_rome, "metiers")?;
        }
        let (departement, unknown) = split(parameters.departement.codes(), &self.departements);
        ensure_known("--departement", &unknown, "departements")?;
        if !unknown_rome.is_empty() {
            let codes = unknown_rome.join(", ");
            tracing::warn!("the service no longer has the ROME codes {codes}: the others of the default are asked for");
        }
        if rome.is_empty() && !unknown_rome.is_empty() {
            let message = "could not choose the ROME codes: the service has none of the default any more";
            return Err(Failure::new(ExitCode::Usage, message).hint("name others with `--rome`, or take `all`").into());
        }
        Ok(Asked { rome, departement, unknown_rome })
    }
}

/// Those that are in the table, and those that are not.
fn split(codes: &[String], table: &BTreeMap<String, String>) -> (Vec<String>, Vec<String>) {
    codes.iter().cloned().partition(|code| table.contains_key(code))
}

fn ensure_known(flag: &str, unknown: &[String], referential: &str) -> Result<()> {
    if unknown.is_empty() {
        return Ok(());
    }
    let codes = list_some(unknown.iter().map(|code| format!("`{code}`")), CODES_NAMED);
    let message = format!("could not take `{flag}`: the service has no {codes}");
    Err(Failure::new(ExitCode::Usage, message)
        .hint(format!("`fetch-referentials {referential}` has the codes that there are"))
        .into())
}
