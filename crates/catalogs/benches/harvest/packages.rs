//! A CKAN portal of ordinary packages, whose search gives whole ones, or those fields that are asked for.

use serde_json::{Value, json};

/// The answer to a search for packages: `rows` of them from `start` on.
pub(crate) fn search(target: &str, count: usize) -> String {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let of = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let number = |name: &str| of(name).and_then(|text| text.parse().ok()).unwrap_or(0);
    let (start, is_short) = (number("start"), of("fl").is_some());
    let results: Vec<_> = (start..count.min(start + number("rows"))).map(|nth| package(nth, is_short)).collect();
    json!({"success": true, "result": {"count": count, "results": results}}).to_string()
}

fn package(nth: usize, is_short: bool) -> Value {
    let (id, name, modified) = (format!("id-{nth:06}"), format!("jeu-{nth}"), "2026-01-01T00:00:00");
    if is_short {
        return json!({"id": id, "name": name, "metadata_modified": modified});
    }
    let resource = |of: usize| {
        json!({"id": format!("r-{nth}-{of}"), "name": format!("fichier {of}"), "format": "CSV", "size": 12_345,
            "url": format!("https://data.example.fr/{nth}-{of}.csv"), "created": "2025-01-01T00:00:00"})
    };
    json!({"id": id, "name": name, "metadata_modified": modified, "title": format!("Titre du jeu {nth}"),
        "notes": "Une description un peu longue du jeu de données. ".repeat(6), "license_id": "lov2",
        "tags": [{"name": "eau"}, {"name": format!("mot {}", nth % 40)}],
        "extras": [{"key": "frequency", "value": "annual"}],
        "resources": (0..4).map(resource).collect::<Vec<_>>()})
}
