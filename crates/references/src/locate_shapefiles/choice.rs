//! In which folder each layer is, if that is plain; else what the reader must choose.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use step::{ExitCode, Failure, list_some};

use super::delivery::Dataset;
use super::layer::{Layer, has};

/// A failure names no more than that many layers, folders or editions.
const MOST_NAMED: usize = 12;

/// Which layers are wanted.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    pub(super) names: BTreeSet<&'a str>,
    pub(super) territory: Option<&'a str>,
    pub(super) edition: Option<Date>,
}

/// Finds each layer in exactly one folder, with the files that it needs.
///
/// # Errors
/// 65 with all that is wrong, and what there is.
pub(super) fn choose<'a>(root: &Path, datasets: &'a [Dataset], wish: &Wish<'a>) -> Result<Vec<Layer<'a>>> {
    let of_territory = |dataset: &&Dataset| wish.territory.is_none_or(|t| is_of(&dataset.territory, t));
    let asked = of_edition(root, datasets.iter().filter(of_territory).collect(), wish)?;
    let (mut layers, mut problems, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    // By the folders that have them: what is wrong is most often so of all layers alike.
    let mut doubled: BTreeMap<Vec<&Dataset>, Vec<&str>> = BTreeMap::new();
    for &name in &wish.names {
        let having: Vec<_> = asked.iter().copied().filter(|dataset| has(dataset, name)).collect();
        match having[..] {
            [] => missing.push(name),
            [dataset] => match Layer::read(name, dataset)? {
                Ok(layer) => layers.push(layer),
                Err(problem) => problems.push(problem),
            },
            _ => doubled.entry(having).or_default().push(name),
        }
    }
    if !missing.is_empty() {
        problems.push(format!("there is no {}", missing.join(", no ")));
    }
    problems.extend(doubled.iter().map(|(folders, names)| {
        format!("{} found in {}", list(names.iter().copied()), list(told_apart(root, folders)))
    }));
    if problems.is_empty() {
        return of_one_edition(root, layers);
    }
    let hint = match doubled.keys().next() {
        Some(folders) => how_to_choose(folders),
        None if missing.is_empty() => "extract the archive again; if that changes nothing, IGN must mend it".to_owned(),
        None => what_there_is(root, datasets, wish.territory),
    };
    Err(failure(root, &problems, &hint))
}

/// Those of the edition that is wanted. A delivery whose folders have no date may be of any edition: it is taken if none
/// is sure to be the right one.
fn of_edition<'a>(root: &Path, asked: Vec<&'a Dataset>, wish: &Wish) -> Result<Vec<&'a Dataset>> {
    let having = || asked.iter().filter(|dataset| wish.names.iter().any(|name| has(dataset, name)));
    let is_there = |edition: Option<Date>| having().any(|dataset| dataset.edition == edition);
    let Some(wanted) = wish.edition.filter(|_| having().next().is_some()) else { return Ok(asked) };
    let taken = match is_there(Some(wanted)) {
        true => Some(wanted),
        false if is_there(None) => None,
        false => {
            let of = wish.territory.map(|territory| format!(" of `{territory}`")).unwrap_or_default();
            let hint = format!(
                "by the dates in the names of the folders there is {}: extract the edition that is wanted, or choose \
                 one of these with `--edition`",
                list(dates(having().map(|dataset| dataset.edition)))
            );
            return Err(failure(root, &[format!("there is no edition {wanted}{of}")], &hint));
        }
    };
    for aside in having().filter(|dataset| dataset.edition != taken && [dataset.edition, taken].contains(&None)) {
        tracing::warn!("leaving {} aside: edition {wanted} is wanted", shown(aside));
    }
    Ok(asked.into_iter().filter(|dataset| dataset.edition == taken).collect())
}

/// Layers that lie in one folder each may still be of several editions.
fn of_one_edition<'a>(root: &Path, layers: Vec<Layer<'a>>) -> Result<Vec<Layer<'a>>> {
    let editions: BTreeSet<_> = layers.iter().map(|layer| layer.edition).collect();
    if editions.len() <= 1 {
        return Ok(layers);
    }
    let of = |layer: &Layer| layer.edition.map_or("without a date".to_owned(), |date| format!("of {date}"));
    let told = list(layers.iter().map(|layer| format!("{} {}", layer.name, of(layer)))).replacen(' ', " is ", 1);
    Err(failure(root, &[told], &format!("choose one edition with `--edition`: {}", list(dates(editions)))))
}

