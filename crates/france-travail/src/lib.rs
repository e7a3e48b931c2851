#![doc = include_str!("../README.md")]

pub mod collect_offers;
mod content_range;
pub mod fetch_referentials;
pub mod fetch_rome;
mod list;
mod service;
