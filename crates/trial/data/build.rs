//! Looks for the data beside the checkout, once a build.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-env-changed=COLLECTE_DATA");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(have_data)");
    let folder = folder();
    println!("cargo::rustc-env=COLLECTE_DATA_FOLDER={}", folder.display());
    let Ok(entries) = fs::read_dir(&folder) else { return };
    println!("cargo::rustc-cfg=have_data");
    // Cargo would go through all that a folder holds at each build. That a family's README goes tells as much.
    for readme in entries.flatten().map(|entry| entry.path().join("README.md")).filter(|readme| readme.exists()) {
        println!("cargo::rerun-if-changed={}", readme.display());
    }
}

/// A relative `COLLECTE_DATA` is seen from the checkout; an empty one is unset.
fn folder() -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let checkout = checkout.canonicalize().unwrap_or(checkout);
    let given = env::var_os("COLLECTE_DATA").filter(|given| !given.is_empty());
    let folder = checkout.join(given.unwrap_or_else(|| "../shared/data".into()));
    folder.canonicalize().unwrap_or(folder)
}
