//! What can be set about the reference files.

use clap::Args;

use crate::wire::shelf::{Manners, Validators};

/// The knobs of the services of reference files.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Reference files")]
pub struct ReferenceOptions {
    /// Calls a second that IGN allows; 0 allows any number
    #[arg(long, value_name = "N", default_value_t = 10.0, global = true)]
    pub ign_rate: f64,
    /// Entries of a page of IGN's catalogue, at most
    #[arg(long, value_name = "N", default_value_t = 50, global = true)]
    pub catalogue_page: usize,
    /// Communes in IGN's archives
    #[arg(long, value_name = "N", default_value_t = 35_015, global = true)]
    pub communes: usize,
    /// Answer for IGN's archives with a redirect
    #[arg(long, global = true)]
    pub redirect_archives: bool,
    /// Establishments in the SIRENE stock
    #[arg(long, value_name = "N", default_value_t = 2_000, global = true)]
    pub sirene_rows: usize,
    /// Columns of the SIRENE stock: 53 up to December 2025
    #[arg(long, value_name = "N", default_value_t = 54, global = true)]
    pub sirene_columns: usize,
    /// Write sizes and checksum of the SIRENE stock after its data
    #[arg(long, global = true)]
    pub sirene_descriptor: bool,
    /// Files in the SIRENE archive; the real one has one
    #[arg(long, value_name = "N", default_value_t = 1, global = true)]
    pub sirene_members: usize,

    /// What the file servers say by which a client can tell versions apart
    #[arg(long, value_enum, default_value_t = Validators::Etag, global = true)]
    pub validators: Validators,
    /// Answer with the whole file, whatever part is asked for
    #[arg(long, global = true)]
    pub no_ranges: bool,
    /// Hand out parts of whatever version is there, whatever `If-Range` says
    #[arg(long, global = true)]
    pub ignore_if_range: bool,
    /// Bytes of a file handed out a second; 0 for any number
    #[arg(long, value_name = "N", default_value_t = 0, global = true)]
    pub bytes_per_second: u64,
}

impl ReferenceOptions {
    pub(crate) fn manners(&self) -> Manners {
        Manners {
            validators: self.validators,
            ranges: !self.no_ranges,
            if_range: !self.ignore_if_range,
            bytes_per_second: self.bytes_per_second,
        }
    }
}
