//! Packages asked for one by one, of CKAN and DKAN: one that does not come costs itself alone.

use anyhow::{Context, Error, Result};
use serde_json::{Value, json};
use transfer::{Cause, RequestError, StatusCode};

use crate::action;
use crate::gathering::{Gathering, Part};
use crate::item::{Finding, Item, Kind, Outcome};
use crate::package;
use crate::portal::{Answer, Body, Portal};
use crate::reading::text;

/// So many packages in a row that do not come: it is the portal that does not answer, and the rest is not asked for.
const MOST_MISSES: u32 = 10;

/// The statuses that another try would not change.
const FINAL: [StatusCode; 4] =
    [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::GONE];

/// A package that a listing names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// None where the list gives names alone.
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
}

/// Whether the finding tells of a package that the portal has answered for good that it does not give.
pub(crate) fn is_final(finding: &Finding) -> bool {
    let value = finding.value.as_deref().unwrap_or_default();
    finding.rule == "item.unavailable" && FINAL.iter().any(|status| value == word(*status))
}

/// Asks for each in turn, until no further item is wanted.
///
/// # Errors
/// The portal stopped answering, or answered what fails the job: a redirect, a forbidden address, a limit.
pub(crate) async fn show_all(portal: &mut Portal, gathering: &mut Gathering, wanted: &[Wanted]) -> Result<()> {
    let mut misses = 0;
    for wanted in wanted {
        if gathering.is_full() {
            break;
        }
        match show(portal, gathering, wanted).await? {
            None => misses = 0,
            Some((finding, why)) => {
                misses += 1;
                if misses == MOST_MISSES {
                    return Err(why);
                }
                gathering.add(miss(wanted, finding))?;
            }
        }
    }
    Ok(())
}

/// Takes the package; or gives what is to be told of it, and why it did not come.
async fn show(portal: &mut Portal, gathering: &mut Gathering, wanted: &Wanted) -> Result<Option<(Finding, Error)>> {
    let key = wanted.id.as_deref().or(wanted.name.as_deref()).unwrap_or_default();
    let name = format!("the package `{}`", wanted.name.as_deref().unwrap_or(key));
    let question = action::ask(portal.settings(), name, "package_show", &[("id", key)])?;
    let body = match portal.get(&question).await {
        Ok(Answer::AsBefore(unit)) => return gathering.carry(&unit).map(|()| None),
        Ok(Answer::Fresh(body)) => body,
        Err(why) => {
            return match judge(&why) {
                Some(finding) => Ok(Some((finding, why))),
                None => Err(why),
            };
        }
    };
    let package = match read_package(&body) {
        Ok(package) => package,
        Err(why) => return Ok(Some((Finding::new("item.invalid"), why))),
    };
    let (part, data) = match &wanted.id {
        Some(id) => (Part::of_item(id), data_of(&package)),
        None => (Part::of_answer(&body), json!({})),
    };
    let item = package::read(&package, portal.settings());
    gathering.begin(part);
    gathering.add(item)?;
    gathering.end(data)?;
    Ok(None)
}

/// What is remembered of a package, to tell when it has changed.
pub(crate) fn data_of(package: &Value) -> Value {
    json!({ "metadata_modified": text(&package["metadata_modified"]) })
}

/// The package; DKAN's stands in a list of one.
fn read_package(body: &Body) -> Result<Value> {
    let result = action::read_result(body)?;
    let value: Value = serde_json::from_str(result.get()).context("could not read the package")?;
    Ok(match value {
        Value::Array(mut packages) if !packages.is_empty() => packages.swap_remove(0),
        value => value,
    })
}

/// What is to be told of a package that did not come; none: it is not of the package alone.
fn judge(why: &Error) -> Option<Finding> {
    let error = RequestError::of(why)?;
    let value = match &error.cause {
        // Who asks to be left alone is.
        _ if error.retry_after.is_some() => return None,
        Cause::Status(status) => word(*status),
        Cause::Unreachable | Cause::Slow | Cause::Broken => "—".to_owned(),
        _ => return None,
    };
    Some(Finding::new("item.unavailable").value(value))
}

fn word(status: StatusCode) -> String {
    format!("HTTP {}", status.as_u16())
}

fn miss(wanted: &Wanted, finding: Finding) -> Item {
    Item {
        remote_id: wanted.id.clone(),
        name: wanted.name.clone(),
        remote_url: None,
        outcome: Outcome::Failed(Kind::Dataset),
        findings: vec![finding],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_statuses_are_final() {
        let finding = |value: &str| Finding::new("item.unavailable").value(value);
        assert!(is_final(&finding("HTTP 404")) && is_final(&finding("HTTP 403")));
        assert!(!is_final(&finding("HTTP 500")) && !is_final(&finding("—")));
        assert!(!is_final(&Finding::new("item.invalid").value("HTTP 404")));
    }
}
