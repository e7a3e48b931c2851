//! The borders between the crates: who may import whom, and who alone may name a library.
//!
//! Each check takes one line of a manifest, or the libraries that an executable is made of, and gives back the rule
//! that is broken, with the way out.

/// The crates that are no family, and what each may import from the workspace. A crate that is not listed is a family.
pub(crate) const SHARED: &[(&str, &[&str])] = &[
    ("step", &[]),
    ("codes", &[]),
    ("xml", &[]),
    ("files", &["step"]),
    ("archives", &["step", "files"]),
    ("transfer", &["step", "files"]),
    ("columns", &["step", "files"]),
    ("tables", &["step", "files", "xml", "archives"]),
    ("report", &["step", "files", "tables"]),
    ("mapping", &["step", "tables", "report", "codes"]),
    ("sandbox", &[]),
    (TRIAL, &["sandbox", TRIAL_DATA]),
    (TRIAL_DATA, &[]),
];

/// Those of [`SHARED`] that nobody has written yet: each leaves this list when it comes.
pub(crate) const TO_COME: &[&str] = &[];

/// The imports that a feature must bring in, so that whoever does not ask for it does not compile it.
const OPTIONAL: &[(&str, &str)] =
    &[("tables", "archives"), ("tables", "xml"), ("france-travail", "columns"), ("france-travail", "report")];

/// The libraries that are kept to some crates, so that their traps are known in one place.
const OWNED: &[(&str, &[&str])] = &[
    ("reqwest", &["transfer"]),
    ("zip", &["archives"]),
    ("sevenz-rust", &["archives"]),
    ("sevenz-rust2", &["archives"]),
    ("liblzma", &["archives"]),
    ("flate2", &["archives", "sandbox"]),
    ("tempfile", &["files", TRIAL]),
    ("quick-xml", &["xml"]),
    ("csv", &["tables"]),
    ("encoding_rs", &["tables"]),
    ("toml", &["mapping"]),
    ("minijinja", &["report"]),
    ("parquet", &["columns"]),
    ("zstd", &["columns"]),
    ("oxrdf", &["catalogs"]),
    ("oxttl", &["catalogs"]),
    ("oxrdfxml", &["catalogs"]),
    ("oxjsonld", &["catalogs"]),
    ("oxiri", &["catalogs"]),
];

/// The libraries that any test may name: a place to write, and oracles. Executables may not.
const FREE_IN_TESTS: &[&str] = &["tempfile", "calamine", "csv", "jsonschema"];

/// What a package must not be compiled with: (package, whether its default features count, libraries).
pub(crate) const UNPAID: &[(&str, bool, &[&str])] = &[
    // What the first command of the README builds.
    ("sandbox", false, &["reqwest", "tempfile", "zip", "sevenz-rust2", "liblzma", "quick-xml", "parquet", "oxrdf"]),
    (
        "france-travail",
        false,
        &["zip", "sevenz-rust2", "liblzma", "quick-xml", "parquet", "oxrdf", "minijinja", "toml"],
    ),
    // Its tables have a page for people, which `report` writes.
    ("france-travail", true, &["zip", "sevenz-rust2", "liblzma", "oxrdf", "toml"]),
    ("references", true, &["parquet", "oxrdf", "minijinja", "toml"]),
    ("catalogs", true, &["zip", "sevenz-rust2", "liblzma", "parquet", "toml"]),
    ("procurement", true, &["reqwest", "parquet", "oxrdf"]),
    ("procurement", false, &["reqwest", "zip", "sevenz-rust2", "liblzma", "parquet", "oxrdf"]),
    // One of its steps reads the platform's API.
    ("inclusion", true, &["parquet", "oxrdf"]),
    ("inclusion", false, &["zip", "sevenz-rust2", "liblzma", "parquet", "oxrdf"]),
];

const FOR_FAMILIES: &[&str] =
    &["step", "codes", "xml", "files", "archives", "transfer", "columns", "tables", "report", "mapping"];

/// The crates that the tests of all but the sandbox may import besides.
const FOR_TESTS: [&str; 2] = ["sandbox", TRIAL];

/// The crate that is for tests alone, and nothing else may import: what tests may do, it may.
pub(crate) const TRIAL: &str = "trial";

/// Part of `trial`, which knows nothing of ours: the tests of any crate may name it, those of the sandbox too.
const TRIAL_DATA: &str = "trial-data";

/// This package: it sees everything, and nothing may see it.
pub(crate) const JOURNEYS: &str = "journeys";

/// One line of a crate's manifest.
pub(crate) struct Import {
    pub(crate) importer: String,
    /// The name on the registry, or in the workspace.
    pub(crate) imported: String,
    /// The name in the code, which may be another.
    pub(crate) called: String,
    pub(crate) in_workspace: bool,
    pub(crate) for_tests: bool,
    pub(crate) optional: bool,
}

