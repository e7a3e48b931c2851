//! Which edition a delivery is of.

use std::path::Path;

use jiff::civil::Date;
use serde_json::Value;
use step::Given;

/// Begins the name of the folder that holds the data of a delivery.
pub(super) const DELIVERY: &str = "1_DONNEES_LIVRAISON";

const DATE_BYTES: usize = "2024-02-22".len();

/// A delivery is in a folder of its edition, in one of its product, in which is the one called [`DELIVERY`]: what is
/// above is not IGN's.
const FOLDERS_ABOVE: usize = 2;

/// The edition asked for, else what the receipt says.
pub(super) fn wanted(asked: Option<Date>, given: &Given) -> Option<Date> {
    asked.or_else(|| given.receipt.get("edition").and_then(Value::as_str).and_then(find_date))
}

/// The date in the nearest folder of the delivery that has one in its name. Of a real edition, it is the catalogue's.
pub(super) fn of_delivery(folder: &Path) -> Option<Date> {
    let whole = folder.canonicalize().ok()?;
    let names: Vec<_> = upwards(&whole).collect();
    let delivery = names.iter().position(|name| name.starts_with(DELIVERY))?;
    names.into_iter().take(delivery + 1 + FOLDERS_ABOVE).find_map(find_date)
}

/// The date in the nearest folder that has one in its name, whoever named it.
pub(super) fn of_path(folder: &Path) -> Option<Date> {
    upwards(&folder.canonicalize().ok()?).find_map(find_date)
}

fn upwards(whole: &Path) -> impl Iterator<Item = &str> {
    whole.iter().rev().map(|name| name.to_str().unwrap_or_default())
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
    fn the_date_of_a_delivery_is_in_the_nearest_of_its_own_folders() {
        let root = tempfile::tempdir().unwrap();
        for (folder, date) in [
            ("A_2018-04-03/P/1_DONNEES_LIVRAISON_2018-05-00296/T", Some("2018-04-03")),
            ("A_2023-05-03/P/1_DONNEES_LIVRAISON_2023-05-04/T", Some("2023-05-04")),
            ("A_2023-05-03/P/1_DONNEES_LIVRAISON_2023-05-04/T-ED2023-05-05/SUB", Some("2023-05-05")),
            ("run_2026-01-01/A/P/1_DONNEES_LIVRAISON_2024-03-00171/T", None),
            ("run_2026-01-01/A/A_2018-04-03/P/1_DONNEES_LIVRAISON_2018-05-00296/T", Some("2018-04-03")),
            ("A_2018-04-03/P/2_METADONNEES", None),
        ] {
            let folder = root.path().join(folder);
            std::fs::create_dir_all(&folder).unwrap();
            let found = of_delivery(&folder).map(|date| date.to_string());
            assert_eq!(found.as_deref(), date, "{}", folder.display());
        }
        assert_eq!(of_path(&root.path().join("run_2026-01-01/A/P")).map(|date| date.year()), Some(2026));
    }

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
