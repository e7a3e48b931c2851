//! CKAN: packages as version 2.10 of its API gives them, and what its search understands of a query.

use serde_json::{Value, json};

use super::record::{File, Record, slug};

/// Packages of a page of the search, unless others are asked for.
const ROWS: usize = 10;

/// What a query of the search may say.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Query {
    q: Option<String>,
    rows: Option<usize>,
    start: Option<usize>,
    fl: Option<String>,
}

/// A page of the search, and whether there are more. `whole`: whatever fields are asked for.
pub(crate) fn search(records: &[Record], query: &Query, longest: usize, whole: bool) -> (Value, bool) {
    let found: Vec<&Record> = records.iter().filter(|record| holds(query.q.as_deref(), record)).collect();
    let start = query.start.unwrap_or(0).min(found.len());
    let end = (start + query.rows.unwrap_or(ROWS).min(longest.max(1))).min(found.len());
    let fields = query.fl.as_deref().filter(|_| !whole);
    let results: Vec<Value> = found[start..end].iter().map(|record| cut(package(record), fields)).collect();
    let result = json!({"count": found.len(), "facets": {}, "results": results, "sort": "id asc", "search_facets": {}});
    (success(result), end < found.len())
}

/// The names of all packages.
pub(crate) fn list(records: &[Record]) -> Value {
    success(records.iter().map(|record| record.name.as_str()).collect())
}

/// A package by its identifier or name.
pub(crate) fn show(records: &[Record], id: &str) -> Option<Value> {
    records.iter().find(|record| record.id == id || record.name == id).map(|record| success(package(record)))
}

pub(crate) fn success(result: Value) -> Value {
    json!({"help": "https://docs.ckan.org/en/2.10/api/", "success": true, "result": result})
}

/// What the API says in place of an answer.
pub(crate) fn failure(kind: &str, message: &str) -> Value {
    json!({"help": "https://docs.ckan.org/en/2.10/api/", "success": false, "error": {"__type": kind, "message": message}})
}

fn cut(package: Value, fields: Option<&str>) -> Value {
    let (Some(fields), Value::Object(all)) = (fields, &package) else { return package };
    let named = fields.split([',', ' ']).filter_map(|name| Some((name.to_owned(), all.get(name)?.clone())));
    Value::Object(named.collect())
}

fn package(record: &Record) -> Value {
    let tag = |name: &&str| json!({"display_name": name, "name": name, "state": "active", "vocabulary_id": null});
    let [west, south, east, north] = record.bounds;
    let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
    let spatial = json!({"type": "Polygon", "coordinates": [ring]}).to_string();
    json!({
        "id": record.id,
        "name": record.name,
        "title": record.title,
        "notes": record.notes.join("\n\n"),
        "type": "dataset",
        "state": "active",
        "private": false,
        "isopen": true,
        "metadata_created": record.created.strftime("%Y-%m-%dT%H:%M:%S.000000").to_string(),
        "metadata_modified": record.modified.strftime("%Y-%m-%dT%H:%M:%S.000000").to_string(),
        "license_id": record.licence.id,
        "license_title": record.licence.title,
        "license_url": record.licence.url,
        "author": null,
        "author_email": null,
        "maintainer": record.organisation.title,
        "maintainer_email": format!("donnees@{}.example", record.organisation.name),
        "organization": {
            "name": record.organisation.name,
            "title": record.organisation.title,
            "type": "organization",
            "is_organization": true,
            "state": "active",
        },
        "tags": record.tags.iter().map(tag).collect::<Vec<_>>(),
        "num_tags": record.tags.len(),
        "groups": [{"name": slug(record.theme), "title": record.theme}],
        "extras": [
            {"key": "frequency", "value": frequency(record.frequency)},
            {"key": "temporal_start", "value": record.years.0.to_string()},
            {"key": "temporal_end", "value": record.years.1.to_string()},
            {"key": "spatial", "value": spatial},
            {"key": "territoire", "value": "commune"},
        ],
        "num_resources": record.files.len(),
        "resources": record.files.iter().enumerate().map(|(nth, file)| resource(record, nth, file)).collect::<Vec<_>>(),
    })
}

fn resource(record: &Record, nth: usize, file: &File) -> Value {
    json!({
        "id": file.id,
        "package_id": record.id,
        "position": nth,
        "state": "active",
        "name": file.title,
        "description": "",
        "url": file.url,
        "url_type": null,
        "resource_type": if file.is_documentation { "documentation" } else { "file" },
        "format": file.format,
        "mimetype": file.mime,
        "size": file.bytes.map_or(json!("inconnue"), Value::from),
        "hash": file.md5,
        "created": file.created.strftime("%Y-%m-%dT%H:%M:%S.000000").to_string(),
        "last_modified": file.modified.strftime("%Y-%m-%dT%H:%M:%S.000000").to_string(),
    })
}

/// The EU's address of a code; what is none stays as it is.
fn frequency(code: &str) -> String {
    if code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        format!("http://publications.europa.eu/resource/authority/frequency/{code}")
    } else {
        code.to_owned()
    }
}

/// Whether the conditions of a query, joined by ` AND `, hold: `organization:a`, `-tags:"b c"`.
fn holds(query: Option<&str>, record: &Record) -> bool {
    let Some(query) = query.filter(|query| !["", "*:*"].contains(query)) else { return true };
    query.split(" AND ").all(|condition| {
        let (condition, wanted) = condition.strip_prefix('-').map_or((condition, true), |rest| (rest, false));
        let (key, value) = condition.split_once(':').unwrap_or(("", condition));
        let value = value.trim_matches('"');
        let is_there = match key {
            "organization" => record.organisation.name == value,
            "tags" => record.tags.contains(&value),
            _ => false,
        };
        is_there == wanted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_must_all_hold() {
        let record = Record::make(1, 4, 1);
        assert_eq!((record.organisation.name, record.tags[0]), ("ville-d-ormeville", "Eau potable"));
        for (query, expected) in [
            ("organization:ville-d-ormeville AND tags:\"Eau potable\"", true),
            ("organization:ville-d-ormeville AND -tags:\"Eau potable\"", false),
            ("organization:autre", false),
            ("-organization:autre", true),
            ("*:*", true),
        ] {
            assert_eq!(holds(Some(query), &record), expected, "{query}");
        }
    }

    #[test]
    fn a_page_is_cut_to_the_fields_that_are_asked_for_unless_it_is_whole() {
        let records: Vec<Record> = (0..5).map(|nth| Record::make(1, nth, 1)).collect();
        let query = Query { fl: Some("id,name".to_owned()), start: Some(2), ..Query::default() };
        let (page, more) = search(&records, &query, 2, false);
        assert_eq!((page["result"]["count"].as_u64(), more), (Some(5), true));
        assert_eq!(page["result"]["results"][0], json!({"id": records[2].id, "name": records[2].name}));
        let (whole, _) = search(&records, &query, 2, true);
        assert!(whole["result"]["results"][1]["resources"].is_array());
    }
}