pub(crate) fn is_family(name: &str) -> bool {
    name != JOURNEYS && SHARED.iter().all(|(shared, _)| *shared != name)
}

pub(crate) fn break_table(import: &Import) -> Option<String> {
    let Import { importer, imported, for_tests, .. } = import;
    let shared = SHARED.iter().find(|(name, _)| name == importer);
    let allowed = shared.map_or(FOR_FAMILIES, |(_, allowed)| *allowed);
    let is_allowed = allowed.contains(&imported.as_str())
        || importer == JOURNEYS
        // A crate's tests may turn on its own features.
        || (*for_tests && importer == imported)
        || (*for_tests && imported == TRIAL_DATA)
        || (*for_tests && FOR_TESTS.contains(&imported.as_str()) && importer != "sandbox");
    if is_allowed {
        return None;
    }
    let kind = if shared.is_some() { format!("`{importer}`") } else { "a family".to_owned() };
    let rule = if allowed.is_empty() {
        format!("{kind} imports no crate of the workspace")
    } else {
        format!("{kind} imports only {}", allowed.join(", "))
    };
    let way_out = match importer.as_str() {
        "sandbox" => "it shows the services as seen on the wire; sharing code, it would share a client's mistakes",
        TRIAL => "what the tests of steps share knows no step; what one family's tests need is their own",
        _ if *for_tests => {
            "its tests may import `sandbox` and `trial` besides; a test that needs more is a journey, for tests/"
        }
        _ if imported == TRIAL => "it is for tests alone: name it under [dev-dependencies]",
        _ if shared.is_some() => "turn the import round, or let the caller pass the value in",
        _ if imported == "sandbox" => "steps reach it by the addresses in their flags; only tests may import it",
        _ => "hand the work over as a file, or move what both need to a shared crate",
    };
    Some(format!("`{importer}` imports `{imported}`, but {rule}: {way_out}"))
}

pub(crate) fn break_optional(import: &Import) -> Option<String> {
    let Import { importer, imported, for_tests, optional, .. } = import;
    let listed = OPTIONAL.contains(&(importer.as_str(), imported.as_str()));
    (listed && !for_tests && !optional)
        .then(|| format!("`{importer}` always imports `{imported}`: make it optional, and let a feature ask for it"))
}

pub(crate) fn break_ownership(import: &Import) -> Option<String> {
    let Import { importer, imported, called, for_tests, .. } = import;
    if FREE_IN_TESTS.contains(&imported.as_str()) && *for_tests {
        return None;
    }
    if let Some(owner) = owner_of(imported).or_else(|| owner_of(called)) {
        let (library, owners) = owner;
        let allowed = owners.contains(&importer.as_str());
        return (!allowed).then(|| {
            let owner = owners[0];
            format!("`{importer}` names `{library}`, but only `{owner}` may: use or extend what `{owner}` offers")
        });
    }
    FREE_IN_TESTS
        .contains(&imported.as_str())
        .then(|| format!("`{importer}` names `{imported}`, which is for tests alone: name it under [dev-dependencies]"))
}

fn owner_of(library: &str) -> Option<&'static (&'static str, &'static [&'static str])> {
    OWNED.iter().find(|(owned, _)| *owned == library)
}

