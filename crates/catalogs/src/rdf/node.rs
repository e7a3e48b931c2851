//! The nodes of a graph, as numbers.

/// An address or a blank node, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Node(pub(super) u32);

impl Node {
    /// No node of any graph.
    pub(super) const NONE: Self = Self(u32::MAX);

    /// Its place in a list of all nodes of its graph.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}
