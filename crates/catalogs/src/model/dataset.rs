//! A dataset.

use serde::{Deserialize, Serialize};

use super::{Extras, Harvest, Resource};

/// A dataset, a line of `datasets.jsonl`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Dataset {
    pub(crate) id: String,
    pub(crate) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) acronym: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) slug: Option<String>,
    /// Markdown; written even if it is empty.
    pub(crate) description: String,
    /// Sorted, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    /// The identifier of a licence, `notspecified` where none could be told; none only where access is restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) license: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) frequency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) temporal_coverage: Option<TemporalCoverage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) spatial: Option<Spatial>,
    /// `open` or `restricted`.
    pub(crate) access_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) access_type_reason_category: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) contact_points: Vec<ContactPoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) schema: Option<Schema>,
    #[serde(skip_serializing_if = "Extras::is_empty")]
    pub(crate) extras: Extras,
    /// Since when it is archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) archived: Option<String>,
    pub(crate) harvest: Harvest,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) resources: Vec<Resource>,
}

/// Days, each `YYYY-MM-DD`; at least one is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TemporalCoverage {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<String>,
}

/// Positions, each longitude, latitude and perhaps altitude; the last equals the first.
pub(crate) type Ring = Vec<Vec<f64>>;
/// An outer ring, then its holes.
pub(crate) type Polygon = Vec<Ring>;

/// Where the data are about: always one `MultiPolygon`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spatial {
    pub(crate) geom: MultiPolygon,
}

/// A geometry of GeoJSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct MultiPolygon {
    #[serde(rename = "type")]
    kind: String,
    pub(crate) coordinates: Vec<Polygon>,
}

impl Default for MultiPolygon {
    fn default() -> Self {
        Self { kind: "MultiPolygon".to_owned(), coordinates: Vec::new() }
    }
}

impl Spatial {
    /// Of polygons, of which there is at least one.
    pub(crate) fn new(polygons: Vec<Polygon>) -> Self {
        Self { geom: MultiPolygon { coordinates: polygons, ..MultiPolygon::default() } }
    }
}

/// Whom to ask. The name may be a person's: it is written into the data files, and nowhere else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ContactPoint {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contact_form: Option<String>,
    pub(crate) role: String,
}

/// What the data conform to: `name` and `version` of the national catalogue, or `url` and perhaps its `name`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Schema {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_left_out_but_the_description() {
        let dataset = Dataset { id: "i".into(), title: "t".into(), access_type: "open".into(), ..Dataset::default() };
        let written = serde_json::to_string(&dataset).unwrap();
        assert_eq!(
            written,
            r#"{"id":"i","title":"t","description":"","access_type":"open","harvest":{"backend":"DCAT","domain":"","source_id":"","source_url":"","last_update":""}}"#
        );
        assert_eq!(serde_json::from_str::<Dataset>(&written).unwrap(), dataset);
    }

    #[test]
    fn a_geometry_says_what_it_is() {
        let square = vec![vec![vec![0.0, 0.5], vec![1.0, 0.5], vec![1.0, 1.0], vec![0.0, 0.5]]];
        let written = serde_json::to_string(&Spatial::new(vec![square])).unwrap();
        assert_eq!(
            written,
            r#"{"geom":{"type":"MultiPolygon","coordinates":[[[[0.0,0.5],[1.0,0.5],[1.0,1.0],[0.0,0.5]]]]}}"#
        );
    }
}
