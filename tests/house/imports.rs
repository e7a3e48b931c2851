//! Who may import whom. Each check takes one import and gives back the rule it breaks, with the way out.

/// The crates that are no family, and what each may import from the workspace.
pub(crate) const SHARED: [(&str, &[&str]); 7] = [
    ("step", &[]),
    ("files", &["step"]),
    ("transfer", &["files", "step"]),
    ("codes", &[]),
    ("sandbox", &[]),
    (TRIAL, &["sandbox", TRIAL_DATA]),
    (TRIAL_DATA, &[]),
];

const FOR_FAMILIES: &[&str] = &["step", "files", "transfer", "codes"];

/// The crates that the tests of all but the sandbox may import besides.
const FOR_TESTS: [&str; 2] = ["sandbox", TRIAL];

/// The crate that is for tests alone, and nothing else may import: what tests may do, it may.
pub(crate) const TRIAL: &str = "trial";

/// Part of `trial`, which knows nothing of ours: the tests of any crate may name it, those of the sandbox too.
const TRIAL_DATA: &str = "trial-data";

/// This package: it sees everything, and nothing may see it.
pub(crate) const JOURNEYS: &str = "journeys";

/// The libraries that one crate keeps to itself, so that their traps are known in one place.
const OWNED: [(&str, &str); 6] = [
    ("reqwest", "transfer"),
    ("zip", "files"),
    ("sevenz-rust", "files"),
    ("sevenz-rust2", "files"),
    ("liblzma", "files"),
    ("tempfile", "files"),
];

/// Tests of any crate may use it: they all need a place to write.
const FREE_IN_TESTS: &str = "tempfile";

/// One line of a crate's manifest.
pub(crate) struct Import {
    pub(crate) importer: String,
    /// The name on the registry, or in the workspace.
    pub(crate) imported: String,
    /// The name in the code, which may be another.
    pub(crate) called: String,
    pub(crate) in_workspace: bool,
    pub(crate) for_tests: bool,
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

pub(crate) fn break_ownership(import: &Import) -> Option<String> {
    let Import { importer, imported, called, for_tests, .. } = import;
    let (library, owner) = OWNED.iter().find(|(library, _)| library == imported || library == called)?;
    if importer == owner || ((*for_tests || importer == TRIAL) && *library == FREE_IN_TESTS) {
        return None;
    }
    Some(format!("`{importer}` names `{library}`, but only `{owner}` may: use or extend what `{owner}` offers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(importer: &str, imported: &str) -> Import {
        let (importer, imported, called) = (importer.to_owned(), imported.to_owned(), imported.to_owned());
        Import { importer, imported, called, in_workspace: true, for_tests: false }
    }

    fn import_for_tests(importer: &str, imported: &str) -> Import {
        Import { for_tests: true, ..import(importer, imported) }
    }

    #[test]
    fn the_table_allows_what_the_design_says() {
        for (importer, imported) in [
            ("france-travail", "step"),
            ("france-travail", "files"),
            ("a-family-of-tomorrow", "transfer"),
            ("a-family-of-tomorrow", "codes"),
            ("transfer", "files"),
            ("transfer", "step"),
            ("files", "step"),
            ("journeys", "france-travail"),
        ] {
            assert_eq!(break_table(&import(importer, imported)), None, "{importer} imports {imported}");
        }
        assert_eq!(break_table(&import_for_tests("france-travail", "sandbox")), None);
        assert_eq!(break_table(&import_for_tests("transfer", "sandbox")), None);
        assert_eq!(break_table(&import_for_tests("a-family-of-tomorrow", "trial")), None);
        assert_eq!(break_table(&import_for_tests("step", "trial")), None);
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
            ("files", "codes"),
            ("transfer", "codes"),
            ("transfer", "france-travail"),
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
            break_table(&import("references", "france-travail")).unwrap(),
            "`references` imports `france-travail`, but a family imports only step, files, transfer, codes: \
             hand the work over as a file, or move what both need to a shared crate"
        );
        assert_eq!(
            break_table(&import("step", "files")).unwrap(),
            "`step` imports `files`, but `step` imports no crate of the workspace: \
             turn the import round, or let the caller pass the value in"
        );
        assert_eq!(
            break_table(&import("references", "trial")).unwrap(),
            "`references` imports `trial`, but a family imports only step, files, transfer, codes: \
             it is for tests alone: name it under [dev-dependencies]"
        );
    }

    #[test]
    fn a_library_belongs_to_its_owner_under_any_name() {
        let of_archives = |importer: &str| Import { called: "sevenz-rust".into(), ..import(importer, "sevenz-rust2") };
        assert_eq!(break_ownership(&of_archives("files")), None);
        assert!(break_ownership(&of_archives("references")).is_some());
        assert!(break_ownership(&Import { called: "http".into(), ..import("catalogs", "reqwest") }).is_some());
        assert_eq!(break_ownership(&import("transfer", "reqwest")), None);
        assert_eq!(break_ownership(&import("catalogs", "serde")), None);
    }

    #[test]
    fn only_tests_may_have_temporary_files_of_their_own() {
        assert_eq!(break_ownership(&import_for_tests("catalogs", "tempfile")), None);
        assert_eq!(break_ownership(&import("trial", "tempfile")), None);
        assert_eq!(
            break_ownership(&import("catalogs", "tempfile")).unwrap(),
            "`catalogs` names `tempfile`, but only `files` may: use or extend what `files` offers"
        );
        assert!(break_ownership(&import_for_tests("catalogs", "reqwest")).is_some());
        assert!(break_ownership(&import("trial", "reqwest")).is_some());
    }
}
