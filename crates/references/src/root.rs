//! Where the outputs go.

use std::path::{Path, PathBuf};

use clap::Args;

/// The root of all outputs.
#[derive(Debug, Clone, Args)]
pub(crate) struct RootArgs {
    /// Folder that holds the folders of all outputs
    #[arg(long, value_name = "DIR", env = "DONNEES_BRUTES", default_value = "donnees_brutes")]
    donnees_brutes: PathBuf,
}

impl RootArgs {
    /// The path of an output, such as `cog_carto` or `sirene`.
    pub(crate) fn join(&self, output: impl AsRef<Path>) -> PathBuf {
        self.donnees_brutes.join(output)
    }
}
