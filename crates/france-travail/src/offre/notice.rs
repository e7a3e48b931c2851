//! What is told of an offer: what a rule does not read, or what is unlikely.

use std::borrow::Cow;

/// One kind of thing that is told, at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    SalaryUnread,
    SalaryImplausible,
    ContractUnread,
    HoursUnread,
    ExperienceUnread,
    LatitudeRange,
    LongitudeRange,
    DateUnread,
    /// A source of another JSON type than documented, by its place among [`SOURCES`].
    Type(u8),
}

/// What is told of one offer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Notice<'a> {
    pub(crate) flaw: Flaw,
    /// What stood there, as served; nothing of what may hold a contact.
    pub(crate) value: Cow<'a, str>,
}

/// How a flaw is told: its rule, the path of the source, the cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) rule: &'static str,
    pub(crate) column: &'static str,
    pub(crate) path: &'static str,
}

/// The flaws that are not of a type, in the order of their numbers.
pub(crate) const NOTICES: [(Flaw, Place); 8] = [
    (Flaw::SalaryUnread, place("salary.unread", "salaire.libelle", "/salary_min")),
    (Flaw::SalaryImplausible, place("salary.implausible", "salaire.libelle", "/salary_min")),
    (Flaw::ContractUnread, place("contract.unread", "typeContratLibelle", "/contract_length")),
    (Flaw::HoursUnread, place("hours.unread", "dureeTravailLibelle", "/weekly_hours")),
    (Flaw::ExperienceUnread, place("experience.unread", "experienceLibelle", "/experience_months")),
    (Flaw::LatitudeRange, place("place.range", "lieuTravail.latitude", "/latitude")),
    (Flaw::LongitudeRange, place("place.range", "lieuTravail.longitude", "/latitude")),
    (Flaw::DateUnread, place("date.unread", "dateActualisation", "/date_updated")),
];

/// The sources whose type is looked at, each with the first cell that is made of it.
pub(crate) const SOURCES: [(&str, &str); 24] = [
    ("intitule", "/title"),
    ("description", "/description"),
    ("entreprise.nom", "/company_name"),
    ("lieuTravail.libelle", "/location_name"),
    ("lieuTravail.latitude", "/latitude"),
    ("lieuTravail.longitude", "/longitude"),
    ("dateActualisation", "/date_updated"),
    ("typeContrat", "/contract_type"),
    ("typeContratLibelle", "/contract_duration"),
    ("dureeTravailLibelleConverti", "/working_hours"),
    ("salaire.libelle", "/salary_min"),
    ("experienceExige", "/experience_required"),
    ("romeLibelle", "/category"),
    ("secteurActiviteLibelle", "/sector"),
    ("contact.urlPostulation", "/application_url"),
    ("origineOffre.urlOrigine", "/source_url"),
    ("competences[].libelle", "/skills"),
    ("contexteTravail.conditionsExercice[]", "/remote_work"),
    ("accessibleTH", "/is_handicap_accessible"),
    ("romeCode", "/code_rome"),
    ("langues[].libelle", "/langues"),
    ("lieuTravail.commune", "/commune"),
    ("dureeTravailLibelle", "/weekly_hours"),
    ("experienceLibelle", "/experience_months"),
];

/// The first number of a flaw of a type.
const FIRST_TYPE: u8 = 64;

const fn place(rule: &'static str, column: &'static str, path: &'static str) -> Place {
    Place { rule, column, path }
}

impl Flaw {
    /// How it is told.
    pub(crate) fn place(self) -> Place {
        match self {
            Self::Type(source) => {
                let (column, path) = SOURCES[usize::from(source)];
                place("offer.type", column, path)
            }
            other => NOTICES.iter().find(|(flaw, _)| *flaw == other).expect("each flaw has its place").1,
        }
    }

    /// As it is kept.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Type(source) => FIRST_TYPE + source,
            other => NOTICES.iter().position(|(flaw, _)| *flaw == other).expect("each flaw has its place") as u8,
        }
    }

    /// As it was kept.
    pub(crate) fn of_number(number: u8) -> Option<Self> {
        match number.checked_sub(FIRST_TYPE) {
            Some(source) => (usize::from(source) < SOURCES.len()).then_some(Self::Type(source)),
            None => NOTICES.get(usize::from(number)).map(|(flaw, _)| *flaw),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_flaw_comes_back_from_its_number_and_is_told_in_a_column() {
        let all = NOTICES.iter().map(|(flaw, _)| *flaw).chain((0..SOURCES.len() as u8).map(Flaw::Type));
        for flaw in all {
            assert_eq!(Flaw::of_number(flaw.number()), Some(flaw));
            let path = flaw.place().path.strip_prefix('/').unwrap();
            assert!(crate::offre::COLUMNS.iter().any(|(name, _)| *name == path), "{path}");
        }
        assert_eq!(Flaw::of_number(200), None);
    }
}
