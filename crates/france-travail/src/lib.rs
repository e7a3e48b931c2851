//! Steps that collect the job offers and ROME of France Travail.

pub mod collect_offers;
mod content_range;
pub mod fetch_referentials;
pub mod fetch_rome;
mod folder;
mod list;
mod service;
