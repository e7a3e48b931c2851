//! The model of data.gouv.fr, as it is written: each key in the contract's order, what is empty left out.
//!
//! A dialect fills what the portal said. The harvest around it fills what it knows itself: each `id`, and of
//! [`Harvest`] `domain`, `source_id`, `source_url`, `last_update` and the archive marks. Instants are texts,
//! `YYYY-MM-DDTHH:MM:SSZ`.

mod dataservice;
mod dataset;
mod harvest;
mod resource;

pub(crate) use dataservice::Dataservice;
pub(crate) use dataset::{ContactPoint, Dataset, Polygon, Ring, Schema, Spatial, TemporalCoverage};
pub(crate) use harvest::{Backend, Harvest};
pub(crate) use resource::{Checksum, Resource, ResourceHarvest};

/// Values that the model has no field for, as the portal wrote them.
pub(crate) type Extras = serde_json::Map<String, serde_json::Value>;
