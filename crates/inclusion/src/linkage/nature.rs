//! Kinds of organism, as far as a name tells them.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::pattern::Pattern;

macro_rules! kinds {
    ($($kind:ident $role:ident $name:literal: $($pattern:literal)*;)*) => {
        /// A kind of organism or service. Of several in a name the first here is what the record tells of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub(crate) enum Kind { $($kind),* }

        impl Kind {
            const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// As evidence writes it.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),* }
            }

            /// What part it takes where two are in one place.
            pub(super) fn role(self) -> Role {
                match self { $(Self::$kind => Role::$role),* }
            }
        }

        /// Words in a row, as `words` gives them.
        const PATTERNS: &[(Kind, &[&str])] = &[$((Kind::$kind, &[$($pattern),*])),*];
    };
}

/// What part an organism takes where two are in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Has a place, people and a SIRET, and puts services of others and of its own there.
    Host,
    /// Is put there.
    Hosted,
    /// A service of a body that has others.
    Service,
    /// A body, which may have several kinds at once: a centre social that is a MJC.
    Body,
}

kinds! {
    BusFranceServices Hosted "bus-france-services":
        "bus france service" "france service itinerant" "france service mobile" "camion france service" "van france service"
        "minibus france service" "itinerance france service" "car france service";
    FranceServices Hosted "france-services":
        "france service" "service public maison" "maison service public" "msap" "espace service public"
        "relai service public" "relay service public" "^rsp" "^mfs" "^efs" "^maison service" "point info 14"
        "point information 14" "espace rural service public";
    Bibliotheque Hosted "bibliotheque": "mediatheque" "bibliotheque" "ludotheque" "bibliobus" "mediabus";
    Chrs Hosted "hebergement": "chr" "centre hebergement reinsertion" "centre hebergement";
    Alt Hosted "hebergement": "^alt" "allocation logement temporaire";
    Fjt Hosted "hebergement": "fjt" "foyer jeune travailleur" "residence habitat jeune" "habitat jeune";
    PensionFamille Hosted "hebergement": "pension famille" "maison relai" "residence accueil";
    ResidenceSociale Hosted "hebergement": "residence sociale" "rhv" "adoma r" "logement foyer" "foyer logement";
    Asile Hosted "hebergement": "cada" "huda" "cph" "prahda" "cae";
    Autonomie Hosted "hebergement": "residence autonomie" "ehpad" "maison retraite" "residence senior";
    Hebergement Hosted "hebergement":
        "hebergement" "chu" "foyer" "lhs" "lit halte soin sante" "abri nuit" "halte nuit" "intermediation locative";
    Creche Service "petite-enfance":
        "creche" "micro creche" "multi accueil" "halte garderie" "jardin enfant" "relai petite enfance" "rpe"
        "relai assistante maternelle" "lieu accueil enfant" "laep";
    Loisir Service "loisirs": "accueil loisir" "centre loisir" "alsh";
    Soin Service "soins": "soin infirmier" "ssiad" "aide domicile" "service aide" "saad";
    Jeunesse Service "jeunesse":
        "information jeunesse" "info jeune" "info jeunesse" "pij" "bij" "crij" "espace jeune" "espace jeunesse" "point jeune" "service jeunesse";
    Numerique Service "numerique":
        "espace public numerique" "epn" "espace pratique numerique" "cyber base" "cyberbase" "cyber espace" "cyberespace"
        "cybercentre" "cyber centre" "espace numerique" "espace multimedia" "fab lab" "fablab" "atelier numerique"
        "point numerique" "relai numerique" "labo numerique" "espace cyber";
    TiersLieu Service "tiers-lieu": "tier lieu" "1 3 lieu" "3 lieu" "coworking" "espace travail partage";
    Habitat Service "habitat": "maison habitat" "espace info energie" "espace conseil france renov";
    Emploi Service "emploi": "espace emploi" "maison emploi" "relai emploi" "bureau emploi" "point emploi" "service emploi";
    Epicerie Service "aide-alimentaire": "epicerie sociale" "epicerie solidaire" "aide alimentaire";
    Solidarites Service "solidarites":
        "maison solidarite" "mds" "maison departementale solidarite" "mdf" "maison departementale" "centre medico social"
        "cms" "mdph" "maison landaise" "uta" "centre departemental action sociale" "maison sociale";
    MissionLocale Body "mission-locale": "mission locale";
    FranceTravail Body "france-travail": "pole emploi" "france travail" "cap emploi" "plie";
    CentreSocial Body "centre-social":
        "centre social" "centre sociale" "centre socio" "centre socioculturel" "centre sociau" "espace social"
        "espace vie sociale" "^cs" "^csc" "evs" "centre culturel" "centre animation" "maison quartier";
    Mjc Body "mjc": "mjc" "maison jeune culture";
    Emmaus Body "emmaus": "emmau" "communaute emmau";
    Pimms Body "pimms": "pimm" "point information mediation multi service" "point information mediation multi";
    Etat Host "etat": "prefecture" "sous prefecture";
    MairieAnnexe Host "mairie-annexe": "mairie annexe" "mairie deleguee" "mairie quartier" "mairie secteur" "annexe mairie";
    Ccas Host "ccas":
        "cca" "cia" "centre communal action sociale" "centre intercommunal action sociale" "ctre com action sociale"
        "ctre communal action sociale" "centre com action sociale" "ctre intercom action sociale" "action sociale commune";
    Mairie Host "mairie": "mairie" "^commune" "^ville" "^municipalite" "hotel ville" "^service municipau";
    Intercommunalite Host "intercommunalite":
        "communaute commune" "com com" "comcom" "communaute agglomeration" "communaute agglo" "communaute urbaine"
        "communaute" "^cc" "^ca" "^cda" "^cdc" "^cu" "metropole" "agglomeration" "agglo" "syndicat mixte" "sivom" "sivu" "petr"
        "intercommunalite" "eurometropole" "com agglomeration" "commun commune" "cte commune";
    Departement Host "departement": "^departement" "conseil departemental" "conseil general" "hotel departement";
    Region Host "region": "conseil regional" "^region";
    Poste Host "poste": "poste" "agence postale" "agence communale postale" "agence postale communale" "point poste";
}

