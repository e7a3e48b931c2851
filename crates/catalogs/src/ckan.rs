//! CKAN: its search, page after page until as many packages have come as it announces; where it has none, its list.

mod query;
mod search;

use anyhow::Result;
use serde_json::json;

use self::search::{Found, Page, Search};
use crate::gathering::{Gathering, Part};
use crate::item::{Finding, Item, Kind, Outcome};
use crate::package;
use crate::package_list;
use crate::package_show::{Wanted, data_of, show_all};
use crate::portal::Portal;
use crate::tally::Tally;
use crate::verdict::{JobError, Listing};

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
    if listed.contradiction.is_some() {
        gathering.begin_again()?;
        portal.begin_again();
        if let Some(again) = list(portal, gathering, &search).await? {
            listed = again;
        }
    }
    show_all(portal, gathering, &listed.wanted).await?;
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
    /// Packages that are to be asked for.
    wanted: Vec<Wanted>,
    contradiction: Option<JobError>,
    is_limited: bool,
}

/// Goes through the search; none: there is no search.
async fn list(portal: &mut Portal, gathering: &mut Gathering, search: &Search) -> Result<Option<Listed>> {
    let mut tally = Tally::new();
    let mut listed = Listed { wanted: Vec::new(), contradiction: None, is_limited: false };
    loop {
        let Some(page) = search.ask(portal, gathering, tally.received()).await? else { return Ok(None) };
        tally.note_page(page.count);
        let mut has_new = false;
        for found in &page.found {
            let is_new = tally.add(found.id());
            has_new |= is_new;
            take(portal, gathering, found, is_new, &mut listed.wanted)?;
        }
        let settings = portal.settings();
        listed.is_limited =
            gathering.is_full() || settings.most_items.is_some_and(|most| listed.wanted.len() as u64 >= most);
        if listed.is_limited || !has_new || tally.is_at_end() {
            listed.contradiction = tally.contradiction();
            return Ok(Some(listed));
        }
        if tally.pages() >= settings.max_pages {
            listed.contradiction = Some(too_long(settings.max_pages));
            return Ok(Some(listed));
        }
    }
}
