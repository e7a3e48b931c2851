//! The rules of a contract whose pieces are at hand, without a value of all of it: one in the form of 1.x, without
//! modifications.

use crate::cpv::Cpv;
use crate::fault::Tell;
use crate::kind::Kind;
use crate::value::Value;
use crate::version::Version;
use crate::way::Way;

use super::{amount, date, operator, place, reading, subject};

/// What the rules look at.
#[derive(Debug, Default)]
pub(crate) struct Pieces<'c> {
    pub(crate) acheteur: Option<&'c str>,
    pub(crate) objet: Option<&'c str>,
    pub(crate) code_cpv: Option<&'c str>,
    pub(crate) lieu_code: Option<&'c str>,
    pub(crate) lieu_type: Option<&'c str>,
    pub(crate) duree_mois: Option<Value<'c>>,
    pub(crate) notification: Option<&'c str>,
    pub(crate) publication: Option<&'c str>,
    pub(crate) montant: Option<Value<'c>>,
}

/// Tells every own rule that the contract meets, but for those of its texts and of its operators.
pub(crate) fn judge_pieces(pieces: &Pieces<'_>, version: Version, cpv: &Cpv, tell: &mut Tell<'_>) {
    let root = Way::Root;
    if let Some(acheteur) = pieces.acheteur {
        operator::judge_siret(acheteur, &root.key("acheteur").key("id"), tell);
    }
    if let Some(objet) = pieces.objet {
        subject::judge_objet(objet, tell);
    }
    if let Some(code) = pieces.code_cpv {
        subject::judge_code(code, cpv, tell);
    }
    if let Some(text) = pieces.notification {
        date::judge_date(text, version, &root.key("dateNotification"), tell);
    }
    if let Some(text) = pieces.publication {
        date::judge_date(text, version, &root.key("datePublicationDonnees"), tell);
        date::judge_publication(text, pieces.notification.and_then(reading::day_of), tell);
    }
    if let Some(value) = &pieces.montant {
        amount::judge_value(value, version, &root.key("montant"), tell);
    }
    if let Some(value) = &pieces.duree_mois {
        amount::judge_whole_duration(value, pieces.montant.as_ref(), Kind::Marche, tell);
    }
    if let (Some(code), Some(kind)) = (pieces.lieu_code, pieces.lieu_type) {
        place::judge_code(code, kind, tell);
    }
}
