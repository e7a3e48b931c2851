//! How a table is converted.

use std::path::Path;
use std::sync::Arc;

use report::Lang;

use crate::cpv::Cpv;
use crate::heading::Heading;
use crate::version::Version;

/// What makes a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    /// Records of one contract are joined.
    #[default]
    Group,
    /// Each used record is a contract.
    Row,
}

/// How a table is converted.
pub(crate) struct Settings<'a> {
    pub(crate) heading: &'a Heading,
    pub(crate) version: Version,
    pub(crate) mode: Mode,
    /// The date of contracts that have none.
    pub(crate) published: Option<&'a str>,
    pub(crate) cpv: Arc<Cpv>,
    pub(crate) lang: Lang,
    pub(crate) folder: &'a Path,
}
