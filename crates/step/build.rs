//! Finds out the commit that the executables are built from, and for which machine.
//!
//! Every crate is built on this one, so a development build does not ask: it would compile all anew at each commit. A
//! release build asks git, or takes what `COLLECTE_COMMIT` says, where there is a tarball and no repository.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=COLLECTE_COMMIT");
    println!("cargo::rustc-env=STEP_TARGET={}", env::var("TARGET").unwrap_or_default());
    let told = env::var("COLLECTE_COMMIT").ok().filter(|commit| !commit.is_empty());
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if let Some(commit) = told.or_else(|| is_release.then(ask_git).flatten()) {
        println!("cargo::rustc-env=STEP_COMMIT={commit}");
    }
}

fn ask_git() -> Option<String> {
    // What a new commit, or another branch, changes.
    for file in ["HEAD", "logs/HEAD"] {
        println!("cargo::rerun-if-changed={}", git(&["rev-parse", "--path-format=absolute", "--git-path", file])?);
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}

/// None where there is no git, or no repository.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
}
