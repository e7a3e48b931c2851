//! What is told of the offers, in the words of people who look for work or study it.

use report::{Lang, Level, Rule, Rules};

/// Name, level, message and remedy in French, the same in English.
type Words = (&'static str, Level, [&'static str; 2], [&'static str; 2]);

const WORDS: [Words; 11] = [
    (
        "offer.shape",
        Level::Error,
        [
            "ce que le service a donné à la place d'une offre n'est pas un objet",
            "what the service gave in place of an offer is no object",
        ],
        [
            "l'élément est dans le fichier des rejets ; le signaler à France Travail",
            "the item is in the file of rejects; tell France Travail",
        ],
    ),
    (
        "offer.id",
        Level::Error,
        ["l'offre n'a pas d'identifiant", "the offer has no identifier"],
        [
            "l'élément est dans le fichier des rejets ; le signaler à France Travail",
            "the item is in the file of rejects; tell France Travail",
        ],
    ),
    (
        "offer.date",
        Level::Error,
        ["la date de création de l'offre n'est pas lisible", "the offer's date of creation cannot be read"],
        [
            "l'élément est dans le fichier des rejets ; le signaler à France Travail",
            "the item is in the file of rejects; tell France Travail",
        ],
    ),
    (
        "offer.type",
        Level::Warning,
        [
            "le champ n'a pas le type que le service documente",
            "the field is not of the type that the service documents",
        ],
        ["la cellule est laissée vide", "the cell is left empty"],
    ),
    (
        "salary.implausible",
        Level::Warning,
        ["le salaire est invraisemblable pour sa période", "the salary is unlikely for its period"],
        [
            "les montants sont ceux de l'offre ; les écarter avant tout calcul",
            "the amounts are the offer's; leave them out of any sum",
        ],
    ),
    (
        "place.range",
        Level::Warning,
        ["les coordonnées sont hors du globe", "the coordinates are not on the globe"],
        ["les deux coordonnées sont laissées vides", "both coordinates are left empty"],
    ),
    (
        "date.unread",
        Level::Warning,
        ["la date d'actualisation n'est pas lisible", "the date of the last update cannot be read"],
        ["la cellule est laissée vide", "the cell is left empty"],
    ),
    (
        "salary.unread",
        Level::Info,
        ["le libellé du salaire ne donne pas de montant lisible", "the salary label gives no amount that can be read"],
        [
            "les colonnes du salaire sont vides ; le libellé est cité ici",
            "the salary columns are empty; the label is quoted here",
        ],
    ),
    (
        "contract.unread",
        Level::Info,
        ["la durée du contrat n'est pas lisible", "the length of the contract cannot be read"],
        ["voir la colonne contract_duration", "see the column contract_duration"],
    ),
    (
        "hours.unread",
        Level::Info,
        ["la durée hebdomadaire n'est pas lisible", "the weekly hours cannot be read"],
        ["la cellule est laissée vide ; le libellé est cité ici", "the cell is left empty; the label is quoted here"],
    ),
    (
        "experience.unread",
        Level::Info,
        ["la durée d'expérience n'est pas lisible", "the months of experience cannot be read"],
        ["la cellule est laissée vide ; le libellé est cité ici", "the cell is left empty; the label is quoted here"],
    ),
];

/// The rules in a language.
pub(crate) fn rules(lang: Lang) -> Rules {
    let word = |words: [&'static str; 2]| if lang == Lang::Fr { words[0] } else { words[1] };
    let mut rules = Rules::default();
    rules.extend(WORDS.map(|(name, level, message, remedy)| Rule::new(name, level, word(message), word(remedy))));
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offre::reject::Reject;
    use crate::offre::{Flaw, NOTICES};

    #[test]
    fn whatever_is_told_has_a_rule() {
        let rules = rules(Lang::Fr);
        let told = NOTICES.iter().map(|(flaw, _)| flaw.place().rule);
        let told = told.chain([Flaw::Type(0).place().rule]).chain(Reject::ALL.map(Reject::rule));
        assert!(told.into_iter().all(|rule| rules.find(rule).is_some()));
    }
}
