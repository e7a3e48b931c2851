//! Numbering plans, from the metadata of libphonenumber. Its patterns are matched whole here: the beginning of a longer
//! number is no number.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use phonenumber::Metadata;
use phonenumber::metadata::{DATABASE, Descriptor};
use regex::Regex;

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
    /// The plan of a code, such as 590, which Guadeloupe shares with Saint-Martin and Saint-Barthélemy.
    pub(super) fn of(code: u16) -> Self {
        Self(DATABASE.by_code(&code).unwrap_or_default().into_iter().map(Numbers::new).collect())
    }

    /// Whether a number, without its code, is one there.
    pub(super) fn has(&self, national: &str) -> bool {
        self.0.iter().any(|numbers| numbers.general.is_match(national) && numbers.used.is_match(national))
    }
}

impl Numbers {
    fn new(metadata: &Metadata) -> Self {
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
        let used: Vec<&str> = kinds.into_iter().flatten().map(pattern).filter(|pattern| *pattern != "NA").collect();
        Self { general: whole(pattern(of.general())), used: whole(&used.join("|")) }
    }
}

/// Whether a number of another country is one there.
pub(super) fn is_abroad(digits: &str) -> bool {
    let Ok(number) = phonenumber::parse(None, format!("+{digits}")) else { return false };
    let code = number.country().code();
    let Some(national) = digits.strip_prefix(&code.to_string()) else { return false };
    let mut abroad = ABROAD.lock().unwrap_or_else(PoisonError::into_inner);
    abroad.entry(code).or_insert_with(|| Arc::new(Plan::of(code))).has(national)
}

fn pattern(descriptor: &Descriptor) -> &str {
    descriptor.national_number().as_str()
}

fn whole(pattern: &str) -> Regex {
    let pattern: String = pattern.split_whitespace().collect();
    // What no number has matches none.
    let pattern = if pattern.is_empty() { "[^0-9]" } else { &pattern };
    Regex::new(&format!("^(?:{pattern})$")).expect("the metadata hold well-formed patterns")
}
