//! Lengths in code points, counted only where the bytes do not tell.

/// Whether a text has fewer code points than `least`.
pub(super) fn is_shorter(text: &str, least: usize) -> bool {
    // A code point has at most four bytes.
    text.len() < least || (text.len() < 4 * least && count(text) < least)
}

/// Whether a text has more code points than `most`.
pub(super) fn is_longer(text: &str, most: usize) -> bool {
    text.len() > most && count(text) > most
}

fn count(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lengths_are_those_of_code_points(text in "\\PC{0,20}", bound in 0_usize..20) {
            let length = text.chars().count();
            prop_assert_eq!(is_shorter(&text, bound), length < bound);
            prop_assert_eq!(is_longer(&text, bound), length > bound);
        }
    }
}
