//! `convert-naf`: the NAF workbooks of INSEE as CSV files, and all five levels in a row.
//!
//! **Input**: a folder with INSEE's workbooks, as published: six `.xls` of 2008, or the one `.xlsx` of 2025.
//!
//! **Output**, in the folder `naf`: `naf2008_5_niveaux.csv`, `naf2008_liste_n1.csv` to `n5.csv`, and `naf.csv`, a sub-class
//! a row with the levels above it and their labels; of 2025 `naf2025_..` and `naf2025.csv`. These two are written as all
//! tables of our own making (`,`, UTF-8 without a mark), the others as the document that they repeat: with a byte-order
//! mark and `;`. Line feeds, quotes only where needed. `datapackage.json` says what all of them hold. `naf.csv` appears
//! last.
//!
//! **Complete** means: as many codes of each level as the nomenclature has, each once and with a label, and every
//! sub-class joined to a class, group, division and section that are there.
//!
//! **Failures**: 65 a workbook that is none, or codes that do not join (the code is named); 66 a workbook is missing;
//! 74 the disk refuses; 75 another run is at it. Whatever fails, the files that were there stay.

mod level;
mod naf2008;
mod naf2025;
mod table;
mod tree;
mod workbook;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Parser, ValueEnum};
use files::{Access, OutputSet};
use schemars::JsonSchema;
use serde::Serialize;
use step::{Input, LICENCE_OUVERTE, Outcome, Provenance, RootArgs, Task, is_sandbox};
use tables::{DataPackage, PACKAGE_FILE, Resource};

use level::Level;
use table::Table;
use tree::Tree;

/// Where the data come from, as the licence wants it said.
const PROVENANCE: Provenance = Provenance::new("INSEE, nomenclature d'activités française", LICENCE_OUVERTE);

/// Convert INSEE's NAF workbooks to CSV, a file a level and all levels in a row
#[derive(Debug, Parser)]
#[command(name = "convert-naf", version)]
pub struct Args {
    /// Folder that holds the workbooks, or `-`: the receipt of `download naf`
    #[arg(value_name = "DIR|-")]
    input: Input,
    /// Which NAF it is
    #[arg(long, value_enum, value_name = "YEAR", default_value = "2008")]
    nomenclature: Nomenclature,
    /// Folder that receives the files, in place of `naf` below the root
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    root: RootArgs,
}

/// An edition of the NAF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Nomenclature {
    /// NAF rév. 2, of 2008
    #[value(name = "2008")]
    Naf2008,
    /// NAF 2025, official in January 2027
    #[value(name = "2025")]
    Naf2025,
}

/// What the receipt says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// Year of the nomenclature.
    nomenclature: &'static str,
    /// Number of sections.
    section: usize,
    /// Number of divisions.
    division: usize,
    /// Number of groupes.
    groupe: usize,
    /// Number of classes.
    classe: usize,
    /// Number of sous-classes, which are the records.
    sous_classe: usize,
    /// Names of the files in the folder; the last one has the five levels and their labels in a row.
    files: Vec<String>,
    #[serde(flatten)]
    provenance: Provenance,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Converts the workbooks.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let given = args.input.read(&task).await?;
    let folder = args.dir.clone().unwrap_or_else(|| args.root.join("naf"));
    tracing::info!("converting the NAF of {} in `{}`", args.nomenclature.year(), given.path.display());
    task.blocking(move |_| convert(args.nomenclature, &given.path, &folder)).await
}

/// Needs no remote: looks whether the workbooks' folder is there.
pub async fn check(args: Args) -> Result<Vec<String>> {
    args.input.check()
}

fn convert(nomenclature: Nomenclature, input: &Path, folder: &Path) -> Result<Outcome<Receipt>> {
    let tree = match nomenclature {
        Nomenclature::Naf2008 => naf2008::read(input)?,
        Nomenclature::Naf2025 => naf2025::read(input)?,
    };
    tree.ensure_counts(nomenclature.counts())?;
    let (tables, provenance) = (tables(nomenclature, &tree)?, provenance(input));
    let files = files(&tables);
    let mut set = OutputSet::claim(folder, &files, Access::Everyone)?;
    let mut package = package();
    for table in &tables {
        let written = set.write(&table.name, &table.bytes)?;
        let (title, fields) = (table.title.clone(), table.fields.clone());
        package.resources.push(Resource::csv(written, table.separator, title, &provenance, fields));
    }
    package.write(&mut set)?;
    let committed = set.commit()?;
    let [section, division, groupe, classe, sous_classe] = nomenclature.counts();
    let own = Receipt {
        nomenclature: nomenclature.year(),
        section,
        division,
        groupe,
        classe,
        sous_classe,
        files,
        provenance,
    };
    let receipt = step::Receipt::new(folder, own).bytes(committed.bytes).records(sous_classe as u64);
    Ok(Outcome::Done(receipt.unchanged(committed.unchanged)))
}

/// What is to be said of workbooks: that they were invented, if the sandbox served one of them.
fn provenance(folder: &Path) -> Provenance {
    let workbooks = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let server = workbooks.filter_map(|entry| transfer::served_by(&entry.path())).find(|name| is_sandbox(Some(name)));
    PROVENANCE.served_by(server.as_deref())
}

/// The tables, in the order in which they appear: last the one that has all.
fn tables(nomenclature: Nomenclature, tree: &Tree) -> Result<Vec<Table>> {
    let year = nomenclature.year();
    let mut tables = vec![table::levels(tree, format!("naf{year}_5_niveaux.csv"))?];
    for level in Level::ALL {
        tables.push(table::list(tree, level, format!("naf{year}_liste_n{}.csv", level.number()))?);
    }
    let joined = match nomenclature {
        Nomenclature::Naf2008 => "naf.csv".to_owned(),
        // Not `naf.csv`: until January 2027 that one is of 2008.
        Nomenclature::Naf2025 => "naf2025.csv".to_owned(),
    };
    tables.push(table::joined(tree, joined)?);
    tables.iter_mut().for_each(|table| table.title.insert_str(0, nomenclature.title()));
    Ok(tables)
}

/// All files, in the order in which they appear.
fn files(tables: &[Table]) -> Vec<String> {
    let mut files: Vec<String> = tables.iter().map(|table| table.name.clone()).collect();
    files.insert(files.len() - 1, PACKAGE_FILE.to_owned());
    files
}

/// Of the folder, which may hold both nomenclatures.
fn package() -> DataPackage {
    DataPackage {
        name: "naf",
        title: "Nomenclature d'activités française (NAF)".to_owned(),
        description:
            "Les cinq niveaux de la NAF, convertis des classeurs de l'INSEE : `naf2008_` et `naf.csv` pour la \
                      NAF rév. 2, `naf2025` pour la NAF 2025. Les codes sont du texte."
                .to_owned(),
        version: None,
        resources: Vec::new(),
    }
}

impl Nomenclature {
    fn year(self) -> &'static str {
        match self {
            Self::Naf2008 => "2008",
            Self::Naf2025 => "2025",
        }
    }

    /// How what is said of each table begins.
    fn title(self) -> &'static str {
        match self {
            Self::Naf2008 => "NAF rév. 2 : ",
            Self::Naf2025 => "NAF 2025 : ",
        }
    }

    /// Codes of each level, sections first.
    fn counts(self) -> [usize; 5] {
        match self {
            Self::Naf2008 => [21, 88, 272, 615, 732],
            Self::Naf2025 => [22, 87, 287, 651, 747],
        }
    }
}
