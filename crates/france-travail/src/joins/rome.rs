//! The three levels of the ROME, by the code of the métier.

use anyhow::Result;

use crate::joins::reading::File;
use crate::joins::{ByCode, Cells, Reference, at};

/// As `fetch-rome` calls them.
const COLUMNS: [&str; 6] = [
    "code_grand_domaine",
    "libelle_grand_domaine",
    "code_domaine_professionnel",
    "libelle_domaine_professionnel",
    "code_rome",
    "libelle_rome",
];

/// Characters of a métier's code that are the code of its domaine, and of its grand domaine.
const DOMAINE_LENGTH: usize = 3;
const GRAND_DOMAINE_LENGTH: usize = 1;

type Labels = ByCode<Box<str>>;

/// Labels of each level, by code.
#[derive(Debug, Default)]
pub(super) struct Rome {
    metiers: Labels,
    domaines: Labels,
    grands_domaines: Labels,
}

impl Rome {
    /// # Errors
    /// 65 when a code has two labels, or does not begin with the code of the level above it.
    pub(super) fn read(file: &File, files: &mut Vec<Reference>) -> Result<Self> {
        let mut rome = Self::default();
        file.rows(COLUMNS, files, |[grand_domaine, of_grand_domaine, domaine, of_domaine, metier, of_metier]| {
            for (above, code, length) in
                [(grand_domaine, domaine, GRAND_DOMAINE_LENGTH), (domaine, metier, DOMAINE_LENGTH)]
            {
                if code.get(..length) != Some(above) {
                    return Err(file.broken(format!("`{code}` is said to belong to `{above}`")));
                }
            }
            put(&mut rome.grands_domaines, file, grand_domaine, of_grand_domaine)?;
            put(&mut rome.domaines, file, domaine, of_domaine)?;
            put(&mut rome.metiers, file, metier, of_metier)
        })?;
        Ok(rome)
    }

    /// Of a code that is not known, the levels above it that are.
    pub(super) fn fill<'a>(&'a self, code: &'a str, cells: &mut Cells<'a>) {
        cells[at::ROME_LIBELLE] = self.metiers.get(code).map(|label| &**label);
        let mut level = |labels: &'a Labels, length, place, of_label: usize| {
            if let Some((code, label)) = code.get(..length).and_then(|code| labels.get_key_value(code)) {
                (cells[place], cells[of_label]) = (Some(&**code), Some(&**label));
            }
        };
        level(&self.domaines, DOMAINE_LENGTH, at::DOMAINE_PROFESSIONNEL, at::DOMAINE_PROFESSIONNEL_LIBELLE);
        level(&self.grands_domaines, GRAND_DOMAINE_LENGTH, at::GRAND_DOMAINE, at::GRAND_DOMAINE_LIBELLE);
    }
}

fn put(labels: &mut Labels, file: &File, code: &str, label: &str) -> Result<()> {
    match labels.get(code) {
        Some(there) if **there == *label => Ok(()),
        Some(there) => Err(file.broken(format!("`{code}` has two labels, `{there}` and `{label}`"))),
        None => {
            labels.insert(code.into(), label.into());
            Ok(())
        }
    }
}
