//! What a mapping can lead to: `decp/1.4`, `decp/1.5` and `decp/2.0`, handed to the mapping language as values.

use mapping::{Choices, Field, Kind, Target};

use crate::cells::{date, duree, identifier, number};
use crate::lists;
use crate::target_path::{Part, Reading, TargetPath};
use crate::version::Version;

/// The section of a mapping that single fields cannot stand in for.
pub(crate) const SECTION: &str = "marche";

/// The targets, each with the version that it writes.
const TARGETS: [(&str, Version); 3] =
    [("decp/1.4", Version::V1_4_0), ("decp/1.5", Version::V1_5_0), ("decp/2.0", Version::V2_0_3)];

/// The version that a target writes.
pub(crate) fn version_of(target: &str) -> Option<Version> {
    TARGETS.iter().find(|(name, _)| *name == target).map(|(_, version)| *version)
}

/// The target of a version.
pub(crate) fn of_version(version: Version) -> Option<&'static str> {
    TARGETS.iter().find(|(_, other)| *other == version).map(|(name, _)| *name)
}

/// All targets.
pub(crate) fn targets() -> Vec<Target> {
    TARGETS.iter().map(|(name, version)| target(name, *version)).collect()
}

/// The places that a target of a version has, in the order of its fields.
pub(crate) fn places(version: Version) -> impl Iterator<Item = TargetPath> {
    TargetPath::all().filter(move |place| version.is_2_0() || !place.is_of_2_0())
}

fn target(name: &str, version: Version) -> Target {
    let fields = places(version).map(|place| field(place, version)).collect();
    Target { name: name.to_owned(), fields, sections: vec![SECTION.to_owned()] }
}

fn field(place: TargetPath, version: Version) -> Field {
    let field = Field::new(place.path()).names(names(place).iter().copied());
    let field = match place.part() {
        Part::Titulaire | Part::Modification | Part::ModificationTitulaire => field.aligned(),
        Part::List => field.list(),
        Part::Own | Part::Own2 => field,
    };
    let closed =
        |values: &'static [&'static str]| Kind::Choice(Choices::new(values.iter().map(|value| (*value, *value))));
    let field = match place.reading(version) {
        Reading::Closed(values) => field.kind(closed(values)).read_by_family(),
        Reading::Procedure => field.kind(closed(lists::procedures(version))).read_by_family(),
        Reading::Date => field.kind(Kind::Date).readable(|text| date::read(text).value.is_some()),
        Reading::Amount => field.kind(Kind::Number).readable(|text| number::read(text).value.is_some()),
        Reading::Duree => field.kind(Kind::Number).readable(|text| duree::read(text).value.is_some()),
        Reading::Identifier => field.readable(|text| identifier::read(text).value.is_some()),
        Reading::Truth => field.kind(Kind::Truth).readable(|text| truth(text).is_some()),
        Reading::Text | Reading::Objet | Reading::Cpv => field,
    };
    let field = match place {
        TargetPath::Montant | TargetPath::ModificationMontant => field.avoid(["ttc", "mandate", "mandaté", "tva"]),
        TargetPath::AcheteurId | TargetPath::TitulaireId => field.shape(is_siret),
        TargetPath::DateNotification => field.avoid(["publication", "cloture", "fin"]),
        TargetPath::CodeCpv => field.shape(is_cpv),
        _ => field,
    };
    match place {
        TargetPath::Id | TargetPath::Objet => field.required(),
        _ => field,
    }
}

/// What producers write for yes and no.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match tables::fold(text).as_str() {
        "oui" | "o" | "vrai" | "true" | "yes" | "1" | "x" => Some(true),
        "non" | "n" | "faux" | "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

