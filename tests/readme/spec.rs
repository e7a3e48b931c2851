//! What the executables say of themselves.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::MetadataCommand;
use journeys::executables;
use serde_json::Value;

/// The crates below crates/ that are no family: they have no step of their own.
const NO_FAMILY: [&str; 1] = ["sandbox"];

/// A crate with the executables of its steps.
pub(crate) struct Family {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) steps: Vec<Step>,
}

pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) keys: Vec<String>,
    pub(crate) flags: BTreeSet<String>,
    pub(crate) exit_codes: Vec<(u64, Option<String>)>,
    spec: Value,
}

impl Step {
    /// Those of secrets' files go without saying.
    pub(crate) fn variables(&self) -> BTreeSet<String> {
        let all: BTreeSet<String> = list(&self.spec, "variables").iter().map(|one| text(one, "name")).collect();
        let is_file = |name: &str| name.strip_suffix("_FILE").is_some_and(|secret| all.contains(secret));
        all.iter().filter(|name| !is_file(name)).cloned().collect()
    }

    /// The variables that have a default, and it.
    pub(crate) fn defaults(&self) -> Vec<(String, String)> {
        let arguments = list(&self.spec, "arguments");
        let with_default = arguments.iter().filter(|one| one["variable"].is_string() && one["default"].is_string());
        with_default.map(|one| (text(one, "variable"), text(one, "default"))).collect()
    }
}

/// Every family of the workspace, with what its executables say; they must have been built.
pub(crate) fn list_families() -> Vec<Family> {
    let manifest = root().join("Cargo.toml");
    let workspace =
        MetadataCommand::new().manifest_path(manifest).no_deps().exec().expect("could not run cargo metadata");
    let mut families = vec![];
    for package in workspace.packages.iter().filter(|package| !NO_FAMILY.contains(&package.name.as_str())) {
        let steps: Vec<_> =
            package.targets.iter().filter(|target| target.is_bin()).map(|target| ask(&target.name)).collect();
        if !steps.is_empty() {
            let folder = package.manifest_path.parent().expect("a manifest lies in a folder").into();
            families.push(Family { name: package.name.to_string(), folder, steps });
        }
    }
    assert!(families.len() > 1, "could not find the families");
    families
}

fn ask(name: &str) -> Step {
    let program = executables().join(name);
    let output = Command::new(&program).arg("--spec").env_clear().output().unwrap_or_else(|error| {
        panic!("could not run {}: {error}: `cargo build --workspace` first, as tests/run does", program.display())
    });
    assert!(output.status.success(), "{} --spec failed: {output:?}", program.display());
    let spec: Value = serde_json::from_slice(&output.stdout).expect("--spec prints JSON");
    Step {
        name: name.to_owned(),
        keys: list(&spec, "receipt").iter().map(|one| text(one, "key")).collect(),
        flags: list(&spec, "arguments").iter().filter_map(|one| one["flag"].as_str()).map(str::to_owned).collect(),
        exit_codes: list(&spec, "exit_codes")
            .iter()
            .map(|one| (one["code"].as_u64().expect("a number"), one["retry"].as_str().map(str::to_owned)))
            .collect(),
        spec,
    }
}

fn list<'a>(spec: &'a Value, key: &str) -> &'a [Value] {
    spec[key].as_array().unwrap_or_else(|| panic!("`{key}` is no list in {spec}"))
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("`{key}` is no text in {value}")).to_owned()
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}
