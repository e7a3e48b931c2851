//! A mapping proposed for a contribution: what `--suggest` writes, and what an assessment says of it.

use mapping::Target;

use crate::schema::{Kind, Version};
use crate::target;

/// What a suggestion can lead to: the target of a list.
pub(crate) fn target(version: Version, kind: Kind) -> Target {
    target::target(version.schema(), kind)
}

/// The names by which a header below titles is found.
pub(crate) fn known(targets: &[Target]) -> Vec<String> {
    let fields = targets.iter().flat_map(|target| &target.fields);
    fields.flat_map(|field| std::iter::once(&field.path).chain(&field.names)).cloned().collect()
}
