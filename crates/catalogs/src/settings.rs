//! What the caller wants of a portal, as far as the dialects have to know.

use url::Url;

use crate::model::Backend;

/// What the caller wants of a portal.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) backend: Backend,
    /// The source; of ckan, dkan and ods it ends with `/`.
    pub(crate) url: Url,
    /// `--include K=V`, in the order given; the keys are those of the dialect.
    pub(crate) include: Vec<(String, String)>,
    pub(crate) exclude: Vec<(String, String)>,
    pub(crate) inspire: bool,
    pub(crate) remote_url_prefix: Option<String>,
    pub(crate) default_license: Option<String>,
    /// The run's one instant; later dates are in the future.
    pub(crate) now: jiff::Timestamp,
    /// No more items than this are wanted (`--preview`: 20, `--max-items`).
    pub(crate) most_items: Option<u64>,
    pub(crate) is_preview: bool,
    pub(crate) max_pages: u64,
    /// The one limit of bytes of an answer, decompressed.
    pub(crate) max_page_bytes: usize,
}
