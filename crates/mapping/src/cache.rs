//! What was found out about a text, kept for when it comes again.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// Longer texts do not come again.
const LONGEST_BYTES: usize = 128;

/// Columns with more different texts than that are not worth more memory.
const MOST_TEXTS: usize = 4_096;

/// Answers by text. Bounded: when it is full, it begins anew.
#[derive(Debug, Clone)]
pub(crate) struct Cache<T> {
    answers: HashMap<Box<str>, T, FixedState>,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self { answers: HashMap::default() }
    }
}

impl<T: Copy> Cache<T> {
    #[inline]
    pub(crate) fn get(&mut self, text: &str, find: impl FnOnce(&str) -> T) -> T {
        if text.len() > LONGEST_BYTES {
            return find(text);
        }
        if let Some(answer) = self.answers.get(text) {
            return *answer;
        }
        let answer = find(text);
        if self.answers.len() >= MOST_TEXTS {
            self.answers.clear();
        }
        self.answers.insert(text.into(), answer);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_looked_up_once_and_memory_is_bounded() {
        let (mut cache, mut asked) = (Cache::default(), 0);
        for _ in 0..3 {
            assert_eq!(
                cache.get("a", |_| {
                    asked += 1;
                    7
                }),
                7
            );
        }
        assert_eq!(asked, 1);
        for nth in 0..10_000 {
            cache.get(&nth.to_string(), |_| 0);
        }
        assert!(cache.answers.len() <= MOST_TEXTS);
        cache.get(&"a".repeat(LONGEST_BYTES + 1), |_| 0);
        assert!(cache.answers.keys().all(|text| text.len() <= LONGEST_BYTES));
    }
}
