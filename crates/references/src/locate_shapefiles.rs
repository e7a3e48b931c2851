//! `locate-shapefiles`: the layers of a delivery of IGN, whole and by name, wherever in the delivery they are.
//!
//! - **Input**: the folder of a delivery as `extract` left it, or `extract`'s receipt. It stays as it is.
//! - **Output**: `LAYER.{shp,shx,dbf,prj,cpg}` in `--dest`, by default `cog_carto/{edition}`, and whatever else carries
//!   the layer's name, with extensions in lower case. They are copies, whose blocks are shared where the file system can:
//!   whatever is done to them, the delivery stays as it is.
//! - **Receipt**: `layers` tells the records of each; `without_cpg` names those whose encoding their readers must guess.
//! - **Failures**: 2 wrong arguments, or the edition is unknown; 65 a layer or the edition is missing, a layer
//!   is there twice or damaged; 66 the folder is missing; 74 the disk refuses; 75 another run writes the same output.
//!
//! Of several deliveries the edition chooses. One whose folders have another date than the edition that is wanted is never
//! taken for it: it would be published under the wrong name.
//!
//! Where a layer may be is told in `delivery`, which of several is meant in `choice`, when its files are sound in `header`.

mod choice;
mod delivery;
mod edition;
mod header;
mod layer;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Parser;
use files::OutputTree;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use step::{ExitCode, Failure, Given, Input, Outcome, RootArgs, Task};

use choice::Wish;
use layer::Layer;

/// Name of the lock: one run at a time writes to a folder.
const LOCK: &str = "locate-shapefiles";

/// Find the layers of a delivery of IGN, and put each whole where its readers look for it.
#[derive(Debug, Parser)]
#[command(name = "locate-shapefiles", version)]
pub struct Args {
    /// Folder of the delivery, or `-` for the receipt of the step before on stdin
    #[arg(value_name = "DIR|-")]
    delivery: Input,
    /// Names of the layers, exact
    #[arg(
        long,
        value_name = "LAYER,..",
        value_delimiter = ',',
        value_parser = layer_name,
        default_value = "REGION,DEPARTEMENT,COMMUNE,ARRONDISSEMENT_MUNICIPAL"
    )]
    layers: Vec<String>,
    /// Which of several folders side by side, by a part of its name: `LAMB93_FXX`, `D971`, `WGS84G`
    #[arg(long, value_name = "T")]
    territory: Option<String>,
    /// Edition, which chooses among deliveries by the dates in the names of their folders; by default what the receipt
    /// says, else that date
    #[arg(long, value_name = "YYYY-MM-DD")]
    edition: Option<Date>,
    /// Folder to put the layers in; by default `cog_carto/{edition}`
    #[arg(long, value_name = "DIR")]
    dest: Option<PathBuf>,
    #[command(flatten)]
    root: RootArgs,
}

/// What the receipt of `locate-shapefiles` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// Edition of the delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<String>,
    /// Folder, below that of the delivery, in which the layers were found.
    territory: String,
    /// Records of each layer.
    layers: BTreeMap<String, u64>,
    /// Layers without a `.cpg`: readers guess their encoding, and DuckDB and GDAL guess Latin-1.
    without_cpg: Vec<String>,
    /// Number of files.
    files: u64,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Locates the layers.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let given = args.delivery.read(&task).await?;
    task.blocking(move |task| locate(&args, &given, task)).await
}

/// No remote is asked.
pub async fn check(args: Args) -> Result<Vec<String>> {
    args.delivery.check()
}

fn layer_name(text: &str) -> Result<String, String> {
    let is_name = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if is_name { Ok(text.to_owned()) } else { Err("not the name of a layer, such as COMMUNE".to_owned()) }
}