/// The libraries of `unpaid` that are among those `compiled` for a package.
pub(crate) fn break_unpaid(package: &str, unpaid: &[&str], compiled: &[String]) -> Option<String> {
    let found: Vec<_> = unpaid.iter().filter(|library| compiled.iter().any(|name| name == *library)).collect();
    (!found.is_empty()).then(|| {
        format!("`{package}` compiles {found:?}, which it has no use for: `cargo tree -p {package} -i {}`", found[0])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(importer: &str, imported: &str) -> Import {
        let (importer, imported, called) = (importer.to_owned(), imported.to_owned(), imported.to_owned());
        Import { importer, imported, called, in_workspace: true, for_tests: false, optional: false }
    }

    fn import_for_tests(importer: &str, imported: &str) -> Import {
        Import { for_tests: true, ..import(importer, imported) }
    }

    #[test]
    fn the_table_allows_what_the_design_says() {
        for (importer, imported) in [
            ("france-travail", "step"),
            ("france-travail", "columns"),
            ("a-family-of-tomorrow", "transfer"),
            ("a-family-of-tomorrow", "codes"),
            ("transfer", "files"),
            ("transfer", "step"),
            ("files", "step"),
            ("tables", "archives"),
            ("report", "tables"),
            ("mapping", "codes"),
            ("journeys", "france-travail"),
        ] {
            assert_eq!(break_table(&import(importer, imported)), None, "{importer} imports {imported}");
        }
        assert_eq!(break_table(&import_for_tests("france-travail", "sandbox")), None);
        assert_eq!(break_table(&import_for_tests("transfer", "sandbox")), None);
        assert_eq!(break_table(&import_for_tests("a-family-of-tomorrow", "trial")), None);
        assert_eq!(break_table(&import_for_tests("step", "trial")), None);
        assert_eq!(break_table(&import_for_tests("archives", "archives")), None);
        assert_eq!(break_table(&import("trial", "sandbox")), None);
        assert_eq!(break_table(&import_for_tests("sandbox", "trial-data")), None);
    }

    #[test]
    fn the_table_refuses_the_rest() {
        for (importer, imported) in [
            ("references", "france-travail"),
            ("a-family-of-tomorrow", "references"),
            ("references", "sandbox"),
            ("references", "journeys"),
            ("step", "files"),
            ("files", "transfer"),
            ("files", "archives"),
            ("files", "codes"),
            ("xml", "files"),
            ("transfer", "codes"),
            ("transfer", "france-travail"),
            ("tables", "report"),
            ("report", "mapping"),
            ("codes", "step"),
            ("sandbox", "step"),
            ("trial", "step"),
            ("trial", "france-travail"),
            ("france-travail", "trial"),
            ("step", "trial"),
            ("sandbox", "trial"),
        ] {
            assert!(break_table(&import(importer, imported)).is_some(), "{importer} imports {imported}");
        }
        assert!(break_table(&import_for_tests("sandbox", "transfer")).is_some());
        assert!(break_table(&import_for_tests("sandbox", "trial")).is_some());
        assert!(break_table(&import_for_tests("trial", "files")).is_some());
        assert!(break_table(&import_for_tests("references", "france-travail")).is_some());
    }

    #[test]
    fn a_refusal_says_which_rule_and_how_to_mend() {
        assert_eq!(
            break_table(&import("step", "files")).unwrap(),
            "`step` imports `files`, but `step` imports no crate of the workspace: \
             turn the import round, or let the caller pass the value in"
        );
        for (imported, way_out) in [
            ("france-travail", ": hand the work over as a file, or move what both need to a shared crate"),
            ("trial", ": it is for tests alone: name it under [dev-dependencies]"),
        ] {
            let told = break_table(&import("references", imported)).unwrap();
            let rule = format!("`references` imports `{imported}`, but a family imports only step, codes, ");
            assert!(told.starts_with(&rule) && told.ends_with(way_out), "{told}");
        }
    }

    #[test]
    fn what_few_need_is_optional() {
        assert!(break_optional(&import("tables", "archives")).is_some());
        assert!(break_optional(&import("tables", "xml")).is_some());
        assert!(break_optional(&import("france-travail", "columns")).is_some());
        assert_eq!(break_optional(&Import { optional: true, ..import("tables", "archives") }), None);
        assert_eq!(break_optional(&import_for_tests("tables", "archives")), None);
        assert_eq!(break_optional(&import("references", "archives")), None);
    }

    #[test]
    fn a_library_belongs_to_its_owner_under_any_name() {
        let of_archives = |importer: &str| Import { called: "sevenz-rust".into(), ..import(importer, "sevenz-rust2") };
        assert_eq!(break_ownership(&of_archives("archives")), None);
        assert!(break_ownership(&of_archives("files")).is_some());
        assert!(break_ownership(&of_archives("references")).is_some());
        assert!(break_ownership(&Import { called: "http".into(), ..import("catalogs", "reqwest") }).is_some());
        assert_eq!(break_ownership(&import("transfer", "reqwest")), None);
        assert_eq!(break_ownership(&import("sandbox", "flate2")), None);
        assert_eq!(break_ownership(&import("catalogs", "serde")), None);
    }

    #[test]
    fn only_tests_may_have_temporary_files_and_oracles_of_their_own() {
        assert_eq!(break_ownership(&import_for_tests("catalogs", "tempfile")), None);
        assert_eq!(break_ownership(&import("trial", "tempfile")), None);
        assert_eq!(
            break_ownership(&import("catalogs", "tempfile")).unwrap(),
            "`catalogs` names `tempfile`, but only `files` may: use or extend what `files` offers"
        );
        assert_eq!(break_ownership(&import_for_tests("tables", "calamine")), None);
        assert!(break_ownership(&import("tables", "calamine")).is_some());
        assert_eq!(break_ownership(&import_for_tests("references", "csv")), None);
        assert!(break_ownership(&import("references", "csv")).is_some());
        assert!(break_ownership(&import_for_tests("catalogs", "reqwest")).is_some());
        assert!(break_ownership(&import("trial", "reqwest")).is_some());
    }

    #[test]
    fn a_library_that_is_not_used_is_not_compiled() {
        let compiled = ["serde".to_owned(), "zip".to_owned()];
        assert!(break_unpaid("sandbox", &["liblzma", "zip"], &compiled).unwrap().contains("[\"zip\"]"));
        assert_eq!(break_unpaid("sandbox", &["liblzma"], &compiled), None);
    }
}
