//! The places of a contract that a table can fill.

use crate::lists;
use crate::version::Version;

/// A place by number; in the order in which a target lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum TargetPath {
    Id,
    AcheteurId,
    AcheteurNom,
    Nature,
    Objet,
    CodeCpv,
    Procedure,
    LieuCode,
    LieuType,
    LieuNom,
    DureeMois,
    DateNotification,
    DatePublication,
    Montant,
    FormePrix,
    TitulaireType,
    TitulaireId,
    TitulaireNom,
    ModificationObjet,
    ModificationNotification,
    ModificationPublication,
    ModificationDuree,
    ModificationMontant,
    ModificationTitulaireType,
    ModificationTitulaireId,
    ModificationTitulaireNom,
    Techniques,
    ModalitesExecution,
    IdAccordCadre,
    MarcheInnovant,
    Ccag,
    OffresRecues,
    AttributionAvance,
    TauxAvance,
    TypeGroupement,
    SousTraitance,
    TypesPrix,
    OrigineUe,
    OrigineFrance,
    ConsiderationsSociales,
    ConsiderationsEnvironnementales,
}

/// How the text of a place is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Text,
    Objet,
    Identifier,
    Procedure,
    Closed(&'static [&'static str]),
    Cpv,
    Duree,
    Date,
    Amount,
    Truth,
}

/// Of which element of a contract a place is part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The contract itself.
    Own,
    Titulaire,
    Modification,
    ModificationTitulaire,
    /// A list of values that 2.0 alone has.
    List,
    /// A single value that 2.0 alone has.
    Own2,
}

use TargetPath as P;

/// Each place with its path in a mapping, by its number.
const PATHS: [(TargetPath, &str, Part); 41] = [
    (P::Id, "id", Part::Own),
    (P::AcheteurId, "acheteur.id", Part::Own),
    (P::AcheteurNom, "acheteur.nom", Part::Own),
    (P::Nature, "nature", Part::Own),
    (P::Objet, "objet", Part::Own),
    (P::CodeCpv, "codeCPV", Part::Own),
    (P::Procedure, "procedure", Part::Own),
    (P::LieuCode, "lieuExecution.code", Part::Own),
    (P::LieuType, "lieuExecution.typeCode", Part::Own),
    (P::LieuNom, "lieuExecution.nom", Part::Own),
    (P::DureeMois, "dureeMois", Part::Own),
    (P::DateNotification, "dateNotification", Part::Own),
    (P::DatePublication, "datePublicationDonnees", Part::Own),
    (P::Montant, "montant", Part::Own),
    (P::FormePrix, "formePrix", Part::Own),
    (P::TitulaireType, "titulaires[].typeIdentifiant", Part::Titulaire),
    (P::TitulaireId, "titulaires[].id", Part::Titulaire),
    (P::TitulaireNom, "titulaires[].denominationSociale", Part::Titulaire),
    (P::ModificationObjet, "modifications[].objetModification", Part::Modification),
    (P::ModificationNotification, "modifications[].dateNotificationModification", Part::Modification),
    (P::ModificationPublication, "modifications[].datePublicationDonneesModification", Part::Modification),
    (P::ModificationDuree, "modifications[].dureeMois", Part::Modification),
    (P::ModificationMontant, "modifications[].montant", Part::Modification),
    (P::ModificationTitulaireType, "modifications[].titulaires[].typeIdentifiant", Part::ModificationTitulaire),
    (P::ModificationTitulaireId, "modifications[].titulaires[].id", Part::ModificationTitulaire),
    (P::ModificationTitulaireNom, "modifications[].titulaires[].denominationSociale", Part::ModificationTitulaire),
    (P::Techniques, "techniques[]", Part::List),
    (P::ModalitesExecution, "modalitesExecution[]", Part::List),
    (P::IdAccordCadre, "idAccordCadre", Part::Own2),
    (P::MarcheInnovant, "marcheInnovant", Part::Own2),
    (P::Ccag, "ccag", Part::Own2),
    (P::OffresRecues, "offresRecues", Part::Own2),
    (P::AttributionAvance, "attributionAvance", Part::Own2),
    (P::TauxAvance, "tauxAvance", Part::Own2),
    (P::TypeGroupement, "typeGroupementOperateurs", Part::Own2),
    (P::SousTraitance, "sousTraitanceDeclaree", Part::Own2),
    (P::TypesPrix, "typesPrix[]", Part::List),
    (P::OrigineUe, "origineUE", Part::Own2),
    (P::OrigineFrance, "origineFrance", Part::Own2),
    (P::ConsiderationsSociales, "considerationsSociales[]", Part::List),
    (P::ConsiderationsEnvironnementales, "considerationsEnvironnementales[]", Part::List),
];

