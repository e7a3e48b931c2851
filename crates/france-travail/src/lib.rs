//! Steps that collect the job offers and ROME of France Travail.

pub mod collect_offers;
mod content_range;
mod root;
mod service;
