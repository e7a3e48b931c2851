//! The names of all packages, where there is no search: of DKAN always.

use anyhow::Result;
use serde_json::{Value, json};

use crate::gathering::{Gathering, Part};
use crate::item::{Finding, Item, Kind, Outcome};
use crate::package_show::{Asker, Wanted};
use crate::portal::{Answer, Body, Portal};
use crate::reading::{elements, text};
use crate::verdict::Listing;
use crate::{action, answer};

/// Goes through the list, and asks for each package of it.
///
/// # Errors
/// The list could not be had or read, or the portal stopped answering.
pub(crate) async fn harvest(portal: &mut Portal, gathering: &mut Gathering) -> Result<Listing> {
    let question = action::ask(portal.settings(), "the list of packages".to_owned(), "package_list", &[])?;
    let names = match portal.get(&question).await? {
        Answer::AsBefore(unit) => {
            gathering.carry(&unit)?;
            unit.data["names"].clone()
        }
        Answer::Fresh(body) => {
            let names = read(&body)?;
            gathering.begin(Part::of_answer(&body));
            gathering.end(json!({ "names": names }))?;
            names
        }
    };
    let mut asker = Asker::default();
    for name in elements(&names) {
        match text(name) {
            Some(name) => asker.take(portal, gathering, &Wanted { id: None, name: Some(name) }).await?,
            None if gathering.is_full() => {}
            None => gathering.add(nameless())?,
        }
    }
    Ok(if gathering.is_full() { Listing::Limited } else { Listing::Whole })
}

/// The names, as they are listed.
fn read(body: &Body) -> Result<Value> {
    match answer::tree_of(body, action::read_result(body)?)? {
        names @ Value::Array(_) => Ok(names),
        _ => Err(answer::refuse(body, "n'est pas une liste de noms", "it is no list of names", &[])),
    }
}

/// What the list names by no text.
fn nameless() -> Item {
    Item {
        remote_id: None,
        name: None,
        remote_url: None,
        outcome: Outcome::Failed(Kind::Dataset),
        findings: vec![Finding::new("item.invalid").path("/harvest/ckan_name")],
    }
}
