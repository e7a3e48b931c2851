//! CKAN: its search, page after page until as many packages have come as it announces; where it has none, its list.

mod query;
mod search;

use anyhow::Result;
use serde_json::{Value, json};

use self::search::{Found, Search};
use crate::gathering::{Gathering, Part};
use crate::item::{Finding, Item, Kind, Outcome};
use crate::package_show::{Asker, Wanted, data_of};
use crate::portal::{Answer, Body, Portal};
use crate::tally::Tally;
use crate::verdict::{JobError, Listing};
use crate::{package, package_list};

/// What is remembered of the listing itself: that its packages are. No package has that identifier.
const LISTED: &str = "";

/// Goes through the portal.
///
/// # Errors
/// A listing could not be had or read, or the portal stopped answering.
pub(crate) async fn harvest(portal: &mut Portal, gathering: &mut Gathering) -> Result<Listing> {
    gathering.set_format("JSON");
    let search = Search::new(portal.settings(), portal.remembered(LISTED).is_some());
    let Some(mut listed) = list(portal, gathering, &search).await? else {
        return package_list::harvest(portal, gathering).await;
    };
    if !listed.is_limited && listed.contradiction.is_some() {
        gathering.begin_again()?;
        portal.begin_again();
        let Some(again) = list(portal, gathering, &search).await? else {
            return package_list::harvest(portal, gathering).await;
        };
        listed = again;
    }
    take_named(portal, gathering, &listed.named).await?;
    gathering.begin(Part::of_item(LISTED));
    gathering.end(json!({}))?;
    Ok(match listed.contradiction {
        _ if listed.is_limited || gathering.is_full() => Listing::Limited,
        Some(why) => Listing::Incomplete(vec![why]),
        None => Listing::Whole,
    })
}

/// What a listing came to.
struct Listed {
    /// Packages of which it gave no more than name and date, and each date.
    named: Vec<(Wanted, Option<String>)>,
    contradiction: Option<JobError>,
    is_limited: bool,
}

/// Goes through the search; none: there is no search.
async fn list(portal: &mut Portal, gathering: &mut Gathering, search: &Search) -> Result<Option<Listed>> {
    let mut tally = Tally::new();
    let mut listed = Listed { named: Vec::new(), contradiction: None, is_limited: false };
    loop {
        let question = search.ask(portal.settings(), tally.received())?;
        let has_new = match portal.get(&question).await? {
            Answer::AsBefore(unit) => {
                gathering.carry(&unit)?;
                take_known_page(&unit.data, &mut tally, &mut listed)
            }
            Answer::Fresh(body) if search.is_missing(&body)? => return Ok(None),
            Answer::Fresh(body) => take_page(portal, gathering, &body, &mut tally, &mut listed)?,
        };
        let settings = portal.settings();
        listed.is_limited = gathering.is_full() || settings.most_items.is_some_and(|most| tally.received() >= most);
        let is_too_long = tally.pages() >= settings.max_pages && !tally.is_at_end();
        if listed.is_limited || is_too_long || !has_new || tally.is_at_end() {
            let max_pages = settings.max_pages;
            listed.contradiction = if is_too_long { Some(Tally::too_long(max_pages)) } else { tally.contradiction() };
            return Ok(Some(listed));
        }
    }
}

/// A page that is as before: whether one of its packages had not come yet.
fn take_known_page(data: &Value, tally: &mut Tally, listed: &mut Listed) -> bool {
    tally.note_page(data["count"].as_u64().unwrap_or_default());
    let mut has_new = false;
    for found in search::read_notes(data) {
        has_new |= tally.add(found.wanted.id.as_deref());
        listed.named.push((found.wanted, found.modified));
    }
    has_new
}

/// The same of a page that came; its whole packages are items at once.
fn take_page(
    portal: &Portal,
    gathering: &mut Gathering,
    body: &Body,
    tally: &mut Tally,
    listed: &mut Listed,
) -> Result<bool> {
    let page = search::read(body)?;
    tally.note_page(page.count);
    let (mut has_new, mut notes) = (false, Some(Vec::new()));
    for result in page.results {
        if gathering.is_full() {
            return Ok(has_new);
        }
        let found = Found::read(body, result)?;
        let is_new = tally.add(found.wanted.id.as_deref());
        has_new |= is_new;
        match &found.wanted.id {
            Some(_) => notes.iter_mut().for_each(|notes| notes.push(found.note())),
            // It comes with the page alone, which cannot be carried over then.
            None => notes = None,
        }
        match found.whole {
            Some(whole) => take_whole(portal, gathering, &whole, &found.wanted, is_new)?,
            None if found.wanted.id.is_some() => listed.named.push((found.wanted, found.modified)),
            None => gathering.add(nameless())?,
        }
    }
    if let Some(notes) = notes {
        gathering.begin(Part::of_answer(body));
        gathering.end(json!({ "count": page.count, "packages": notes }))?;
    }
    Ok(has_new)
}

/// A second one of the same identifier is an item, told as such, but not what is remembered.
fn take_whole(
    portal: &Portal,
    gathering: &mut Gathering,
    package: &Value,
    wanted: &Wanted,
    is_new: bool,
) -> Result<()> {
    let item = package::read(package, portal.settings());
    let Some(id) = wanted.id.as_deref().filter(|_| is_new) else { return gathering.add(item) };
    gathering.begin(Part::of_item(id));
    gathering.add(item)?;
    gathering.end(data_of(package))
}

/// Takes over what has not changed since, and asks for the rest.
async fn take_named(portal: &mut Portal, gathering: &mut Gathering, named: &[(Wanted, Option<String>)]) -> Result<()> {
    let mut asker = Asker::default();
    for (wanted, modified) in named {
        if gathering.is_full() {
            return Ok(());
        }
        let known = wanted.id.as_deref().and_then(|id| portal.remembered(id));
        match known.filter(|unit| search::is_same_moment(modified.as_deref(), &unit.data["metadata_modified"])) {
            Some(unit) => gathering.carry(&unit)?,
            None => asker.take(portal, gathering, wanted).await?,
        }
    }
    Ok(())
}

/// What the search gives without an identifier.
fn nameless() -> Item {
    Item {
        remote_id: None,
        name: None,
        remote_url: None,
        outcome: Outcome::Failed(Kind::Dataset),
        findings: vec![Finding::new("item.invalid").path("/harvest/remote_id")],
    }
}
