//! `datapackage.json`: what the files of a folder hold, in a form that people read and tools too.
//!
//! It is a [Data Package](https://datapackage.org) of Frictionless, by which a program reads codes as text, whatever they
//! look like, and says whom to cite.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use files::OutputSet;
use serde::Serialize;
use serde_json::Value;

use crate::resource::Resource;

/// The name that the standard gives the file.
pub const PACKAGE_FILE: &str = "datapackage.json";

/// An earlier one that is larger than that is no work of ours: a file takes a kilobyte or two of it.
const LARGEST_BYTES: u64 = 4 << 20;

/// What is said of the folder as a whole, and of each file that a run writes.
#[derive(Debug, Clone)]
pub struct DataPackage {
    /// Lower-case, as the standard wants it.
    pub name: &'static str,
    pub title: String,
    pub description: String,
    /// Of the data, as their publisher calls it.
    pub version: Option<String>,
    pub resources: Vec<Resource>,
}

/// As it is written.
#[derive(Debug, Serialize)]
struct Descriptor<'a> {
    profile: &'static str,
    name: &'a str,
    title: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    /// Those of all files, each once.
    sources: Vec<Value>,
    licenses: Vec<Value>,
    /// By path.
    resources: Vec<Value>,
}

impl DataPackage {
    /// Writes the file as one of a set that has claimed its name, after the files that it tells of.
    ///
    /// Files of earlier runs that are in the folder still, and that this set does not write, stay described: a folder may
    /// be filled by several runs.
    pub fn write(&self, set: &mut OutputSet) -> Result<()> {
        let mut resources = described_before(set.folder());
        resources.retain(|path, _| !set.claims(path));
        for resource in &self.resources {
            let value = serde_json::to_value(resource).context("could not write a data package as JSON")?;
            resources.extend(path_of(&value).map(|path| (path, value)));
        }
        let mut text = serde_json::to_vec_pretty(&self.descriptor(resources.into_values().collect()))
            .context("could not write a data package as JSON")?;
        text.push(b'\n');
        set.write(PACKAGE_FILE, &text)?;
        Ok(())
    }

    fn descriptor(&self, resources: Vec<Value>) -> Descriptor<'_> {
        Descriptor {
            profile: "data-package",
            name: self.name,
            title: &self.title,
            description: &self.description,
            version: self.version.as_deref(),
            sources: each_once(&resources, "sources"),
            licenses: each_once(&resources, "licenses"),
            resources,
        }
    }
}

/// What an earlier run said of the files that are there, by path. What is no such file says nothing.
fn described_before(folder: &Path) -> BTreeMap<String, Value> {
    let text = files::read_left(&folder.join(PACKAGE_FILE), LARGEST_BYTES).unwrap_or_default();
    let mut earlier: Value = serde_json::from_slice(&text).unwrap_or_default();
    let resources = earlier.get_mut("resources").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
    let named = resources.into_iter().filter_map(|resource| path_of(&resource).map(|path| (path, resource)));
    // No path leads out of the folder.
    named.filter(|(path, _)| !path.contains('/') && folder.join(path).is_file()).collect()
}

fn path_of(resource: &Value) -> Option<String> {
    resource["path"].as_str().map(str::to_owned)
}

