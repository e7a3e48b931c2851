//! Where the outputs go: as all steps have it.

pub(crate) use step::RootArgs;
