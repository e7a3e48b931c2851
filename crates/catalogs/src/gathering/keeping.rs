//! What items are known by: it is wanted until the last page has come.

use anyhow::Result;
use step::ExitCode;

use super::Gathering;
use crate::verdict::JobError;

/// What items are known by stays in memory to the end, and a portal chooses how long that is: so much besides what is
/// common.
const MOST_KEPT_BYTES: u64 = 16 << 20;

/// What is common of one item.
const KEPT_BYTES_OF_ITEM: u64 = 256;

impl Gathering {
    /// Counts what an item is known by.
    ///
    /// # Errors
    /// 65: all identifiers together are far longer than any portal's.
    pub(super) fn keep(&mut self, texts: &[Option<&str>]) -> Result<()> {
        self.kept += texts.iter().flatten().map(|text| text.len() as u64).sum::<u64>();
        if self.kept <= MOST_KEPT_BYTES + KEPT_BYTES_OF_ITEM * self.count {
            return Ok(());
        }
        let error = JobError::new(
            "Les identifiants du portail sont démesurés (plus de 16 Mio en tout, outre 256 octets par élément).",
            "could not keep the portal's identifiers: they are far too long (over 16 MiB besides 256 bytes an item)",
        );
        let error = error.hint("Signalez-le à qui administre le portail.", "tell those who run the portal");
        Err(error.fail(ExitCode::BadInput))
    }
}
