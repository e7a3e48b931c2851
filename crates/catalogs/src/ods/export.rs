//! The resources of a dataset of Opendatasoft: exports of its records, files made of them, files that lie beside.

use serde_json::Value;
use url::Url;

use super::media_type;
use crate::address;
use crate::model::{Resource, ResourceHarvest};
use crate::reading::{elements, text};
use crate::resource_title;

/// Of more records, the export as shapefile is cut.
const MOST_OF_A_SHAPEFILE: f64 = 50_000.0;

/// A format in which records are exported: its title, its name, its media type.
type Format = (&'static str, &'static str, Option<&'static str>);

const ALWAYS: [Format; 2] = [("CSV", "csv", Some("text/csv")), ("JSON", "json", Some("application/json"))];
const GEOJSON: Format = ("GeoJSON", "geojson", Some("application/vnd.geo+json"));
const SHAPEFILE: Format = ("Shapefile", "shp", None);

/// Files besides the records: the key, and what one is called.
const FILES: [(&str, &str); 2] = [("alternative_exports", "alternative_export"), ("attachments", "attachment")];

/// Whether there is any resource.
pub(super) fn has_any(dataset: &Value) -> bool {
    is_true(&dataset["has_records"]) || FILES.iter().any(|(key, _)| !elements(&dataset[*key]).is_empty())
}

/// All resources; `page` is that of the dataset.
pub(super) fn read_all(dataset: &Value, root: &Url, id: &str, page: &str, modified: Option<&str>) -> Vec<Resource> {
    let description = describe_fields(&dataset["fields"]);
    let exports = formats_of(dataset).into_iter().map(|(title, format, mime)| {
        let url = format!("{page}download?format={format}&timezone=Europe/Berlin&use_labels_for_header=false");
        Resource {
            title: format!("Export au format {title}"),
            description: description.clone(),
            format: Some(format.to_owned()),
            mime: mime.map(str::to_owned),
            ..resource(url, "api", modified)
        }
    });
    let files = FILES.iter().flat_map(|(key, kind)| {
        let files = elements(&dataset[*key]).iter();
        files.filter_map(|file| read_file(file, root, &[id, key], kind, modified))
    });
    exports.chain(files).collect()
}

fn formats_of(dataset: &Value) -> Vec<Format> {
    if !is_true(&dataset["has_records"]) {
        return Vec::new();
    }
    let mut formats = ALWAYS.to_vec();
    if is_geo(dataset) {
        formats.push(GEOJSON);
        let count = text(&dataset["metas"]["records_count"]).and_then(|count| count.parse::<f64>().ok());
        formats.extend(count.filter(|count| *count <= MOST_OF_A_SHAPEFILE).map(|_| SHAPEFILE));
    }
    formats
}

/// A line a field, as the platform shows them.
fn describe_fields(fields: &Value) -> String {
    let part = |field: &Value, key: &str| text(&field[key]).unwrap_or_default();
    let lines = elements(fields).iter().filter(|field| field.is_object()).map(|field| {
        let description = text(&field["description"]).map(|text| format!(" {text}")).unwrap_or_default();
        format!("- *{}*: {}[{}]{description}\n", part(field, "label"), part(field, "name"), part(field, "type"))
    });
    lines.collect()
}

/// A file that has no identifier has no address.
fn read_file(file: &Value, root: &Url, [id, key]: &[&str; 2], kind: &str, modified: Option<&str>) -> Option<Resource> {
    let url = address::below(root, &["api", "datasets", "1.0", id, key, &file.get("id").and_then(text)?]);
    let (given, name) = (text(&file["mimetype"]), text(&file["url"]).unwrap_or_default());
    let format = media_type::guess_format(given.as_deref(), &name);
    Some(Resource {
        title: text(&file["title"])
            .unwrap_or_else(|| resource_title::generate(name.trim_start_matches("odsfile://"), format.as_deref())),
        description: text(&file["description"]).unwrap_or_default(),
        mime: media_type::guess(given.as_deref(), &name),
        format,
        ..resource(url, kind, modified)
    })
}

fn resource(url: String, kind: &str, modified: Option<&str>) -> Resource {
    Resource {
        key: url.clone(),
        url,
        kind: "main".to_owned(),
        filetype: "remote".to_owned(),
        harvest: ResourceHarvest {
            modified_at: modified.map(str::to_owned),
            ods_type: Some(kind.to_owned()),
            ..ResourceHarvest::default()
        },
        ..Resource::default()
    }
}

/// As a portal writes a truth: a number or a text too.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(is_true) => *is_true,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !["", "0", "false", "no"].contains(&text.trim().to_ascii_lowercase().as_str()),
        _ => false,
    }
}

pub(super) fn is_geo(dataset: &Value) -> bool {
    elements(&dataset["features"]).iter().any(|feature| feature == "geo")
}
