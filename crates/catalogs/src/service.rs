//! A service, before the end of all pages.

use serde::{Deserialize, Serialize};

use crate::item::Item;

/// A service that is an item if it is nobody's access service, which the end of all pages tells.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Service {
    /// The address of its node, if it has one.
    pub(crate) uri: Option<String>,
    pub(crate) item: Item,
}
