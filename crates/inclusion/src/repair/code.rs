//! Codes of places: the zero that a spreadsheet has eaten given back, blanks taken out, letters raised.

use std::borrow::Cow;

use super::{Repaired, Step};

/// Digits and letters of a code.
const LENGTH: usize = 5;

/// Reads a postal code: five digits.
pub(crate) fn repair_postal(text: &str) -> Repaired<'_> {
    repair(text, |code| code.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Reads the code of a commune: five digits or letters.
pub(crate) fn repair_commune(text: &str) -> Repaired<'_> {
    repair(text, |code| code.chars().all(|letter| letter.is_alphanumeric() || letter == '_'))
}

/// Whether a text can be read as a postal code.
pub(crate) fn is_postal(text: &str) -> bool {
    repair_postal(text).value.is_some()
}

/// Whether a text can be read as the code of a commune.
pub(crate) fn is_commune(text: &str) -> bool {
    let code = repair_commune(text).value;
    code.is_some_and(|code| code.bytes().filter(u8::is_ascii_digit).count() >= LENGTH - 1)
}

fn repair(text: &str, is_code: fn(&str) -> bool) -> Repaired<'_> {
    let is_odd = |letter: char| letter.is_whitespace() || letter.is_ascii_lowercase();
    let mut code = Cow::Borrowed(text);
    let mut repaired = Repaired::kept(text);
    if text.contains(is_odd) {
        let plain = text.chars().filter(|letter| !letter.is_whitespace());
        code = Cow::Owned(plain.map(|letter| letter.to_ascii_uppercase()).collect());
        repaired.tell(Step::Own("blanks"));
    }
    if code.len() == LENGTH - 1 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        code = Cow::Owned(format!("0{code}"));
        repaired.tell(Step::Own("zero"));
    }
    if code.chars().count() != LENGTH || !is_code(&code) {
        return Repaired::left_out(Step::Own("unreadable"));
    }
    repaired.value = Some(code);
    repaired
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_a_zero_and_takes_blanks_out() {
        let read = |repaired: Repaired<'_>| (repaired.value.clone().map(Cow::into_owned), repaired.steps());
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read(repair_postal("35000")), (some("35000"), vec![]));
        assert_eq!(read(repair_postal("1000")), (some("01000"), vec![Step::Own("zero")]));
        assert_eq!(read(repair_postal(" 35 000")), (some("35000"), vec![Step::Own("blanks")]));
        assert_eq!(read(repair_commune("2a004")), (some("2A004"), vec![Step::Own("blanks")]));
        assert_eq!(read(repair_commune("1 053")), (some("01053"), vec![Step::Own("blanks"), Step::Own("zero")]));
    }

    #[test]
    fn what_is_no_code_is_left_out() {
        for text in ["350", "350000", "35000 CEDEX", "2A004", "35-00"] {
            assert_eq!(repair_postal(text), Repaired::left_out(Step::Own("unreadable")), "{text}");
        }
        assert_eq!(repair_commune("Rennes"), Repaired::left_out(Step::Own("unreadable")));
    }
}
