//! To come.
//!
//! A JSON dialect is `pub(crate) async fn harvest(portal: &mut Portal, gathering: &mut Gathering) -> Result<Listing>` of
//! its file (`ckan`, `dkan`, `ods`): it asks, adds items, and gives its verdict. `dcat` is
//! `pub(crate) fn read_page(body: &Body, settings: &Settings) -> Result<Page>`, without a wait; `pages` goes from
//! page to page.

mod action;
mod answer;
mod ckan;
mod dkan;
#[cfg(test)]
mod expected;
mod gathering;
mod item;
mod memory;
mod model;
mod ods;
mod package;
mod package_list;
mod package_show;
mod page;
mod portal;
mod reading;
mod resource_title;
mod settings;
mod tally;
mod values;
mod verdict;
