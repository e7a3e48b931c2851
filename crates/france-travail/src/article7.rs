//! What an offer that is kept after its withdrawal must lose: article 7 of the licence of the offers.
//!
//! The list was written from four public readings of the licence (the project's `champs_a_retirer_article7.json`; no legal
//! advice). France Travail, "Licence de réutilisation de la base de données des offres d'emploi":
//! <https://francetravail.io/produits-partages/documentation/conditions-dutilisation-api/licence-offres-emploi>.

use anyhow::Result;
use step::{ExitCode, Failure};

/// How sure it is that a field must go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    /// The article names it.
    Cited,
    /// It tells what the article names.
    Deduced,
    /// Taking it out is the prudent choice; who knows better may keep it.
    Uncertain,
}

use Ground::{Cited, Deduced, Uncertain};

/// The fields, `[]` after a list; and why.
pub(crate) const FIELDS: [(&str, Ground); 25] = [
    ("entreprise.nom", Cited),
    ("entreprise.description", Cited),
    ("entreprise.url", Cited),
    ("entreprise.logo", Deduced),
    ("contact.nom", Cited),
    ("contact.coordonnees1", Cited),
    ("contact.coordonnees2", Cited),
    ("contact.coordonnees3", Cited),
    ("contact.telephone", Cited),
    ("contact.courriel", Cited),
    ("contact.commentaire", Cited),
    ("contact.urlRecruteur", Cited),
    ("contact.urlPostulation", Cited),
    ("agence.telephone", Cited),
    ("agence.courriel", Deduced),
    ("lieuTravail.codePostal", Cited),
    ("lieuTravail.commune", Cited),
    // Of it the code of the département stays.
    ("lieuTravail.libelle", Cited),
    ("lieuTravail.latitude", Deduced),
    ("lieuTravail.longitude", Deduced),
    ("origineOffre.urlOrigine", Uncertain),
    ("origineOffre.partenaires[].url", Deduced),
    ("origineOffre.partenaires[].logo", Deduced),
    ("description", Deduced),
    ("intitule", Uncertain),
];

/// The fields to take out, less those in `kept`.
///
/// # Errors
/// 2 when one of `kept` is none of those that are uncertain.
pub(crate) fn fields_but(kept: &[String]) -> Result<Vec<&'static str>> {
    let uncertain: Vec<&str> =
        FIELDS.iter().filter(|(_, ground)| *ground == Uncertain).map(|(path, _)| *path).collect();
    if let Some(wrong) = kept.iter().find(|kept| !uncertain.contains(&kept.as_str())) {
        let message =
            format!("could not keep `{wrong}`: article 7 of the licence takes it out, or it is no field of an offer");
        let hint = format!("what may be kept is `{}`", uncertain.join("` and `"));
        return Err(Failure::new(ExitCode::Usage, message).hint(hint).into());
    }
    Ok(FIELDS.iter().map(|(path, _)| *path).filter(|path| !kept.iter().any(|kept| kept == path)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_uncertain_may_be_kept_and_nothing_else() {
        assert_eq!(fields_but(&[]).unwrap().len(), 25);
        let kept = fields_but(&["intitule".to_owned(), "origineOffre.urlOrigine".to_owned()]).unwrap();
        assert_eq!(kept.len(), 23);
        assert!(!kept.contains(&"intitule"));
        for wrong in ["description", "contact", "Intitule", ""] {
            let error = fields_but(&[wrong.to_owned()]).unwrap_err();
            assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::Usage, "{wrong}");
        }
    }
}
