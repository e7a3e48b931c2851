//! Real data.

use std::path::{Path, PathBuf};

/// What is real and may not be published, by its path; `None`, and the test says so, where it is not at hand.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
pub fn data(path: impl AsRef<Path>) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_at_hand_is_none() {
        assert_eq!(data("what/nobody/has"), None);
    }
}
