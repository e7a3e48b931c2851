//! Real data.

use std::path::{Path, PathBuf};

/// What is real and may not be published, by its path below `COLLECTE_DATA`: for tests with [`crate::test_with_data`].
///
/// # Panics
/// If it is not there.
#[track_caller]
pub fn data(path: impl AsRef<Path>) -> PathBuf {
    let path = Path::new(trial_data::data_folder!()).join(path);
    assert!(path.exists(), "could not find {}, which COLLECTE_DATA should hold", path.display());
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[crate::test_with_data]
    fn what_is_at_hand_is_found() {
        assert!(data("references").is_dir());
    }

    #[test]
    #[should_panic(expected = "which COLLECTE_DATA should hold")]
    fn what_nobody_has_fails_the_test() {
        data("what/nobody/has");
    }
}
