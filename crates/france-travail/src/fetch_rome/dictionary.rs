//! What the files of the ROME hold, for people of the field and for tools.

use files::Written;
use tables::{DataPackage, Field, Resource};

use super::tree::COLUMNS;
use super::version::Version;
use crate::list::{self, Element};

/// Of the folder; its files are still to be told of.
pub(super) fn package(version: &Version) -> DataPackage {
    DataPackage {
        name: "rome",
        title: "Répertoire opérationnel des métiers et des emplois (ROME 4.0)".to_owned(),
        description: "Les trois niveaux du ROME tels que France Travail les sert, et les trois à la suite dans \
                      `rome.csv`. Les codes sont du texte. `version.json` dit la version et l'empreinte des fichiers."
            .to_owned(),
        version: Some(version.name()),
        resources: Vec::new(),
    }
}

/// The file of a level.
pub(super) fn level(file: &Written, title: &str, elements: &[Element], version: &Version) -> Resource {
    Resource::json(file, title, &version.provenance(), list::fields(elements, meaning))
}

/// The file of all levels.
pub(super) fn in_a_row(file: &Written, version: &Version) -> Resource {
    let fields = COLUMNS.map(|(name, meaning)| Field::text(name, meaning)).to_vec();
    Resource::csv(file, ',', "Un métier par ligne, et les deux niveaux au-dessus", &version.provenance(), fields)
}

/// What the keys mean that the service was asked for.
fn meaning(key: &str) -> Option<&'static str> {
    Some(match key {
        "code" => "Code de l'élément ; il commence par celui du niveau au-dessus",
        "libelle" => "Libellé de l'élément",
        "grandDomaine" => "Le grand domaine qui contient l'élément : `code` et `libelle`",
        "domaineProfessionnel" => "Le domaine professionnel qui contient le métier, et son grand domaine",
        _ => return None,
    })
}