impl TargetPath {
    /// All of them, in order.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        PATHS.into_iter().map(|(place, ..)| place)
    }

    pub(crate) fn of_number(number: u8) -> Self {
        PATHS[usize::from(number)].0
    }

    /// As a mapping calls it.
    pub(crate) fn path(self) -> &'static str {
        PATHS[self as usize].1
    }

    pub(crate) fn part(self) -> Part {
        PATHS[self as usize].2
    }

    /// The last name of its path.
    pub(crate) fn key(self) -> &'static str {
        let path = self.path();
        let path = path.strip_suffix("[]").unwrap_or(path);
        path.bytes().rposition(|byte| byte == b'.').map_or(path, |dot| &path[dot + 1..])
    }

    /// Whether 2.0 alone has it.
    pub(crate) fn is_of_2_0(self) -> bool {
        matches!(self.part(), Part::List | Part::Own2)
    }

    /// How its text is read for a version.
    pub(crate) fn reading(self, version: Version) -> Reading {
        match self {
            P::Objet => Reading::Objet,
            P::AcheteurId | P::TitulaireId | P::ModificationTitulaireId => Reading::Identifier,
            P::Nature => Reading::Closed(lists::natures(version)),
            P::CodeCpv => Reading::Cpv,
            P::Procedure => Reading::Procedure,
            P::LieuType => Reading::Closed(&lists::TYPES_CODE),
            P::DureeMois | P::ModificationDuree => Reading::Duree,
            P::DateNotification | P::DatePublication | P::ModificationNotification | P::ModificationPublication => {
                Reading::Date
            }
            P::Montant | P::ModificationMontant | P::OffresRecues | P::TauxAvance | P::OrigineUe | P::OrigineFrance => {
                Reading::Amount
            }
            P::FormePrix => Reading::Closed(lists::formes_prix(version)),
            P::TitulaireType | P::ModificationTitulaireType => Reading::Closed(&lists::TYPES_IDENTIFIANT),
            P::Techniques => Reading::Closed(&lists::TECHNIQUES),
            P::ModalitesExecution => Reading::Closed(&lists::MODALITES),
            P::MarcheInnovant | P::AttributionAvance | P::SousTraitance => Reading::Truth,
            P::Ccag => Reading::Closed(&lists::CCAG),
            P::TypeGroupement => Reading::Closed(&lists::GROUPEMENTS),
            P::TypesPrix => Reading::Closed(&lists::TYPES_PRIX),
            P::ConsiderationsSociales => Reading::Closed(&lists::CONSIDERATIONS_SOCIALES),
            P::ConsiderationsEnvironnementales => Reading::Closed(&lists::CONSIDERATIONS_ENVIRONNEMENTALES),
            P::Id
            | P::AcheteurNom
            | P::LieuCode
            | P::LieuNom
            | P::TitulaireNom
            | P::ModificationObjet
            | P::ModificationTitulaireNom
            | P::IdAccordCadre => Reading::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_at_the_place_of_its_number() {
        assert!(TargetPath::all().enumerate().all(|(nth, place)| place as usize == nth));
        assert_eq!(TargetPath::ModificationTitulaireNom.key(), "denominationSociale");
        assert_eq!(TargetPath::Techniques.key(), "techniques");
    }
}
