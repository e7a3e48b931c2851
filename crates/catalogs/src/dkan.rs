//! DKAN: a list of names, and each package of it.

use anyhow::Result;

use crate::gathering::Gathering;
use crate::package_list;
use crate::portal::Portal;
use crate::verdict::Listing;

/// Goes through the portal.
///
/// # Errors
/// The list could not be had or read, or the portal stopped answering.
pub(crate) async fn harvest(portal: &mut Portal, gathering: &mut Gathering) -> Result<Listing> {
    gathering.set_format("JSON");
    package_list::harvest(portal, gathering).await
}
