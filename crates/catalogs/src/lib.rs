//! To come.
//!
//! A JSON dialect is `pub(crate) async fn harvest(portal: &mut Portal, gathering: &mut Gathering) -> Result<Listing>` of
//! its file (`ckan`, `dkan`, `ods`): it asks, adds items, and gives its verdict. `dcat` is
//! `pub(crate) fn read_page(body: &Body, settings: &Settings) -> Result<Page>`, without a wait; `pages` goes from
//! page to page.

mod dcat;
mod gathering;
mod item;
mod memory;
mod model;
mod page;
mod portal;
mod rdf;
mod settings;
mod values;
mod verdict;
