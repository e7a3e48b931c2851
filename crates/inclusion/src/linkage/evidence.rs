//! What two records say of each other, and what follows.

use super::nature::Kind;

/// What a pair is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// The same structure.
    Match,
    /// Linked, and distinct: a host and the service in it, two houses of one body.
    Lie,
}

impl Class {
    /// As files write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Lie => "lie",
        }
    }
}

/// Two records that are linked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Link {
    pub(crate) class: Class,
    /// In hundredths: higher is surer.
    pub(crate) score: u8,
    pub(crate) left: u32,
    pub(crate) right: u32,
    pub(crate) evidence: Evidence,
}

/// What two SIRET numbers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SiretSays {
    Same,
    /// Two establishments of one legal unit.
    Siren,
    Different,
}

/// What two e-mail addresses say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EmailSays {
    Same,
    /// One domain, which is no mail provider's.
    Domain,
    Different,
}

/// What two addresses say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressSays {
    /// Street and number.
    Same,
    Street,
    Different,
}

/// What speaks for a link and against it; none where one of the two does not have the thing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Evidence {
    pub(crate) siret: Option<SiretSays>,
    pub(crate) is_same_telephone: Option<bool>,
    pub(crate) courriel: Option<EmailSays>,
    /// In hundredths.
    pub(crate) nom: u8,
    pub(crate) adresse: Option<AddressSays>,
    pub(crate) distance_m: Option<u32>,
    pub(crate) is_same_commune: Option<bool>,
    /// The kinds of the two, where they decided.
    pub(crate) nature: Option<[Option<Kind>; 2]>,
}

impl Evidence {
    /// Whether both have one SIRET.
    pub(super) fn is_one_siret(&self) -> bool {
        self.siret == Some(SiretSays::Same)
    }

    /// Whether both are reached the same way.
    pub(super) fn is_one_contact(&self) -> bool {
        self.is_same_telephone == Some(true) || self.courriel == Some(EmailSays::Same)
    }

    /// Whether both are reached the same way by telephone and by e-mail.
    pub(super) fn is_one_contact_twice(&self) -> bool {
        self.is_same_telephone == Some(true) && self.courriel == Some(EmailSays::Same)
    }

    /// Whether street and number are one.
    pub(super) fn is_one_address(&self) -> bool {
        self.adresse == Some(AddressSays::Same)
    }

    /// As files write it: `key=value`, joined by `;`.
    pub(crate) fn write(&self, text: &mut String) {
        let one = |is_same| if is_same { "same" } else { "different" };
        let siret = self.siret.map(|says| match says {
            SiretSays::Same => "same",
            SiretSays::Siren => "siren",
            SiretSays::Different => "different",
        });
        let courriel = self.courriel.map(|says| match says {
            EmailSays::Same => "same",
            EmailSays::Domain => "domain",
            EmailSays::Different => "different",
        });
        let adresse = self.adresse.map(|says| match says {
            AddressSays::Same => "same",
            AddressSays::Street => "street",
            AddressSays::Different => "different",
        });
        let mut put = |key: &str, value: &str| {
            if !text.is_empty() {
                text.push(';');
            }
            text.push_str(key);
            text.push('=');
            text.push_str(value);
        };
        siret.into_iter().for_each(|says| put("siret", says));
        self.is_same_telephone.into_iter().for_each(|is_same| put("telephone", one(is_same)));
        courriel.into_iter().for_each(|says| put("courriel", says));
        put("nom", &hundredths(self.nom));
        adresse.into_iter().for_each(|says| put("adresse", says));
        self.distance_m.into_iter().for_each(|metres| put("distance_m", &metres.to_string()));
        self.is_same_commune.into_iter().for_each(|is_same| put("commune", one(is_same)));
        let named = |kind: Option<Kind>| kind.map_or("-", Kind::name);
        self.nature.into_iter().for_each(|[one, two]| put("nature", &format!("{}/{}", named(one), named(two))));
    }
}

/// `0.00` to `1.00`.
pub(crate) fn hundredths(value: u8) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}
