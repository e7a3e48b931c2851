//! The rules of the house (`crates/README.md`), checked on the workspace as it stands. A new crate is a family, and
//! comes under its rules without a change here.

mod imports;
mod modules;
mod sandbox;
mod sources;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use imports::{Import, JOURNEYS, SHARED, TO_COME, UNPAID, is_family};

#[test]
fn every_shared_crate_exists() {
    let workspace = read_workspace();
    for (shared, _) in SHARED.iter().filter(|(shared, _)| !TO_COME.contains(shared)) {
        assert!(
            workspace.packages.iter().any(|package| package.name == shared),
            "could not find the shared crate `{shared}`: renamed or removed, it must be so in tests/house/imports.rs"
        );
    }
}

#[test]
fn crates_import_only_what_the_table_allows() {
    let imports = read_imports(&read_workspace());
    let inside = imports.iter().filter(|import| import.in_workspace);
    assert_unbroken(inside.filter_map(imports::break_table).collect());
}

#[test]
fn a_library_with_an_owner_is_named_only_by_it() {
    let imports = read_imports(&read_workspace());
    assert_unbroken(imports.iter().filter_map(imports::break_ownership).collect());
}

#[test]
fn what_few_crates_need_is_a_feature() {
    let imports = read_imports(&read_workspace());
    assert_unbroken(imports.iter().filter_map(imports::break_optional).collect());
}

#[test]
fn no_executable_is_compiled_with_what_it_has_no_use_for() {
    let mut broken = vec![];
    for (package, with_default_features, unpaid) in UNPAID {
        let compiled = list_libraries(package, *with_default_features);
        assert!(compiled.iter().any(|name| name == "clap"), "could not tell what `{package}` is made of: {compiled:?}");
        broken.extend(imports::break_unpaid(package, unpaid, &compiled));
    }
    assert_unbroken(broken);
}

/// Clippy watches the rest: `disallowed-methods` in `.clippy.toml`, and the lints of the workspace.
#[test]
fn only_step_prints_or_exits() {
    let mut broken = vec![];
    for package in read_workspace().packages.iter().filter(|package| package.name != JOURNEYS) {
        let manifest = package.manifest_path.as_std_path();
        broken.extend(sources::break_lints(&read(manifest)).map(|rule| format!("{}: {rule}", relative(manifest))));
        for path in list_sources(&folder_of(package).join("src")) {
            let rules = sources::break_guards(&package.name, &read(&path));
            broken.extend(rules.into_iter().map(|rule| format!("{}{rule}", relative(&path))));
        }
    }
    assert_unbroken(broken);
}

#[test]
fn the_executable_of_a_step_holds_one_statement() {
    let mut broken = vec![];
    for package in read_workspace().packages.iter().filter(|package| is_family(&package.name)) {
        for executable in package.targets.iter().filter(|target| target.is_bin()) {
            let path = executable.src_path.as_std_path();
            let rule = sources::break_one_statement(&read(path));
            broken.extend(rule.map(|rule| format!("{}: {rule}", relative(path))));
        }
    }
    assert_unbroken(broken);
}

fn read_workspace() -> Metadata {
    let manifest = root().join("Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).no_deps().exec().expect("could not run cargo metadata")
}

fn read_imports(workspace: &Metadata) -> Vec<Import> {
    let lines =
        workspace.packages.iter().flat_map(|package| package.dependencies.iter().map(move |line| (package, line)));
    let imports = lines.map(|(package, line)| Import {
        importer: package.name.to_string(),
        imported: line.name.clone(),
        called: line.rename.clone().unwrap_or_else(|| line.name.clone()),
        in_workspace: line.path.is_some(),
        for_tests: line.kind == DependencyKind::Development,
        optional: line.optional,
    });
    imports.collect()
}

/// The names of all that is linked into the executables of a package, built alone.
fn list_libraries(package: &str, with_default_features: bool) -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--package", package]);
    if !with_default_features {
        cargo.arg("--no-default-features");
    }
    let output = cargo.current_dir(root()).output().expect("could not run cargo tree");
    assert!(output.status.success(), "{cargo:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("names are UTF-8");
    lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn list_sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("could not list {}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("could not read a folder's entry").path());
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = paths.partition(|path| path.is_dir());
    let sources = files.into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    sources.chain(folders.iter().flat_map(|folder| list_sources(folder))).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("could not read {}: {error}", path.display()))
}

fn folder_of(package: &Package) -> PathBuf {
    package.manifest_path.parent().expect("a manifest lies in a folder").into()
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

fn assert_unbroken(broken: Vec<String>) {
    assert!(broken.is_empty(), "a rule of the house is broken:\n\n- {}\n", broken.join("\n- "));
}
