//! What the READMEs say of the steps, beside what `--spec` of each executable says.
//!
//! The top README lists every step, and what all of them share: receipt keys, variables, exit codes. The README of a
//! family, `crates/FAMILY/README.md`, has the rest under two headings: `Receipt keys`, with the columns step, key and
//! meaning, and `Variables`, with the columns variable, default and purpose.

mod markdown;
mod spec;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use markdown::{codes, table_below};
use spec::{Family, Step, list_families};

#[test]
fn the_top_readme_lists_every_step_and_flags_that_it_has() {
    let readme = read("README.md");
    let rows = table_below(&readme, "The steps");
    let mut told = BTreeSet::new();
    let steps = all_steps();
    for row in &rows {
        for call in codes(&row[0]) {
            let name = call.split_whitespace().next().unwrap_or_default().to_owned();
            // The sandbox is no step: it has no `--spec`.
            if name != "sandbox" {
                let step = steps.get(&name).unwrap_or_else(|| panic!("there is no step `{name}`"));
                assert_flags(step, &call);
                told.insert(name);
            }
        }
    }
    assert_eq!(told, steps.into_keys().collect(), "the steps of the top README, and the executables");
}

#[test]
fn the_readme_of_each_family_lists_its_steps_with_flags_that_they_have() {
    for family in list_families() {
        let rows = table_below(&read_of(&family), "The steps");
        let calls: Vec<String> = rows.iter().flat_map(|row| codes(&row[0])).collect();
        let told: BTreeSet<_> = calls.iter().filter_map(|call| call.split_whitespace().next()).collect();
        assert_eq!(told, family.steps.iter().map(|step| step.name.as_str()).collect(), "the steps of {}", family.name);
        for step in &family.steps {
            let own = calls.iter().filter(|call| call.split_whitespace().next() == Some(&step.name));
            own.for_each(|call| assert_flags(step, call));
        }
    }
}

#[test]
fn the_top_readme_has_the_receipt_keys_that_all_steps_share() {
    let told: BTreeSet<_> = first_codes(&table_below(&read("README.md"), "Receipts"));
    let shared = all_steps().into_values().map(|step| step.keys.into_iter().collect::<BTreeSet<_>>());
    let shared = shared.reduce(|one, other| &one & &other).expect("there are steps");
    // A family whose steps all have a key besides may say so itself.
    assert!(told.is_subset(&shared), "not of every step: {:?}", &told - &shared);
    assert!(told.contains("schema") && told.contains("path"), "the table was not found: {told:?}");
}

#[test]
fn the_readme_of_each_family_has_the_other_receipt_keys_of_its_steps() {
    let common = first_codes(&table_below(&read("README.md"), "Receipts"));
    for family in list_families() {
        let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in table_below(&read_of(&family), "Receipt keys") {
            for step in codes(&row[0]) {
                told.entry(step).or_default().extend(codes(&row[1]));
            }
        }
        let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for step in &family.steps {
            let own: BTreeSet<_> = step.keys.iter().filter(|key| !common.contains(*key)).cloned().collect();
            if !own.is_empty() {
                wanted.insert(step.name.clone(), own);
            }
        }
        assert_eq!(told, wanted, "the receipt keys in the README of {} (left), and those of its steps", family.name);
    }
}

#[test]
fn the_readmes_list_every_variable_with_its_default() {
    let common = variables_of(&read("README.md"));
    let mut seen = BTreeSet::new();
    for family in list_families() {
        let own = variables_of(&read_of(&family));
        let wanted: BTreeSet<String> = family.steps.iter().flat_map(Step::variables).collect();
        let told: BTreeSet<String> = common.keys().chain(own.keys()).cloned().collect();
        assert!(wanted.is_subset(&told), "{} does not say: {:?}", family.name, &wanted - &told);
        let extra: BTreeSet<_> = own.keys().filter(|name| !wanted.contains(*name)).collect();
        assert!(extra.is_empty(), "no step of {} reads {extra:?}", family.name);
        for step in &family.steps {
            for (name, default) in step.defaults() {
                let told = own.get(&name).or_else(|| common.get(&name)).expect("it is told");
                // A long address may be described in words; a value that is given is the right one.
                let given = codes(told);
                let is_right = default.is_empty() || given.is_empty() || given.contains(&default);
                assert!(is_right, "{name} is {default:?} in `{}`, not {told:?}", step.name);
            }
        }
        seen.extend(wanted);
    }
    let extra: BTreeSet<_> = common.keys().filter(|name| !seen.contains(*name)).collect();
    assert!(extra.is_empty(), "no step reads {extra:?}, which the top README lists");
}

#[test]
fn the_top_readme_has_the_exit_codes_of_every_step() {
    let mut told = BTreeMap::new();
    for row in table_below(&read("README.md"), "Exit codes") {
        for code in row[0].split(',') {
            told.insert(code.trim().parse::<u64>().expect("a code is a number"), row[2].trim().to_owned());
        }
    }
    for (name, step) in all_steps() {
        let retry = |retry: &Option<String>| retry.clone().unwrap_or_default();
        let wanted: BTreeMap<_, _> = step.exit_codes.iter().map(|(code, what)| (*code, retry(what))).collect();
        assert_eq!(told, wanted, "the exit codes of the top README (left), and those of `{name}`");
    }
}

#[test]
fn the_readme_of_a_family_is_the_documentation_of_its_crate() {
    for family in list_families() {
        let source = family.folder.join("src/lib.rs");
        let source = std::fs::read_to_string(&source).unwrap_or_else(|error| panic!("{}: {error}", source.display()));
        assert!(
            source.starts_with("#![doc = include_str!(\"../README.md\")]"),
            "crates/{}/src/lib.rs does not begin with its README",
            family.name
        );
    }
}

/// Every `--flag` of a call is one of the step's.
fn assert_flags(step: &Step, call: &str) {
    let words = call.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    for flag in words.filter(|word| word.starts_with("--") && word.len() > 2) {
        assert!(step.flags.contains(flag), "`{}` has no {flag}", step.name);
    }
}

fn all_steps() -> BTreeMap<String, Step> {
    let steps = list_families().into_iter().flat_map(|family| family.steps);
    steps.map(|step| (step.name.clone(), step)).collect()
}

/// The variables of the table below the heading `Variables`, with what is said of their defaults.
fn variables_of(readme: &str) -> BTreeMap<String, String> {
    let rows = table_below(readme, "Variables");
    let names = |row: &Vec<String>| codes(&row[0]).into_iter().map(|name| (name, row[1].clone())).collect::<Vec<_>>();
    rows.iter().flat_map(names).collect()
}

fn first_codes(rows: &[Vec<String>]) -> BTreeSet<String> {
    rows.iter().flat_map(|row| codes(&row[0])).collect()
}

fn read_of(family: &Family) -> String {
    let path = family.folder.join("README.md");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("could not read {}: {error}", path.display()))
}

fn read(path: &str) -> String {
    let path = spec::root().join(Path::new(path));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("could not read {}: {error}", path.display()))
}
