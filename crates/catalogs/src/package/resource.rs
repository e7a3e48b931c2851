//! The resources of a package.

use foldhash::{HashMap, HashMapExt};
use serde_json::Value;

use crate::model::{Backend, Resource, ResourceHarvest};
use crate::reading::{Reading, text};
use crate::resource_title;
use crate::values::{checksum, date, html, size, web_address};

/// Those that the model has a place for, in order.
pub(super) fn read_all(resources: &[Value], backend: Backend, reading: &mut Reading) -> Vec<Resource> {
    let mut same_id: HashMap<String, usize> = HashMap::new();
    for id in resources.iter().filter_map(|resource| text(&resource["id"])) {
        *same_id.entry(id).or_default() += 1;
    }
    let mut kept = Vec::new();
    for resource in resources {
        if !is_kept(resource, backend, reading) {
            continue;
        }
        let Some(mut resource) = read(resource, backend, reading) else { continue };
        let id = resource.harvest.remote_id.clone();
        resource.key = match id.filter(|id| same_id.get(id) == Some(&1)) {
            Some(id) => id,
            None => format!("{} {}", resource.url, resource.title),
        };
        kept.push(resource);
    }
    kept
}

/// CKAN keeps leaflets and pictures among the files; DKAN's types are of another kind.
fn is_kept(resource: &Value, backend: Backend, reading: &mut Reading) -> bool {
    if !resource.is_object() {
        reading.warn("resource.literal", "/resources", text(resource).unwrap_or_else(|| resource.to_string()));
        return false;
    }
    let Some(kind) = text(&resource["resource_type"]).filter(|_| backend == Backend::Ckan) else { return true };
    match kind.as_str() {
        "file" | "file.upload" | "api" | "metadata" => true,
        "documentation" | "image" | "visualization" => {
            reading.warn("resource.type", "/resources", kind);
            false
        }
        _ => {
            reading.warn("resource.type_unknown", "/resources/type", kind);
            true
        }
    }
}

fn read(resource: &Value, backend: Backend, reading: &mut Reading) -> Option<Resource> {
    let url = read_url(&resource["url"], reading)?;
    let lower = |key: &str| text(&resource[key]).map(|text| text.to_lowercase());
    let read_date = match backend {
        Backend::Dkan => date::read_dkan,
        _ => date::read,
    };
    let format = lower("format");
    Some(Resource {
        title: text(&resource["name"]).unwrap_or_else(|| resource_title::generate(&url, format.as_deref())),
        description: text(&resource["description"]).map(|text| html::to_markdown(&text)).unwrap_or_default(),
        url,
        kind: "main".to_owned(),
        filetype: "remote".to_owned(),
        mime: lower("mimetype"),
        filesize: read_size(&resource["size"], reading),
        checksum: text(&resource["hash"]).and_then(|hash| {
            let checksum = checksum::of_hash(&hash);
            if checksum.is_none() {
                reading.warn("checksum.algorithm", "/resources/checksum", hash);
            }
            checksum
        }),
        harvest: ResourceHarvest {
            remote_id: text(&resource["id"]),
            issued_at: reading.instant(&resource["created"], "/resources/harvest/issued_at", read_date),
            modified_at: reading.past_instant(&resource["last_modified"], "/resources/harvest/modified_at", read_date),
            ..ResourceHarvest::default()
        },
        format,
        ..Resource::default()
    })
}

/// An address that says no scheme is one of the web.
fn read_url(value: &Value, reading: &mut Reading) -> Option<String> {
    let Some(given) = text(value) else {
        reading.warn_quietly("resource.no_url", "/resources");
        return None;
    };
    let before_path = given.split(['/', '?', '#']).next().unwrap_or_default();
    let url = match given.strip_prefix("//") {
        Some(rest) => format!("http://{rest}"),
        None if before_path.ends_with(':') && before_path.len() > 1 => given.clone(),
        None => format!("http://{given}"),
    };
    let url = web_address::read(&url).map(str::to_owned);
    if url.is_none() {
        reading.warn("resource.url", "/resources/url", given);
    }
    url
}

fn read_size(value: &Value, reading: &mut Reading) -> Option<u64> {
    let given = text(value)?;
    let bytes = size::read(&given).or_else(|| size::read_bytes(&given));
    if bytes.is_none() {
        reading.warn("size.unreadable", "/resources/filesize", given);
    }
    bytes
}