fn is_siret(text: &str) -> bool {
    let read = identifier::read(text).value;
    read.is_some_and(|id| id.len() == 14 && id.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_cpv(text: &str) -> bool {
    let (digits, key) = text.split_at(text.len().min(text.floor_char_boundary(8)));
    digits.len() == 8
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (key.is_empty() || (key.len() == 2 && key.starts_with('-')))
}

/// What people call a column that holds a place.
fn names(place: TargetPath) -> &'static [&'static str] {
    match place {
        TargetPath::Id => &[
            "numero de marche",
            "n° marche",
            "numero marche",
            "nmarche",
            "marche_id",
            "reference marche",
            "identifiant marche",
            "num marche",
        ],
        TargetPath::AcheteurId => &["siret acheteur", "acheteur_id", "acheteurs_id", "siret pouvoir adjudicateur"],
        TargetPath::AcheteurNom => {
            &["acheteur", "nom acheteur", "libelle acheteur", "acheteur_nom", "acheteurs_nom", "pouvoir adjudicateur"]
        }
        TargetPath::Nature => &["nature", "nature_marche", "nature du marche"],
        TargetPath::Objet => {
            &["objet", "objet du marche", "marche_objet", "intitule", "intitule du marche", "libelle du marche"]
        }
        TargetPath::CodeCpv => &["cpv", "code cpv", "cpv_code"],
        TargetPath::Procedure => &["procedure", "type de procedure", "procedure de passation", "mode de passation"],
        TargetPath::LieuCode => &["code lieu d'execution", "lieu_exec_code", "lieu execution code"],
        TargetPath::LieuType => &["type de code lieu d'execution", "lieu_exec_type", "lieu execution type code"],
        TargetPath::LieuNom => &["lieu d'execution", "lieu_exec_nom", "lieu execution nom", "nom du lieu d'execution"],
        TargetPath::DureeMois => &["duree", "duree en mois", "duree_mois", "duree du marche"],
        TargetPath::DateNotification => {
            &["date de notification", "notification_date", "date notification", "notifie le"]
        }
        TargetPath::DatePublication => &["date de publication", "publication_date", "date publication des donnees"],
        TargetPath::Montant => {
            &["montant ht", "montant attribue ht", "montant du marche", "montant_ht", "montant notifie ht"]
        }
        TargetPath::FormePrix => &["forme du prix", "prix_forme", "forme prix"],
        TargetPath::TitulaireType => &[
            "titulaires_id_type",
            "type identifiant titulaire",
            "titulaire type identifiant",
            "titulaires typeIdentifiant",
        ],
        TargetPath::TitulaireId => &[
            "siret titulaire",
            "titulaires_id",
            "titulaire_id",
            "siret contractant",
            "siret attributaire",
            "titulaires id",
        ],
        TargetPath::TitulaireNom => &[
            "titulaire",
            "titulaires",
            "attributaire",
            "nom titulaire",
            "titulaires_denomination",
            "titulaire denomination sociale",
            "raison sociale",
            "entreprise",
            "titulaires denominationSociale",
        ],
        TargetPath::ModificationObjet => &["modif_objet", "objet de la modification"],
        TargetPath::ModificationNotification => &["modif_signature_date", "date de notification de la modification"],
        TargetPath::ModificationPublication => &["modif_publication_date", "date de publication de la modification"],
        TargetPath::ModificationDuree => &["modif_duree_mois"],
        TargetPath::ModificationMontant => &["modif_marche_montant"],
        TargetPath::ModificationTitulaireType => &["modif_titulaires_id_type"],
        TargetPath::ModificationTitulaireId => &["modif_titulaires_id"],
        TargetPath::ModificationTitulaireNom => &["modif_titulaires_denomination"],
        TargetPath::Techniques => &["technique", "techniques"],
        TargetPath::ModalitesExecution => &["modalite d'execution", "modalites d'execution"],
        TargetPath::IdAccordCadre => &["id accord cadre", "numero accord-cadre"],
        TargetPath::MarcheInnovant => &["marche innovant", "innovant"],
        TargetPath::Ccag => &["ccag"],
        TargetPath::OffresRecues => &["offres recues", "nombre d'offres recues", "nombre offres"],
        TargetPath::AttributionAvance => &["attribution avance", "avance"],
        TargetPath::TauxAvance => &["taux avance", "taux de l'avance"],
        TargetPath::TypeGroupement => &["type de groupement", "groupement"],
        TargetPath::SousTraitance => &["sous-traitance declaree", "sous-traitance"],
        TargetPath::TypesPrix => &["type de prix", "types de prix"],
        TargetPath::OrigineUe => &["origine ue"],
        TargetPath::OrigineFrance => &["origine france"],
        TargetPath::ConsiderationsSociales => &["considerations sociales", "clause sociale"],
        TargetPath::ConsiderationsEnvironnementales => &["considerations environnementales", "clause environnementale"],
    }
}
