//! The names of all packages, where there is no search: of DKAN always.

use anyhow::Result;
use serde_json::{Value, json};

use crate::action;
use crate::gathering::{Gathering, Part};
use crate::item::{Finding, Item, Kind, Outcome};
use crate::package_show::{Wanted, show_all};
use crate::portal::{Answer, Portal};
use crate::reading::{elements, text};
use crate::verdict::Listing;

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
            let names: Value = crate::answer::value(&body, action::read_result(&body)?)?;
            gathering.begin(Part::of_answer(&body));
            gathering.end(json!({ "names": names }))?;
            names
        }
    };
    let wanted: Vec<Wanted> =
        elements(&names).iter().filter_map(text).map(|name| Wanted { id: None, name: Some(name) }).collect();
    show_all(portal, gathering, &wanted).await?;
    for _ in wanted.len()..elements(&names).len() {
        gathering.add(nameless())?;
    }
    Ok(if gathering.is_full() { Listing::Limited } else { Listing::Whole })
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
