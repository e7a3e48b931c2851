//! Which edition a delivery is of.

use std::path::Path;

use jiff::civil::Date;
use serde_json::Value;
use step::Given;

const DATE_BYTES: usize = "2024-02-22".len();

/// The edition asked for, else what the receipt says, else the date in the nearest folder that has one in its name.
pub(super) fn choose(asked: Option<Date>, given: &Given, folder: &Path) -> Option<Date> {
    let said = || given.receipt.get("edition").and_then(Value::as_str).and_then(find_date);
    let of_folders = || {
        let whole = folder.canonicalize().ok()?;
        whole.iter().rev().filter_map(|name| name.to_str()).find_map(find_date)
    };
    asked.or_else(said).or_else(of_folders)
}

/// The date in a name; `2024-03-00171` is a number.
fn find_date(name: &str) -> Option<Date> {
    let is_digit = |at: usize| name.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let alone = |at: &usize| !is_digit(at + DATE_BYTES) && at.checked_sub(1).is_none_or(|before| !is_digit(before));
    let mut places = (0..name.len()).filter(alone);
    places.find_map(|at| name.get(at..at + DATE_BYTES).filter(|text| is_dashed(text))?.parse().ok())
}

/// Dates have other forms too, which no folder is named by.
fn is_dashed(text: &str) -> bool {
    text.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_found_in_the_names_that_ign_gives() {
        for (name, date) in [
            ("ADECOGC_3-2_SHP_WGS84G_FRA-ED2024-02-22", Some("2024-02-22")),
            ("ADMIN-EXPRESS-COG_1-1__SHP__FRA_2018-04-03", Some("2018-04-03")),
            ("1_DONNEES_LIVRAISON_2023-05-03", Some("2023-05-03")),
            ("1_DONNEES_LIVRAISON_2024-03-00171", None),
            ("1_DONNEES_LIVRAISON_2024-12-01171", None),
            ("2024-13-01", None),
            ("é2024-02-22", Some("2024-02-22")),
            ("12024-02-22", None),
            ("", None),
        ] {
            assert_eq!(find_date(name).map(|date| date.to_string()).as_deref(), date, "{name}");
        }
    }
}
