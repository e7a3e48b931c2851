//! Opendatasoft: the search of version 1.0 of its API.

use serde_json::{Value, json};

use super::record::{Record, slug};

/// Datasets of a page, unless others are asked for.
const ROWS: usize = 10;

/// A page of the search by the pairs of its query, in which a key may come often; and whether there are more.
pub(crate) fn search(records: &[Record], query: &[(String, String)], longest: usize) -> (Value, bool) {
    let number = |key: &str| query.iter().find(|(name, _)| name == key).and_then(|(_, value)| value.parse().ok());
    let found: Vec<&Record> = records.iter().filter(|record| query.iter().all(|pair| holds(pair, record))).collect();
    let rows = number("rows").unwrap_or(ROWS).min(longest.max(1));
    let start = number("start").unwrap_or(0).min(found.len());
    let end = (start + rows).min(found.len());
    let datasets: Vec<Value> = found[start..end].iter().map(|record| dataset(record)).collect();
    let parameters = json!({"timezone": "UTC", "rows": rows, "start": start, "format": "json", "staged": false});
    (json!({"nhits": found.len(), "parameters": parameters, "datasets": datasets}), end < found.len())
}

fn dataset(record: &Record) -> Value {
    let is_geo = record.files.iter().any(|file| file.format == "GeoJSON");
    let leaflets = record.files.iter().filter(|file| file.is_documentation);
    let attachment = |title: &str| json!({"id": "notice_pdf", "title": title, "mimetype": "application/pdf", "url": "odsfile://notice.pdf"});
    let modified = record.modified.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string();
    let fields = [("Nom", "text", "nom", "Nom usuel"), ("Position", "geo_point_2d", "position", "")];
    let fields = fields.into_iter().take(1 + usize::from(is_geo)).map(
        |(label, kind, name, description)| json!({"label": label, "type": kind, "name": name, "description": description}),
    );
    json!({
        "datasetid": record.name,
        "metas": {
            "domain": "ormeville",
            "language": "fr",
            "title": record.title,
            "description": record.notes.each_ref().map(|text| format!("<p>{text}</p>")).concat(),
            "keyword": record.tags,
            "theme": record.theme,
            "license": record.licence.title,
            "publisher": record.organisation.title,
            "references": format!("https://ormeville.example/{}", record.name),
            "records_count": 1_000 + record.title.len(),
            "modified": modified,
            "visibility": "domain",
        },
        "has_records": true,
        "data_visible": true,
        "features": if is_geo { vec!["analyze", "geo"] } else { vec!["analyze"] },
        "attachments": leaflets.map(|file| attachment(&file.title)).collect::<Vec<_>>(),
        "alternative_exports": [],
        "fields": fields.collect::<Vec<_>>(),
    })
}

/// Whether a facet that the query names holds; a parameter that is no facet always does.
fn holds((key, value): &(String, String), record: &Record) -> bool {
    let (wanted, facet) = match key.split_once('.') {
        Some(("refine", facet)) => (true, facet),
        Some(("exclude", facet)) => (false, facet),
        _ => return true,
    };
    let is_there = match facet {
        "keyword" => record.tags.contains(&value.as_str()),
        "publisher" => record.organisation.title == value,
        "theme" => slug(record.theme) == slug(value),
        _ => false,
    };
    is_there == wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_facet_that_comes_twice_counts_twice() {
        let records: Vec<Record> = (0..20).map(|nth| Record::make(1, nth, 1)).collect();
        let hits = |query: &[(&str, &str)]| search(&records, &pairs(query), 50).0["nhits"].as_u64();
        assert_eq!(hits(&[]), Some(20));
        assert_eq!(hits(&[("refine.keyword", "Vélo")]), Some(1));
        assert_eq!(hits(&[("refine.keyword", "Vélo"), ("refine.keyword", "Bus")]), Some(0));
        assert_eq!(hits(&[("exclude.keyword", "Vélo"), ("exclude.publisher", "Office du tourisme")]), Some(14));
    }
}
