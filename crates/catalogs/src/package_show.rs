//! Packages asked for one by one, of CKAN and DKAN: one that does not come costs itself alone.

use anyhow::{Error, Result};
use serde_json::{Value, json};
use transfer::{Cause, RequestError, StatusCode};

use crate::gathering::{Gathering, Part};
use crate::item::{Finding, Item, Kind, Outcome};
use crate::portal::{Answer, Body, Portal};
use crate::reading::text;
use crate::{action, answer, package};

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

/// Asks for packages in turn.
#[derive(Debug, Default)]
pub(crate) struct Asker {
    /// How many in a row did not come.
    misses: u32,
}

impl Asker {
    /// Asks for one, unless no further item is wanted.
    ///
    /// # Errors
    /// The portal stopped answering, or answered what fails the job: a redirect, a forbidden address, a limit.
    pub(crate) async fn take(&mut self, portal: &mut Portal, gathering: &mut Gathering, wanted: &Wanted) -> Result<()> {
        if gathering.is_full() {
            return Ok(());
        }
        let Some((item, why)) = show(portal, gathering, wanted).await? else {
            self.misses = 0;
            return Ok(());
        };
        self.misses += 1;
        if self.misses == MOST_MISSES { Err(why) } else { gathering.add(item) }
    }
}

/// Takes the package; or gives the item that stands for one that did not come, and why it did not.
async fn show(portal: &mut Portal, gathering: &mut Gathering, wanted: &Wanted) -> Result<Option<(Item, Error)>> {
    let key = wanted.id.as_deref().or(wanted.name.as_deref()).unwrap_or_default();
    let name = format!("the package `{}`", wanted.name.as_deref().unwrap_or(key));
    let question = action::ask(portal.settings(), name, "package_show", &[("id", key)])?;
    let body = match portal.get(&question).await {
        Ok(Answer::AsBefore(unit)) => return gathering.carry(&unit).map(|()| None),
        Ok(Answer::Fresh(body)) => body,
        Err(why) => match judge(&why, wanted) {
            Some(item) => return Ok(Some((item, why))),
            None => return Err(why),
        },
    };
    answer::guard_element(&body)?;
    let package = match read_package(&body) {
        Ok(package) => package,
        Err(why) => return Ok(Some((miss(wanted, Outcome::Failed(Kind::Dataset), Finding::new("item.invalid")), why))),
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
    let value = match answer::tree_of(body, result)? {
        Value::Array(mut packages) if !packages.is_empty() => packages.swap_remove(0),
        value => value,
    };
    // What is none is not remembered either.
    let is_package = value.is_object();
    is_package.then_some(value).ok_or_else(|| answer::refuse(body, "n'est pas un jeu", "it is no package", &[]))
}

/// What stands for a package that did not come; none: it is not of the package alone.
fn judge(why: &Error, wanted: &Wanted) -> Option<Item> {
    let error = RequestError::of(why)?;
    let finding = Finding::new("item.unavailable");
    let (outcome, finding) = match &error.cause {
        // Who asks to be left alone for long is.
        _ if error.retry_after.is_some() => return None,
        Cause::Status(status) => {
            let told = finding.value(format!("HTTP {}", status.as_u16()));
            let is_final = FINAL.contains(status);
            (if is_final { Outcome::Failed(Kind::Dataset) } else { Outcome::Unanswered(Kind::Dataset) }, told)
        }
        Cause::Unreachable | Cause::Slow | Cause::Broken => (Outcome::Unanswered(Kind::Dataset), finding),
        _ => return None,
    };
    Some(miss(wanted, outcome, finding))
}

fn miss(wanted: &Wanted, outcome: Outcome, finding: Finding) -> Item {
    let Wanted { id, name } = wanted.clone();
    Item { remote_id: id, name, remote_url: None, outcome, findings: vec![finding] }
}
