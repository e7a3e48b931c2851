#![doc = include_str!("../README.md")]

#[cfg(feature = "history")]
pub mod anonymise_offers;
#[cfg(feature = "history")]
mod article7;
#[cfg(feature = "history")]
mod calendar;
#[cfg(feature = "history")]
pub mod collect_history;
pub mod collect_offers;
#[cfg(feature = "history")]
mod content;
mod content_range;
#[cfg(feature = "history")]
mod days;
pub mod fetch_referentials;
pub mod fetch_rome;
#[cfg(feature = "history")]
mod joins;
mod list;
#[cfg(feature = "history")]
pub mod merge_offers;
#[cfg(feature = "history")]
pub mod mirror_offers;
#[cfg(feature = "history")]
mod offre;
#[cfg(feature = "history")]
pub mod report_collection;
mod service;
#[cfg_attr(not(feature = "history"), expect(dead_code, reason = "the steps that make tables use all of it"))]
mod survey;
