//! DKAN: CKAN's API as a Drupal site gives it, with dates and sizes in the words of its pages.

use jiff::civil::{DateTime, Weekday};
use serde_json::{Value, json};

use super::record::{File, Record};

/// A package, in a list of one.
pub(crate) fn show(records: &[Record], id: &str) -> Option<Value> {
    let record = records.iter().find(|record| record.id == id || record.name == id)?;
    Some(json!({
        "help": "Return the metadata of a dataset (package) and its resources.",
        "success": true,
        "result": [package(record)],
    }))
}

fn package(record: &Record) -> Value {
    let tag = |(nth, name): (usize, &&str)| json!({"id": format!("{nth}"), "vocabulary_id": "2", "name": name.to_uppercase()});
    json!({
        "id": record.id,
        "name": record.name,
        "title": record.title,
        "author_email": format!("donnees@{}.example", record.organisation.name),
        "maintainer": record.organisation.title,
        "maintainer_email": format!("donnees@{}.example", record.organisation.name),
        "license_title": record.licence.url,
        "notes": record.notes.each_ref().map(|text| format!("<p>{text}</p>\n")).concat(),
        "url": format!("https://portail.ormeville.example/?q=dataset/{}", record.name),
        "state": "Active",
        "private": true,
        "revision_timestamp": spoken(record.modified),
        "metadata_created": spoken(record.created),
        "metadata_modified": spoken(record.modified),
        "type": "Dataset",
        "resources": record.files.iter().map(resource).collect::<Vec<_>>(),
        "tags": record.tags.iter().enumerate().map(tag).collect::<Vec<_>>(),
        "groups": [{"title": record.organisation.title, "name": format!("group/{}", record.organisation.name)}],
        "extras": [{"key": "frequency-of-update", "value": "asNeeded"}],
    })
}

fn resource(file: &File) -> Value {
    json!({
        "id": file.id,
        "revision_id": "",
        "url": file.url,
        "description": format!("<p>{}</p>\n", file.title),
        "format": file.format.to_lowercase(),
        "state": "Active",
        "name": file.title,
        "mimetype": file.mime,
        "size": file.bytes.map_or("inconnue".to_owned(), size),
        "created": spoken(file.created),
        "last_modified": format!("Date changed  {}", spoken(file.modified)),
    })
}

/// `mar, 10/12/2019 - 09:23`.
fn spoken(moment: DateTime) -> String {
    let day = match moment.weekday() {
        Weekday::Monday => "lun",
        Weekday::Tuesday => "mar",
        Weekday::Wednesday => "mer",
        Weekday::Thursday => "jeu",
        Weekday::Friday => "ven",
        Weekday::Saturday => "sam",
        Weekday::Sunday => "dim",
    };
    format!("{day}, {}", moment.strftime("%d/%m/%Y - %H:%M"))
}

/// `812.5 Ko`, `42 octets`.
fn size(bytes: u64) -> String {
    if bytes < 1_000 { format!("{bytes} octets") } else { format!("{:.1} Ko", bytes as f64 / 1_000.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_and_sizes_are_spelt_as_on_a_page() {
        assert_eq!(spoken(date(2019, 12, 10).at(9, 23, 0, 0)), "mar, 10/12/2019 - 09:23");
        assert_eq!([42, 812_500].map(size), ["42 octets", "812.5 Ko"]);
    }
}