/// Words beside France services by which it comes to people.
const MOBILE: [&str; 8] = ["bus", "minibus", "itinerant", "itinerante", "mobile", "camion", "van", "fourgon"];

/// Patterns by the word that they begin with.
type Patterns = HashMap<&'static str, Vec<(Kind, Pattern)>, FixedState>;

static BY_WORD: LazyLock<Patterns> = LazyLock::new(|| {
    let mut by_word = Patterns::default();
    for (kind, texts) in PATTERNS {
        for pattern in texts.iter().map(|text| Pattern::new(text)) {
            by_word.entry(pattern.first_word()).or_default().push((*kind, pattern));
        }
    }
    by_word
});

/// The kinds that a name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Kinds(u64);

impl Kinds {
    /// Those of a name by its words, and which of the words tell them.
    pub(super) fn of(name: &[String]) -> (Self, Vec<bool>) {
        let mut kinds = Self::default();
        let mut tells = vec![false; name.len()];
        for (at, word) in name.iter().enumerate() {
            for (kind, pattern) in BY_WORD.get(word.as_str()).into_iter().flatten() {
                if let Some(length) = pattern.length_at(name, at) {
                    kinds.0 |= 1 << *kind as u64;
                    tells[at..at + length].fill(true);
                }
            }
        }
        let is_mobile = kinds.has(Kind::FranceServices) && name.iter().any(|word| MOBILE.contains(&word.as_str()));
        if is_mobile {
            kinds.0 |= 1 << Kind::BusFranceServices as u64;
        }
        (kinds, tells)
    }

    pub(super) fn has(self, kind: Kind) -> bool {
        self.0 >> kind as u64 & 1 == 1
    }

    /// What the record tells of.
    pub(super) fn first(self) -> Option<Kind> {
        (self.0 != 0).then(|| Kind::ALL[self.0.trailing_zeros() as usize])
    }
}

/// Whether one of two kinds puts the other there, so that they are two whatever else they have in common.
pub(super) fn is_hosting(one: Kind, two: Kind) -> bool {
    matches!((one.role(), two.role()), (Role::Host, Role::Hosted) | (Role::Hosted, Role::Host))
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn kind(name: &str) -> Option<Kind> {
        Kinds::of(&words(name)).0.first()
    }

    #[test]
    fn a_name_tells_what_an_organism_is() {
        for (name, expected) in [
            ("Commune de Lapte", Kind::Mairie),
            ("MAIRIE DE LAPTE", Kind::Mairie),
            ("Ville de Sens", Kind::Mairie),
            ("Mairie annexe des Vergnes", Kind::MairieAnnexe),
            ("CTRE COM ACTION SOCIALE D ORANGE", Kind::Ccas),
            ("Centre intercommunal d'action sociale", Kind::Ccas),
            ("CCAS de Golbey", Kind::Ccas),
            ("CC DU PAYS DE LALBENQUE-LIMOGNE", Kind::Intercommunalite),
            ("HAUT LEON COMMUNAUTE -", Kind::Intercommunalite),
            ("Département de l'Allier", Kind::Departement),
            ("LA POSTE", Kind::Poste),
            ("France services Saillagouse (La Poste)", Kind::FranceServices),
            ("Maison des Services Au Public", Kind::FranceServices),
            ("France services de Sens Hôtel-de-Ville", Kind::FranceServices),
            ("Bus France services La Bourbon’NET", Kind::BusFranceServices),
            ("Médiathèque intercommunale", Kind::Bibliotheque),
            ("ALT CCAS", Kind::Alt),
            ("AAPEJ SUD - CHRS Le Logis", Kind::Chrs),
            ("Espace de pratiques numériques de l'OSPA", Kind::Numerique),
            ("POINT INFORMATION MEDIATION MULTI SERVICES DE NIMES", Kind::Pimms),
        ] {
            assert_eq!(kind(name), Some(expected), "{name}");
        }
        for none in ["Secours catholique", "Association La Commune libre", "L'Arche", ""] {
            assert_eq!(kind(none), None, "{none}");
        }
    }

    #[test]
    fn hosts_and_what_they_host_are_two() {
        assert!(is_hosting(Kind::Mairie, Kind::FranceServices) && is_hosting(Kind::Alt, Kind::Ccas));
        assert!(!is_hosting(Kind::Mairie, Kind::Ccas) && !is_hosting(Kind::Chrs, Kind::FranceServices));
    }
}
