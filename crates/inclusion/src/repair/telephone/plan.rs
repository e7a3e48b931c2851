//! Numbering plans, from the metadata of libphonenumber. Its patterns are matched whole here: the beginning of a longer
//! number is no number.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use phonenumber::Metadata;
use phonenumber::metadata::{DATABASE, Descriptor};
use regex::Regex;

/// Code, form of all numbers, form of those in use: of the French codes, since reading the metadata of the whole world takes
/// longer than most files.
const OF_FRANCE: &str = include_str!("../../../data/telephones.tsv");

/// What counts as a number behind one code, in any of the territories that share it.
#[derive(Debug)]
pub(super) struct Plan(Vec<Numbers>);

#[derive(Debug)]
struct Numbers {
    /// The form of all of them, and those of them that are in use.
    general: Regex,
    used: Regex,
}

/// The plans of countries abroad that were asked for, by code.
static ABROAD: LazyLock<Mutex<HashMap<u16, Arc<Plan>>>> = LazyLock::new(Mutex::default);

impl Plan {
    /// The plan of a French code, such as 590, which Guadeloupe shares with Saint-Martin and Saint-Barthélemy.
    pub(super) fn of_france(code: u16) -> Self {
        let rows = OF_FRANCE.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        let own = rows.filter(|cells| cells[0] == code.to_string());
        Self(own.map(|cells| Numbers { general: whole(cells[1]), used: whole(cells[2]) }).collect())
    }

    /// The plan of any code.
    fn of(code: u16) -> Self {
        let all = DATABASE.by_code(&code).unwrap_or_default().into_iter().map(patterns);
        Self(all.map(|(general, used)| Numbers { general: whole(&general), used: whole(&used) }).collect())
    }

    /// Whether a number, without its code, is one there.
    pub(super) fn has(&self, national: &str) -> bool {
        self.0.iter().any(|numbers| numbers.general.is_match(national) && numbers.used.is_match(national))
    }
}

/// The form of all numbers of a territory, and of those that are in use.
fn patterns(metadata: &Metadata) -> (String, String) {
    let of = metadata.descriptors();
    let kinds = [
        of.fixed_line(),
        of.mobile(),
        of.toll_free(),
        of.premium_rate(),
        of.shared_cost(),
        of.personal_number(),
        of.voip(),
        of.pager(),
        of.uan(),
        of.voicemail(),
    ];
    let used: Vec<String> = kinds.into_iter().flatten().map(pattern).filter(|pattern| pattern != "NA").collect();
    (pattern(of.general()), used.join("|"))
}

/// Whether a number of another country is one there.
pub(super) fn is_abroad(digits: &str) -> bool {
    let Ok(number) = phonenumber::parse(None, format!("+{digits}")) else { return false };
    let code = number.country().code();
    let Some(national) = digits.strip_prefix(&code.to_string()) else { return false };
    let mut abroad = ABROAD.lock().unwrap_or_else(PoisonError::into_inner);
    abroad.entry(code).or_insert_with(|| Arc::new(Plan::of(code))).has(national)
}

fn pattern(descriptor: &Descriptor) -> String {
    descriptor.national_number().as_str().split_whitespace().collect()
}

fn whole(pattern: &str) -> Regex {
    // What no number has matches none.
    let pattern = if pattern.is_empty() { "[^0-9]" } else { pattern };
    Regex::new(&format!("^(?:{pattern})$")).expect("the metadata hold well-formed patterns")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_of_france_are_those_of_the_metadata() {
        let mut rows = String::new();
        for code in [262, 590, 594, 596, 508, 681, 689, 687, 33_u16] {
            for (general, used) in DATABASE.by_code(&code).unwrap().into_iter().map(patterns) {
                rows += &format!("{code}\t{general}\t{used}\n");
            }
        }
        assert_eq!(OF_FRANCE, rows, "the table of patterns is:\n{rows}");
    }
}
