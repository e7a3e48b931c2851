//! What a table of offers says beyond the offer: the labels of its codes, and the levels above them.
//!
//! The references are files that other steps wrote: `rome/rome.csv`, `naf/naf.csv`, `naf/naf2025.csv`,
//! `referentiels/communes.json`, `referentiels/departements.json`. [`JoinArgs`] names others, or none. [`References`] reads
//! them once; [`References::join`] gives the [`COLUMNS`] of one offer, borrowed from them, and [`Counts`] what of each
//! join matched. No offer is dropped for a code that is missing or unknown: its columns are empty, and its code is told.
//!
//! **Failures**: 2 `none` beside a file, 66 a file that is absent (with the step that makes it), 65 one that cannot be read, lacks a
//! column or a key, or contradicts itself.

mod counts;
mod naf;
mod places;
mod reading;
mod rome;

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use step::{ExitCode, Failure, RootArgs};

pub(crate) use counts::Counts;

use naf::Naf;
use places::{Communes, Departements};
use reading::File;
use rome::Rome;

/// Number of columns.
pub(crate) const WIDTH: usize = 21;

/// The columns, in order; all are texts.
pub(crate) const COLUMNS: [&str; WIDTH] = [
    "rome_libelle",
    "domaine_professionnel",
    "domaine_professionnel_libelle",
    "grand_domaine",
    "grand_domaine_libelle",
    "code_naf",
    "naf_nomenclature",
    "sous_classe_libelle",
    "classe",
    "classe_libelle",
    "groupe",
    "groupe_libelle",
    "division",
    "division_libelle",
    "section",
    "section_libelle",
    "commune_libelle",
    "code_postal",
    "departement_libelle",
    "region",
    "region_libelle",
];

/// Where a column is.
pub(crate) mod at {
    pub(crate) const ROME_LIBELLE: usize = 0;
    pub(crate) const DOMAINE_PROFESSIONNEL: usize = 1;
    pub(crate) const DOMAINE_PROFESSIONNEL_LIBELLE: usize = 2;
    pub(crate) const GRAND_DOMAINE: usize = 3;
    pub(crate) const GRAND_DOMAINE_LIBELLE: usize = 4;
    pub(crate) const CODE_NAF: usize = 5;
    pub(crate) const NAF_NOMENCLATURE: usize = 6;
    /// Behind it the class and the levels above, each with its label.
    pub(crate) const SOUS_CLASSE_LIBELLE: usize = 7;
    pub(crate) const SECTION: usize = 14;
    pub(crate) const SECTION_LIBELLE: usize = 15;
    pub(crate) const COMMUNE_LIBELLE: usize = 16;
    pub(crate) const CODE_POSTAL: usize = 17;
    pub(crate) const DEPARTEMENT_LIBELLE: usize = 18;
    pub(crate) const REGION: usize = 19;
    pub(crate) const REGION_LIBELLE: usize = 20;
}

/// Looked up several times an offer.
type ByCode<T> = HashMap<Box<str>, T, foldhash::fast::RandomState>;

/// The columns of one offer; `None` is an empty cell.
pub(crate) type Cells<'a> = [Option<&'a str>; WIDTH];

/// Which references to join: an argument for every step that joins, flattened into its own.
#[derive(Debug, Clone, Args)]
pub(crate) struct JoinArgs {
    /// Métiers and the levels above them, in place of `rome/rome.csv` below the root; `none`: their columns stay empty
    #[arg(long, value_name = "FILE|none")]
    rome: Option<Chosen>,
    /// Activities and the levels above them, in place of `naf/naf.csv` and, where it is there, `naf/naf2025.csv`; the first
    /// that has a code decides; `none`: their columns stay empty
    #[arg(long, value_name = "FILE|none")]
    naf: Vec<Chosen>,
    /// Communes, in place of `referentiels/communes.json` below the root; `none`: their column stays empty
    #[arg(long, value_name = "FILE|none")]
    communes: Option<Chosen>,
    /// Départements and regions, in place of `referentiels/departements.json`; `none`: their columns stay empty
    #[arg(long, value_name = "FILE|none")]
    departements: Option<Chosen>,
}

impl JoinArgs {
    /// The files that [`References::open`] reads, whether they are there or not.
    pub(crate) fn paths(&self, root: &RootArgs) -> Vec<PathBuf> {
        let path = |chosen: &Option<Chosen>, default: &str| match chosen {
            Some(Chosen::None) => None,
            Some(Chosen::File(path)) => Some(path.clone()),
            None => Some(root.join(default)),
        };
        let named = self.naf.iter().map(|chosen| path(&Some(chosen.clone()), ""));
        let default =
            ["naf/naf.csv", "naf/naf2025.csv"].map(|name| Some(root.join(name)).filter(|_| self.naf.is_empty()));
        let others = [
            path(&self.rome, "rome/rome.csv"),
            path(&self.communes, "referentiels/communes.json"),
            path(&self.departements, "referentiels/departements.json"),
        ];
        others.into_iter().chain(named).chain(default).flatten().collect()
    }
}