fn locate(args: &Args, given: &Given, task: &Task) -> Result<Outcome<Receipt>> {
    let wish = Wish {
        names: args.layers.iter().map(String::as_str).collect(),
        territory: args.territory.as_deref(),
        edition: edition::wanted(args.edition, given),
    };
    let datasets = delivery::search(&given.path, task)?;
    let layers = choice::choose(&given.path, &datasets, &wish)?;
    let records = header::check(&given.path, &layers)?;
    let first = layers.first().expect("at least one layer is asked for");
    let edition = wish.edition.or(first.edition).or_else(|| edition::of_path(first.folder));
    let dest = destination(args, edition, &given.path)?;
    refuse_same_folder(&dest, &layers)?;
    let without_cpg: Vec<_> = layers.iter().filter(|layer| !layer.has("cpg")).map(|l| l.name.to_owned()).collect();
    if !without_cpg.is_empty() {
        tracing::warn!("{} without .cpg: readers must guess the encoding of its texts", without_cpg.join(", "));
    }
    let unchanged = place(&layers, &dest, task)?;
    let own = Receipt {
        edition: edition.map(|edition| edition.to_string()),
        territory: first.territory.to_owned(),
        layers: records,
        without_cpg,
        files: layers.iter().map(|layer| layer.files.len() as u64).sum(),
    };
    let bytes = layers.iter().flat_map(|layer| layer.files.values()).map(|file| file.bytes).sum();
    Ok(Outcome::Done(step::Receipt::new(dest, own).bytes(bytes).unchanged(unchanged)))
}

fn destination(args: &Args, edition: Option<Date>, delivery: &Path) -> Result<PathBuf> {
    match (&args.dest, edition) {
        (Some(dest), _) => Ok(dest.clone()),
        (None, Some(edition)) => Ok(args.root.join("cog_carto").join(edition.to_string())),
        (None, None) => {
            let message =
                format!("could not tell the edition of `{}`: no folder's name has a date", delivery.display());
            Err(Failure::new(ExitCode::Usage, message)
                .hint("give it with `--edition`, or a folder with `--dest`")
                .into())
        }
    }
}

/// The input stays as it is: nothing is put among it, and nothing in it is taken for a remnant.
fn refuse_same_folder(dest: &Path, layers: &[Layer]) -> Result<()> {
    let Ok(there) = dest.canonicalize() else { return Ok(()) };
    if layers.iter().any(|layer| layer.folder.canonicalize().is_ok_and(|folder| folder == there)) {
        let message = format!("could not put the layers in `{}`: it is where they come from", dest.display());
        return Err(Failure::new(ExitCode::Usage, message).hint("choose another folder with `--dest`").into());
    }
    Ok(())
}

/// Puts the layers in place; returns whether they were there already.
fn place(layers: &[Layer], dest: &Path, task: &Task) -> Result<bool> {
    let tree = OutputTree::create(dest, LOCK)?;
    let remnants = remnants(layers, dest);
    let files = || layers.iter().flat_map(|layer| &layer.files);
    let mut unchanged = remnants.is_empty();
    for (name, file) in files() {
        task.go_on()?;
        unchanged = unchanged && file.is_same_as(&dest.join(name), task)?;
    }
    if unchanged {
        return Ok(true);
    }
    for (name, file) in files() {
        task.go_on()?;
        files::copy(&file.path, &tree.folder().join(name), &mut |_| task.go_on())?;
    }
    tree.commit()?;
    for path in remnants {
        // An index of an older edition would let its readers miss what they look for.
        tracing::warn!("removing `{}`: the delivery has no such file of its layer", path.display());
        fs::remove_file(&path).map_err(|error| files::unwritable("remove", &path, error))?;
    }
    Ok(false)
}

/// Files of these layers in the destination that the delivery does not have.
fn remnants(layers: &[Layer], dest: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dest).into_iter().flatten().flatten();
    let is_remnant = |name: &str| {
        layers.iter().any(|layer| layer::suffix(layer.name, name).is_some() && !layer.files.contains_key(name))
    };
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir()));
    let mut paths: Vec<_> =
        files.filter(|entry| entry.file_name().to_str().is_some_and(is_remnant)).map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
