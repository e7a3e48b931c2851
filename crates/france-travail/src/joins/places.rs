//! Communes, départements and regions, as `fetch-referentials` wrote them.

use anyhow::Result;
use serde::Deserialize;

use crate::joins::reading::File;
use crate::joins::{ByCode, Cells, Reference, at};

/// A commune, or a region.
#[derive(Debug, Deserialize)]
struct Labelled {
    code: Box<str>,
    libelle: Box<str>,
}

#[derive(Deserialize)]
struct Departement {
    code: Box<str>,
    libelle: Box<str>,
    region: Labelled,
}

/// Labels by INSEE code.
#[derive(Debug)]
pub(super) struct Communes(ByCode<Box<str>>);

impl Communes {
    /// A commune with several postal codes is in the list once for each: the first counts.
    pub(super) fn read(file: &File, files: &mut Vec<Reference>) -> Result<Self> {
        let mut labels = ByCode::default();
        for Labelled { code, libelle } in file.list(files)? {
            labels.entry(code).or_insert(libelle);
        }
        Ok(Self(labels))
    }

    pub(super) fn label(&self, code: &str) -> Option<&str> {
        self.0.get(code).map(|label| &**label)
    }
}

/// Départements by code, with their region.
#[derive(Debug)]
pub(super) struct Departements(ByCode<(Box<str>, Labelled)>);

impl Departements {
    pub(super) fn read(file: &File, files: &mut Vec<Reference>) -> Result<Self> {
        let mut departements = ByCode::default();
        for Departement { code, libelle, region } in file.list(files)? {
            departements.entry(code).or_insert((libelle, region));
        }
        Ok(Self(departements))
    }

    pub(super) fn fill<'a>(&'a self, code: &str, cells: &mut Cells<'a>) {
        if let Some((label, region)) = self.0.get(code) {
            cells[at::DEPARTEMENT_LIBELLE] = Some(label);
            cells[at::REGION] = Some(&region.code);
            cells[at::REGION_LIBELLE] = Some(&region.libelle);
        }
    }
}
