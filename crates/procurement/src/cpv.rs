//! The nomenclature of CPV codes, as far as it is needed to judge one.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use foldhash::fast::FixedState;
use step::{ExitCode, Failure};

/// CPV 2008, the annex of Regulation (EC) 213/2008.
const BUILT_IN: &str = include_str!("../data/cpv_2008_fr.tsv");

/// First names of the header of a table of codes.
const HEADER: [&str; 2] = ["code", "key"];

/// Codes and their keys.
#[derive(Debug)]
pub(crate) struct Cpv {
    keys: HashMap<u32, u8, FixedState>,
}

/// What the nomenclature says of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    Yes,
    /// The digits are there, the key is another.
    OtherKey,
    No,
}

impl Cpv {
    /// The nomenclature of 2008.
    pub(crate) fn built_in() -> Self {
        Self::read(BUILT_IN).expect("the built-in table is sound")
    }

    /// Another nomenclature, in the same columns.
    ///
    /// # Errors
    /// 66 when it cannot be read, 2 when it is no such table.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| files::unreadable(path, error))?;
        Self::read(&text).map_err(|(line, why)| {
            let name = path.display();
            Failure::new(ExitCode::Usage, format!("could not read `{name}` as a CPV nomenclature: line {line}: {why}"))
                .hint("give tab-separated columns `code`, `key`, with 8 digits and 1 digit, as in `cpv_2008_fr.tsv`")
                .into()
        })
    }

    fn read(text: &str) -> Result<Self, (usize, String)> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = Lines(text).enumerate();
        let header = lines.next().map_or("", |(_, line)| line);
        if !HEADER.iter().eq(header.split('\t').take(2).collect::<Vec<_>>().iter()) {
            return Err((1, "the columns `code`, `key` do not come first".to_owned()));
        }
        let mut keys = HashMap::with_capacity_and_hasher(text.len() / 48, FixedState::default());
        for (nth, line) in lines.filter(|(_, line)| !line.is_empty()) {
            let (code, rest) = cut(line, b'\t');
            let (key, _) = cut(rest, b'\t');
            let read = digits(code, 8).zip(digits(key, 1));
            let (code, key) = read.ok_or_else(|| (nth + 1, format!("`{code}`, `{key}` is no code with its key")))?;
            keys.insert(code, key as u8);
        }
        Ok(Self { keys })
    }

    /// What it says of `45000000`, `45000000-7`; nothing of what has another form.
    pub(crate) fn find(&self, code: &str) -> Option<Known> {
        let (eight, key) = match code.len() {
            8 => (code, None),
            10 if code.as_bytes()[8] == b'-' => (&code[..8], Some(digits(&code[9..], 1)?)),
            _ => return None,
        };
        Some(match (self.keys.get(&digits(eight, 8)?), key) {
            (None, _) => Known::No,
            (Some(own), Some(key)) if u32::from(*own) != key => Known::OtherKey,
            _ => Known::Yes,
        })
    }

    /// Whether these eight digits are in it.
    pub(crate) fn has(&self, eight: &str) -> bool {
        digits(eight, 8).is_some_and(|code| self.keys.contains_key(&code))
    }
}

/// The lines of a text, as [`str::lines`] gives them. Half a megabyte is read at every start, so it had better be quick.
struct Lines<'t>(&'t str);

impl<'t> Iterator for Lines<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        if self.0.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.0.as_bytes()).unwrap_or(self.0.len());
        let line = &self.0[..end];
        self.0 = self.0.get(end + 1..).unwrap_or_default();
        Some(line.strip_suffix('\r').unwrap_or(line))
    }
}

/// What stands before a byte of ASCII, and behind it.
fn cut(text: &str, at: u8) -> (&str, &str) {
    text.bytes().position(|byte| byte == at).map_or((text, ""), |place| (&text[..place], &text[place + 1..]))
}

/// The number that exactly so many ASCII digits make.
fn digits(text: &str, count: usize) -> Option<u32> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.bytes().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_nomenclature_is_whole() {
        let cpv = Cpv::built_in();
        assert_eq!(cpv.keys.len(), 9_454);
        for (code, known) in [
            ("45000000", Some(Known::Yes)),
            ("45000000-7", Some(Known::Yes)),
            ("45000000-1", Some(Known::OtherKey)),
            ("99999999", Some(Known::No)),
            ("12345678-9", Some(Known::No)),
            ("45000000 7", None),
            ("４5000000", None),
            ("", None),
        ] {
            assert_eq!(cpv.find(code), known, "{code}");
        }
    }

    #[test]
    fn a_table_that_is_none_says_where() {
        assert_eq!(Cpv::read("code;key\n").unwrap_err().0, 1);
        let (line, why) = Cpv::read("code\tkey\n03000000\t1\n0300000\t1\n").unwrap_err();
        assert_eq!((line, why.as_str()), (3, "`0300000`, `1` is no code with its key"));
    }
}