/// What is wrong with the layers of a delivery.
pub(super) fn failure(root: &Path, problems: &[String], hint: &str) -> anyhow::Error {
    let message = format!("could not locate the layers of `{}`: {}", root.display(), problems.join("; "));
    Failure::new(ExitCode::BadInput, message).hint(hint).into()
}

/// What tells apart the folders that have the same layer.
fn how_to_choose(folders: &[&Dataset]) -> String {
    let mut by_edition: BTreeMap<Option<Date>, BTreeSet<&str>> = BTreeMap::new();
    for folder in folders {
        by_edition.entry(folder.edition).or_default().insert(&folder.territory);
    }
    let mut ways = Vec::new();
    if by_edition.len() > 1 {
        ways.push(format!("one edition with `--edition`: {}", list(dates(by_edition.keys().copied()))));
    }
    if let Some(territories) = by_edition.values().find(|territories| territories.len() > 1) {
        let such = territories.first().and_then(|territory| territory.rsplit('/').next()).unwrap_or_default();
        ways.push(format!("one territory with `--territory`, such as `{such}`"));
    }
    if ways.is_empty() {
        return "give the folder of one of them: only where they are tells them apart".to_owned();
    }
    format!("choose {}", ways.join("; and "))
}

fn what_there_is(root: &Path, datasets: &[Dataset], territory: Option<&str>) -> String {
    let mut layers: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for dataset in datasets {
        let shapes = dataset.files.iter().filter_map(|file| file.rsplit_once('.'));
        let stems = shapes.filter(|(_, extension)| extension.eq_ignore_ascii_case("shp")).map(|(stem, _)| stem);
        layers.entry(shown(dataset)).or_default().extend(stems);
    }
    let found = layers.iter().map(|(folder, layers)| format!("{} in {folder}", list(layers.iter().copied())));
    match (layers.is_empty(), territory) {
        (true, _) => format!("there is no layer below a folder `1_DONNEES_LIVRAISON..` of `{}`", root.display()),
        (_, Some(territory)) => format!("`{territory}` is looked for in the names of folders; found: {}", list(found)),
        (_, None) => format!("found: {}", list(found)),
    }
}

fn dates(editions: impl IntoIterator<Item = Option<Date>>) -> BTreeSet<Date> {
    editions.into_iter().flatten().collect()
}

fn list(items: impl IntoIterator<Item = impl Display>) -> String {
    list_some(items, MOST_NAMED)
}

/// The folders by their names, or by their paths where two names are equal.
fn told_apart(root: &Path, folders: &[&Dataset]) -> Vec<String> {
    let names: BTreeSet<_> = folders.iter().map(|folder| shown(folder)).collect();
    if names.len() == folders.len() {
        return names.into_iter().collect();
    }
    let below = |folder: &Path| folder.strip_prefix(root).unwrap_or(folder).display().to_string();
    folders.iter().map(|folder| format!("`{}`", below(&folder.folder).escape_debug())).collect()
}

fn shown(dataset: &Dataset) -> String {
    let edition = dataset.edition.map(|date| format!(" of {date}")).unwrap_or_default();
    format!("`{}`{edition}", dataset.territory.escape_debug())
}

/// Whether a part of the folder's name is `territory`: `ADE-COG_1-1_SHP_LAMB93_FR` is `FR`, `LAMB93_FR`, not `LAMB`.
fn is_of(folder: &str, territory: &str) -> bool {
    let territory = territory.to_lowercase();
    folder.to_lowercase().split('/').any(|name| {
        // `..FRA-ED2024-02-22` is FRA too.
        let short = name.split_once("-ed").map_or(name, |(short, _)| short);
        name == territory || format!("_{short}_").contains(&format!("_{territory}_"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_territory_is_a_part_of_a_name() {
        let folder = "ADE-COG_1-1_SHP_LAMB93_FR";
        for (territory, matches) in
            [("FR", true), ("LAMB93_FR", true), ("lamb93", true), (folder, true), ("LAMB", false), ("F", false)]
        {
            assert_eq!(is_of(folder, territory), matches, "{territory}");
        }
        assert!(is_of("ADECOGC_3-2_SHP_WGS84G_FRA-ED2024-02-22", "WGS84G_FRA"));
        assert!(is_of("SHP/ADECOGC_3-2_SHP_WGS84G_FRA", "FRA"));
        assert!(!is_of("", "FR"));
    }
}
