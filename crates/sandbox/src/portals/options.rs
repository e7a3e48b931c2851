//! What can be set about the portals.

use clap::Args;

use crate::wire::shelf::Validators;

/// The knobs of the four portals.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Open data portals")]
pub struct PortalOptions {
    /// Datasets of each portal
    #[arg(long, value_name = "N", default_value_t = 60, global = true)]
    pub portal_datasets: usize,
    /// Datasets of a page, at most, whatever is asked for
    #[arg(long, value_name = "N", default_value_t = 25, global = true)]
    pub portal_page: usize,
    /// What the portals say by which a client can tell versions apart
    #[arg(long, value_enum, default_value_t = Validators::Etag, global = true)]
    pub portal_validators: Validators,
    /// So many times a dataset vanishes right after a page of a listing was handed out
    #[arg(long, value_name = "N", default_value_t = 0, global = true)]
    pub portal_moves: usize,
    /// The CKAN portal has no search: only its list, and each package
    #[arg(long, global = true)]
    pub portal_without_search: bool,
    /// The CKAN portal's search gives whole packages, whatever fields are asked for
    #[arg(long, global = true)]
    pub portal_whole: bool,
    /// The status with which CKAN and DKAN refuse the third package of their lists
    #[arg(long, value_name = "STATUS", value_parser = clap::value_parser!(u16).range(400..=599), global = true)]
    pub portal_refusal: Option<u16>,
    /// The key without which the CKAN portal answers 403
    #[arg(long, value_name = "KEY", global = true)]
    pub portal_key: Option<String>,
}
