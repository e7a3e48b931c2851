//! What one page of a DCAT catalogue holds.

use crate::dcat::entries::Entries;
use crate::item::Finding;

/// What `dcat::read_page` makes of an answer.
#[derive(Debug)]
pub(crate) struct Page {
    /// `RDF/XML`, `JSON-LD`, `Turtle`, `N3`, `N-Triples` or `TriG`.
    pub(crate) format: &'static str,
    /// Its datasets and services, which are yet to be read.
    pub(crate) entries: Entries,
    /// Addresses of the nodes that are the access service of a distribution; one without address is left out of the
    /// services at once.
    pub(crate) access_services: Vec<String>,
    /// The next page as an absolute address, if one is named: not judged yet.
    pub(crate) next: Option<String>,
    /// `hydra:totalItems`.
    pub(crate) total: Option<u64>,
    /// Of the page as a whole: `encoding.guessed`.
    pub(crate) findings: Vec<Finding>,
    /// Statements that could not be read, and where the first of them is.
    pub(crate) skipped_statements: u64,
    pub(crate) first_skipped_line: Option<u64>,
}