fn each_once(resources: &[Value], key: &str) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for value in resources.iter().filter_map(|resource| resource[key].as_array()).flatten() {
        if !found.contains(value) {
            found.push(value.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::fs;

    use files::Access;
    use step::{LICENCE_OUVERTE, Provenance};

    use super::*;
    use crate::{CsvWriter, Field, FieldType};

    const REAL: Provenance = Provenance::new("INSEE", LICENCE_OUVERTE);

    /// Writes tables of one column, and says what they are; gives back the descriptor.
    fn write(folder: &Path, names: &[&str], provenance: &Provenance) -> Value {
        let claimed = names.iter().copied().chain([PACKAGE_FILE]);
        let mut set = OutputSet::claim(folder, claimed, Access::Everyone).unwrap();
        let mut package = DataPackage {
            name: "essai",
            title: "Un essai".to_owned(),
            description: "Rien de plus.".to_owned(),
            version: None,
            resources: vec![],
        };
        for name in names {
            let mut csv = CsvWriter::new(Vec::new());
            csv.write(["code"]).unwrap();
            csv.write(["01"]).unwrap();
            let written = set.write(name, &csv.finish().unwrap()).unwrap().clone();
            let fields = vec![Field::text("code", "Le code.")];
            package.resources.push(Resource::csv(&written, ',', "Des codes", provenance, fields));
        }
        package.write(&mut set).unwrap();
        set.commit().unwrap();
        serde_json::from_slice(&fs::read(folder.join(PACKAGE_FILE)).unwrap()).unwrap()
    }

    fn paths(descriptor: &Value) -> Vec<&str> {
        descriptor["resources"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect()
    }

    #[test]
    fn a_file_is_told_of_with_its_dialect_its_columns_and_its_source() {
        let folder = tempfile::tempdir().unwrap();
        let descriptor = write(folder.path(), &["Codes.csv"], &REAL);
        let file = &descriptor["resources"][0];
        assert_eq!((&file["name"], &file["path"]), (&"codes".into(), &"Codes.csv".into()));
        assert_eq!(
            file["dialect"],
            serde_json::json!({
                "delimiter": ",", "lineTerminator": "\n", "quoteChar": "\"", "doubleQuote": true, "header": true
            })
        );
        let field = serde_json::json!({ "name": "code", "type": "string", "description": "Le code." });
        assert_eq!(file["schema"]["fields"], serde_json::json!([field]));
        let sha256 = files::sha256(&folder.path().join("Codes.csv")).unwrap();
        assert_eq!((&file["bytes"], &file["hash"]), (&8.into(), &format!("sha256:{sha256}").into()));
        assert_eq!(descriptor["sources"], serde_json::json!([{ "title": "INSEE" }]));
        assert_eq!(descriptor["licenses"][0]["name"], "etalab-2.0");
        assert_eq!(descriptor["licenses"], file["licenses"]);
    }

    #[test]
    fn what_an_earlier_run_wrote_stays_described_as_long_as_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["b.csv", "gone.csv"], &REAL);
        fs::remove_file(folder.path().join("gone.csv")).unwrap();
        let both = write(folder.path(), &["a.csv"], &Provenance::invented());
        assert_eq!(paths(&both), ["a.csv", "b.csv"]);
        assert_eq!(both["sources"].as_array().unwrap().len(), 2, "each file has its own: {both}");
        assert_eq!(both["resources"][1]["licenses"][0]["name"], "etalab-2.0");
        assert_eq!(both["resources"][0]["licenses"][0]["name"], "other-closed");
        // Real ones in the place of invented ones.
        let real = write(folder.path(), &["a.csv"], &REAL);
        assert!(!real.to_string().contains("inventées"), "{real}");
        assert_eq!(write(folder.path(), &["b.csv"], &REAL), real, "whatever the order of the runs");
    }

    #[test]
    fn what_is_no_data_package_of_ours_is_passed_over() {
        for text in ["", "[]", "{\"resources\":{}}", "{\"resources\":[{\"path\":\"../x\"},{\"path\":[]},3]}"] {
            let root = tempfile::tempdir().unwrap();
            let folder = root.path().join("in");
            fs::create_dir(&folder).unwrap();
            fs::write(root.path().join("x"), "").unwrap();
            fs::write(folder.join(PACKAGE_FILE), text).unwrap();
            assert_eq!(paths(&write(&folder, &["a.csv"], &REAL)), ["a.csv"], "{text}");
        }
    }

    #[test]
    fn a_column_of_several_types_may_be_anything() {
        let kinds = ["\"a\"", "1", "true", "{}", "[]"].map(|text| FieldType::of(&text.parse().unwrap()).unwrap());
        assert!(kinds.iter().all(|kind| kind.or(*kind) == *kind));
        assert_eq!(kinds[0].or(kinds[1]), FieldType::Any);
        assert_eq!(FieldType::of(&Value::Null), None);
    }
}
