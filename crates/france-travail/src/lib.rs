#![doc = include_str!("../README.md")]

#[cfg(feature = "history")]
pub mod anonymise_offers;
#[cfg(feature = "history")]
mod article7;
#[cfg(feature = "history")]
pub mod collect_history;
pub mod collect_offers;
mod content_range;
#[cfg(feature = "history")]
#[allow(dead_code, reason = "the steps that read days come one by one")]
mod days;
pub mod fetch_referentials;
pub mod fetch_rome;
#[cfg(feature = "history")]
#[cfg_attr(not(test), expect(dead_code, unused_imports, reason = "`merge-offers` uses it, which is to come"))]
mod joins;
mod list;
#[cfg(feature = "history")]
pub mod mirror_offers;
#[cfg(feature = "history")]
mod offre;
mod service;
#[cfg_attr(not(feature = "history"), expect(dead_code, reason = "the steps that make tables use all of it"))]
mod survey;
