//! Who is told of what a scan reads.

use crate::offre::scan::Escapes;

/// Is told of all that is read, or passed over, in its order.
pub(crate) trait Watch {
    /// An object begins, or else a list.
    fn open(&mut self, _is_object: bool) {}

    /// What was opened last has ended.
    fn close(&mut self) {}

    fn key(&mut self, _key: &str) {}

    fn text(&mut self, _written: &str, _escapes: Escapes) {}

    /// None if it is of no use.
    fn number(&mut self, _written: &str) -> Option<()> {
        Some(())
    }

    fn truth(&mut self, _truth: bool) {}

    fn null(&mut self) {}
}

/// Nobody watches.
impl Watch for () {}