/// A reference that the user names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Chosen {
    None,
    File(PathBuf),
}

impl FromStr for Chosen {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "none" { Self::None } else { Self::File(text.into()) })
    }
}

/// The codes that an offer has.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Codes<'a> {
    pub(crate) rome: Option<&'a str>,
    /// `codeNAF`, as served.
    pub(crate) naf: Option<&'a str>,
    pub(crate) commune: Option<&'a str>,
    pub(crate) code_postal: Option<&'a str>,
    pub(crate) departement: Option<&'a str>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Reference {
    /// Without its folder.
    pub(crate) name: String,
    pub(crate) sha256: String,
}

/// All that is joined.
#[derive(Debug)]
pub(crate) struct References {
    rome: Option<Rome>,
    /// In the order in which they are asked.
    naf: Option<Vec<Naf>>,
    communes: Option<Communes>,
    departements: Option<Departements>,
    files: Vec<Reference>,
}

const FETCH_ROME: &str = "`fetch-rome`";
const CONVERT_NAF: &str = "`download naf`, then `convert-naf`,";
const FETCH_REFERENTIALS: &str = "`fetch-referentials communes departements`";

impl References {
    /// Reads the files that the arguments name, by default those below the root.
    ///
    /// # Errors
    /// 2, 65 and 66, as the module says.
    pub(crate) fn open(args: &JoinArgs, root: &RootArgs) -> Result<Self> {
        let naf = naf_files(args, root)?;
        let mut files = vec![];
        let file = |chosen: &Option<Chosen>, default: &str, flag, maker| {
            let path = match chosen {
                Some(Chosen::None) => return None,
                Some(Chosen::File(path)) => path.clone(),
                None => root.join(default),
            };
            Some(File { path, flag, maker })
        };
        let rome = file(&args.rome, "rome/rome.csv", "--rome", FETCH_ROME);
        let communes = file(&args.communes, "referentiels/communes.json", "--communes", FETCH_REFERENTIALS);
        let departements =
            file(&args.departements, "referentiels/departements.json", "--departements", FETCH_REFERENTIALS);
        let rome = rome.map(|file| Rome::read(&file, &mut files)).transpose()?;
        let naf = naf.map(|naf| naf.iter().map(|file| Naf::read(file, &mut files)).collect()).transpose()?;
        let communes = communes.map(|file| Communes::read(&file, &mut files)).transpose()?;
        let departements = departements.map(|file| Departements::read(&file, &mut files)).transpose()?;
        Ok(Self { rome, naf, communes, departements, files })
    }

    /// The files that were read: the ROME, the NAF, communes, départements.
    pub(crate) fn files(&self) -> &[Reference] {
        &self.files
    }

    /// The columns of an offer. Nothing is copied.
    pub(crate) fn join<'a>(&'a self, codes: Codes<'a>) -> Cells<'a> {
        let mut cells = [None; WIDTH];
        if let (Some(rome), Some(code)) = (&self.rome, codes.rome) {
            rome.fill(code, &mut cells);
        }
        cells[at::CODE_NAF] = codes.naf;
        if let Some((naf, code)) = self.naf.as_ref().zip(codes.naf)
            && let Some((naf, row)) = naf.iter().find_map(|naf| Some((naf, naf.find(code)?)))
        {
            naf.fill(row, &mut cells);
        }
        if let (Some(communes), Some(code)) = (&self.communes, codes.commune) {
            cells[at::COMMUNE_LIBELLE] = communes.label(code);
        }
        cells[at::CODE_POSTAL] = codes.code_postal;
        if let (Some(departements), Some(code)) = (&self.departements, codes.departement) {
            departements.fill(code, &mut cells);
        }
        cells
    }
}

/// By default NAF 2025 is read where it is there: until January 2027 it is not in force.
fn naf_files(args: &JoinArgs, root: &RootArgs) -> Result<Option<Vec<File>>> {
    let file = |path| File { path, flag: "--naf", maker: CONVERT_NAF };
    if args.naf.is_empty() {
        let later = Some(root.join("naf/naf2025.csv")).filter(|path| path.exists());
        return Ok(Some([root.join("naf/naf.csv")].into_iter().chain(later).map(file).collect()));
    }
    if args.naf == [Chosen::None] {
        return Ok(None);
    }
    let named = |chosen: &Chosen| match chosen {
        Chosen::File(path) => Ok(file(path.clone())),
        Chosen::None => {
            let failure = Failure::new(ExitCode::Usage, "could not take `--naf none` beside another `--naf`");
            Err(failure.hint("give files, or `none` alone").into())
        }
    };
    args.naf.iter().map(named).collect::<Result<_>>().map(Some)
}

#[cfg(test)]
mod tests;
