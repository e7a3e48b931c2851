//! An item of the service, as far as a table needs it: the normalised row, and what a table across days has besides.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::offre::given::{Given, Object};

pub(crate) type Text<'a> = Given<Cow<'a, str>>;

/// A value as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Raw<'a>(pub(crate) &'a str);

impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|raw| Self(raw.get()))
    }
}

/// What an item says. `contact` and `agence` are not looked into, but for one address.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Item<'a> {
    #[serde(borrow)]
    pub(crate) id: Text<'a>,
    #[serde(borrow)]
    pub(crate) intitule: Text<'a>,
    #[serde(borrow)]
    pub(crate) description: Text<'a>,
    #[serde(borrow)]
    pub(crate) date_creation: Text<'a>,
    #[serde(borrow)]
    pub(crate) date_actualisation: Text<'a>,
    #[serde(borrow)]
    pub(crate) lieu_travail: Given<Object<LieuTravail<'a>>>,
    #[serde(borrow)]
    pub(crate) rome_code: Text<'a>,
    #[serde(borrow)]
    pub(crate) rome_libelle: Text<'a>,
    #[serde(borrow)]
    pub(crate) entreprise: Given<Object<Entreprise<'a>>>,
    #[serde(borrow)]
    pub(crate) type_contrat: Text<'a>,
    #[serde(borrow)]
    pub(crate) type_contrat_libelle: Text<'a>,
    #[serde(borrow)]
    pub(crate) experience_exige: Text<'a>,
    #[serde(borrow)]
    pub(crate) experience_libelle: Text<'a>,
    #[serde(borrow)]
    pub(crate) competences: Given<Vec<Given<Object<Labelled<'a>>>>>,
    #[serde(borrow)]
    pub(crate) langues: Given<Vec<Given<Object<Labelled<'a>>>>>,
    #[serde(borrow)]
    pub(crate) salaire: Given<Object<Labelled<'a>>>,
    #[serde(borrow)]
    pub(crate) duree_travail_libelle: Text<'a>,
    #[serde(borrow)]
    pub(crate) duree_travail_libelle_converti: Text<'a>,
    #[serde(borrow)]
    pub(crate) contact: Given<Object<Contact<'a>>>,
    #[serde(rename = "accessibleTH")]
    pub(crate) accessible_th: Given<bool>,
    #[serde(borrow)]
    pub(crate) secteur_activite_libelle: Text<'a>,
    #[serde(borrow)]
    pub(crate) origine_offre: Given<Object<OrigineOffre<'a>>>,
    #[serde(borrow)]
    pub(crate) contexte_travail: Given<Object<ContexteTravail<'a>>>,
    #[serde(borrow, rename = "codeNAF")]
    pub(crate) code_naf: Text<'a>,
    #[serde(borrow)]
    pub(crate) nature_contrat: Text<'a>,
    pub(crate) alternance: Given<bool>,
    #[serde(borrow)]
    pub(crate) nombre_postes: Option<Raw<'a>>,
    #[serde(borrow)]
    pub(crate) qualification_code: Text<'a>,
    pub(crate) offres_manque_candidats: Given<bool>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct LieuTravail<'a> {
    #[serde(borrow)]
    pub(crate) libelle: Text<'a>,
    /// Read as it is written: a number is worth all of its digits.
    #[serde(borrow)]
    pub(crate) latitude: Option<Raw<'a>>,
    #[serde(borrow)]
    pub(crate) longitude: Option<Raw<'a>>,
    #[serde(borrow)]
    pub(crate) commune: Text<'a>,
    #[serde(borrow, rename = "codePostal")]
    pub(crate) code_postal: Text<'a>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Entreprise<'a> {
    #[serde(borrow)]
    pub(crate) nom: Text<'a>,
    #[serde(rename = "entrepriseAdaptee")]
    pub(crate) entreprise_adaptee: Given<bool>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Labelled<'a> {
    #[serde(borrow)]
    pub(crate) libelle: Text<'a>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Contact<'a> {
    #[serde(borrow)]
    pub(crate) url_postulation: Text<'a>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct OrigineOffre<'a> {
    #[serde(borrow)]
    pub(crate) origine: Text<'a>,
    #[serde(borrow)]
    pub(crate) url_origine: Text<'a>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ContexteTravail<'a> {
    #[serde(borrow)]
    pub(crate) conditions_exercice: Given<Vec<Text<'a>>>,
}

/// What stands at a path, as served: for the rare source that is of another type than documented. The first part that is
/// not an object ends the way; of a list, the first element that does not fit is shown.
pub(crate) fn served<'a>(item: &'a str, path: &str) -> Cow<'a, str> {
    let mut at = item;
    for part in path.split('.') {
        let (key, is_list) = part.strip_suffix("[]").map_or((part, false), |key| (key, true));
        let Ok(mut object) = serde_json::from_str::<std::collections::HashMap<Cow<'a, str>, &'a RawValue>>(at) else {
            break;
        };
        let Some(next) = object.remove(key) else { break };
        at = next.get();
        if is_list {
            let Ok(elements) = serde_json::from_str::<Vec<&'a RawValue>>(at) else { break };
            let is_wrong =
                |element: &&&RawValue| !element.get().starts_with(if path.ends_with("[]") { '"' } else { '{' });
            match elements.iter().find(is_wrong).or(elements.first()) {
                Some(element) => at = element.get(),
                None => break,
            }
        }
    }
    Cow::Borrowed(at)
}
