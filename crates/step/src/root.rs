//! Where the outputs go.

use std::path::{Path, PathBuf};

use clap::Args;

/// The root of all outputs: an argument for every step that has one, flattened into its own.
#[derive(Debug, Clone, Args)]
pub struct RootArgs {
    /// Folder that holds the folders of all outputs
    #[arg(long, value_name = "DIR", env = "DONNEES_BRUTES", default_value = "donnees_brutes")]
    donnees_brutes: PathBuf,
}

impl RootArgs {
    /// The path of an output, such as `rome` or `cog_carto`.
    pub fn join(&self, output: impl AsRef<Path>) -> PathBuf {
        self.donnees_brutes.join(output)
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    struct Own {
        #[command(flatten)]
        root: RootArgs,
    }

    #[test]
    fn outputs_are_below_the_folder_that_was_given() {
        let own = Own::parse_from(["try", "--donnees-brutes", "/data"]);
        assert_eq!(own.root.join("rome"), Path::new("/data/rome"));
    }

    #[test]
    fn the_folder_comes_from_a_variable_or_is_the_one_in_the_documentation() {
        let command = Own::command();
        let argument = command.get_arguments().find(|argument| argument.get_id() == "donnees_brutes").unwrap();
        assert_eq!(argument.get_env().unwrap(), "DONNEES_BRUTES");
        assert_eq!(argument.get_default_values(), ["donnees_brutes"]);
    }
}
