//! What two records are to each other.

use super::compare;
use super::evidence::{AddressSays, Class, EmailSays, Evidence, Link, SiretSays};
use super::name::{self, NameSays, Names};
use super::nature::{Kind, Kinds, Role, is_hosting};
use super::profile::{Profile, Profiles};

/// Farther apart, records of two communes are linked by a SIRET, a telephone or an e-mail only.
const FAR_M: u32 = 20_000;

/// So near to each other two may be in one house, whatever their addresses look like.
const NEAR_M: u32 = 150;

/// So far apart one commune's name is two places.
const APART_M: u32 = 2_000;

/// What the kinds of two records say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NatureSays {
    /// One kind.
    Same,
    /// At least one tells none, or they are bodies of several kinds.
    Open,
    /// Two kinds, so two services.
    Different,
    /// A host, and what is put there: never one.
    Hosting,
}

/// All that a class follows from.
struct Pair<'p> {
    evidence: Evidence,
    names: Names,
    nature: NatureSays,
    is_alike: bool,
    is_one_folded_name: bool,
    one: &'p Profile,
    two: &'p Profile,
}

/// The link between two records, if they are linked.
pub(super) fn judge(all: &Profiles, left: u32, right: u32) -> Option<Link> {
    let (one, two) = (all.get(left), all.get(right));
    let mut evidence = Evidence {
        siret: compare::siret(one, two),
        is_same_telephone: compare::telephone(one, two),
        courriel: compare::email(one, two),
        is_same_commune: compare::commune(all, one, two),
        ..Evidence::default()
    };
    let is_reached = evidence.is_one_siret() || evidence.is_one_contact();
    // Before any distance is measured, and before any letter is compared.
    if !is_reached && evidence.is_same_commune == Some(false) {
        return None;
    }
    evidence.distance_m = compare::distance(one, two);
    if !is_reached && evidence.distance_m.is_some_and(|far| far > FAR_M) {
        return None;
    }
    evidence.adresse = compare::address(all, one, two, evidence.is_same_commune);
    let is_one_folded_name = one.folded != 0 && one.folded == two.folded;
    let is_near = evidence.distance_m.is_some_and(|far| far <= NEAR_M);
    let is_in_one_street = matches!(evidence.adresse, Some(AddressSays::Same | AddressSays::Street));
    // Nothing follows from names alone, unless they are one to the letter.
    if !is_reached && !is_in_one_street && !is_near && !is_one_folded_name {
        return None;
    }
    let names = name::compare(all, one, two);
    evidence.nom = names.likeness;
    let nature = compare_natures(one.kinds, two.kinds, &names);
    let is_alike = one.alike != 0 && one.alike == two.alike;
    let mut pair = Pair { evidence, names, nature, is_alike, is_one_folded_name, one, two };
    let class = match (pair.is_match(), pair.is_linked()) {
        (true, _) => Class::Match,
        (false, true) => Class::Lie,
        (false, false) => return None,
    };
    let decided = matches!(nature, NatureSays::Different | NatureSays::Hosting) && class == Class::Lie;
    pair.evidence.nature = decided.then(|| [one, two].map(|profile| profile.kinds.first()));
    Some(Link { class, score: pair.score(class), left, right, evidence: pair.evidence })
}

fn compare_natures(one: Kinds, two: Kinds, names: &Names) -> NatureSays {
    let (Some(first), Some(second)) = (one.first(), two.first()) else {
        return match one.first().or(two.first()) {
            // A misspelt kind is one all the same.
            Some(_) if names.is_whole => NatureSays::Open,
            Some(kind) => compare_with_none(kind, names),
            None => NatureSays::Open,
        };
    };
    let mobile = |kind| kind == Kind::BusFranceServices;
    match () {
        _ if first == second => NatureSays::Same,
        _ if is_hosting(first, second) => NatureSays::Hosting,
        _ if mobile(first) || mobile(second) => NatureSays::Different,
        // `Centre social X` and `France services - centre social X`.
        _ if names.says != NameSays::Other && (is_body_in(first, two) || is_body_in(second, one)) => NatureSays::Open,
        _ if first.role() == Role::Body && second.role() == Role::Body => NatureSays::Open,
        _ if names.is_whole => NatureSays::Open,
        // A body is a France services point where the point bears its name.
        _ if names.shares_own && is_point_of(first, second) => NatureSays::Open,
        _ => NatureSays::Different,
    }
}

fn is_body_in(kind: Kind, kinds: Kinds) -> bool {
    kind.role() == Role::Body && kinds.has(kind)
}

fn is_point_of(one: Kind, two: Kind) -> bool {
    let is = |point: Kind, body: Kind| point == Kind::FranceServices && body.role() == Role::Body;
    is(one, two) || is(two, one)
}

/// One tells its kind, the other none.
fn compare_with_none(kind: Kind, names: &Names) -> NatureSays {
    match kind.role() {
        Role::Body => NatureSays::Open,
        // `Lapte` is its town hall; `L'Arche` is not.
        Role::Host if matches!(names.says, NameSays::Other | NameSays::Bare) => NatureSays::Different,
        Role::Host => NatureSays::Open,
        Role::Hosted | Role::Service if kind != Kind::TiersLieu => NatureSays::Different,
        _ => NatureSays::Open,
    }
}

impl Pair<'_> {
    /// Whether the two are one structure.
    fn is_match(&self) -> bool {
        let evidence = &self.evidence;
        let is_other_house = evidence.adresse == Some(AddressSays::Different);
        let is_anything = evidence.is_one_contact() || evidence.is_one_siret() || evidence.is_one_address();
        if self.is_alike && is_anything {
            return true;
        }
        if evidence.is_one_siret() && self.is_one_folded_name && !is_other_house {
            return true;
        }
        if matches!(self.nature, NatureSays::Different | NatureSays::Hosting) || !self.is_in_one_commune() {
            return false;
        }
        match self.names.says {
            NameSays::Same => self.is_match_of_one_name(),
            NameSays::BothBare if self.nature == NatureSays::Same => self.is_match_of_one_name(),
            NameSays::Part => {
                (self.is_reached() && !is_other_house)
                    || (evidence.is_one_siret() && evidence.is_one_contact())
                    || (self.is_there() && !self.has_other_siret())
            }
            NameSays::Bare | NameSays::BothBare => self.is_match_of_bare_name(),
            NameSays::Other => {
                (evidence.is_one_siret() || (evidence.is_one_contact_twice() && evidence.siret.is_none()))
                    && evidence.is_one_address()
                    && evidence.is_one_contact()
            }
        }
    }

    fn is_match_of_one_name(&self) -> bool {
        let evidence = &self.evidence;
        if self.has_other_siret() {
            return self.is_there();
        }
        let has_no_address = evidence.adresse.is_none() && evidence.is_same_commune == Some(true) && !self.is_far();
        self.is_reached() || self.is_there() || (has_no_address && self.is_one_folded_name)
    }

    fn is_match_of_bare_name(&self) -> bool {
        let evidence = &self.evidence;
        let is_other_house = evidence.adresse == Some(AddressSays::Different);
        (evidence.is_one_contact() && (evidence.is_one_siret() || !is_other_house))
            || (evidence.is_one_siret() && self.is_there())
            || (self.nature == NatureSays::Same && evidence.is_one_address() && !self.has_other_siret())
    }

    /// Whether the two are linked, though distinct.
    fn is_linked(&self) -> bool {
        let evidence = &self.evidence;
        let is_one_address = evidence.is_one_address();
        if self.nature == NatureSays::Hosting && (self.is_reached() || is_one_address) {
            return true;
        }
        let is_one_unit = evidence.is_one_siret() || evidence.siret == Some(SiretSays::Siren);
        match self.is_in_one_commune() {
            // Next to it, or with an address at the same domain.
            true if self.nature == NatureSays::Hosting && self.is_beside() => true,
            true => {
                self.is_reached() || (is_one_address && (is_one_unit || self.is_service_beside() || self.are_hosts()))
            }
            // Houses of one body in other towns are linked by their name too; a number that many dial is nothing.
            false => self.names.says >= NameSays::Part && evidence.is_one_siret() && evidence.is_one_contact(),
        }
    }

    /// Whether nothing says that they are in two communes, or they are next to each other all the same.
    fn is_in_one_commune(&self) -> bool {
        self.evidence.is_same_commune != Some(false) || self.evidence.distance_m.is_some_and(|far| far <= NEAR_M)
    }

    /// Whether a host and what is put there are in one street, or next to each other, in one commune for sure.
    fn is_beside(&self) -> bool {
        let evidence = &self.evidence;
        let is_near = evidence.distance_m.is_some_and(|far| far <= NEAR_M);
        let is_street = evidence.adresse == Some(AddressSays::Street);
        evidence.is_same_commune == Some(true)
            && (is_near || (is_street && evidence.courriel == Some(EmailSays::Domain)))
    }

    /// A town hall and its CCAS.
    fn are_hosts(&self) -> bool {
        let is_host = |profile: &Profile| profile.kinds.first().is_some_and(|kind| kind.role() == Role::Host);
        self.names.says != NameSays::Other && is_host(self.one) && is_host(self.two)
    }

    /// Whether one is a France services point, which somebody always hosts, or a service of a body that bears its name.
    fn is_service_beside(&self) -> bool {
        let is_point =
            |profile: &Profile| profile.kinds.has(Kind::FranceServices) || profile.kinds.has(Kind::BusFranceServices);
        let is_different = self.nature == NatureSays::Different;
        is_different && !self.has_other_siret() && (is_point(self.one) != is_point(self.two) || self.names.shares_own)
    }

    fn is_reached(&self) -> bool {
        self.evidence.is_one_siret() || self.evidence.is_one_contact()
    }

    fn has_other_siret(&self) -> bool {
        matches!(self.evidence.siret, Some(SiretSays::Siren | SiretSays::Different))
    }

    fn is_far(&self) -> bool {
        self.evidence.distance_m.is_some_and(|far| far > APART_M)
    }

    /// Whether they are in one house.
    fn is_there(&self) -> bool {
        let is_near = self.evidence.distance_m.is_some_and(|far| far <= NEAR_M);
        match self.evidence.adresse {
            Some(AddressSays::Same) => true,
            Some(AddressSays::Street) | None => is_near,
            Some(AddressSays::Different) => false,
        }
    }

    /// How sure the class is, in hundredths.
    fn score(&self, class: Class) -> u8 {
        let evidence = &self.evidence;
        let siret = match evidence.siret {
            Some(SiretSays::Same) => 25,
            Some(SiretSays::Siren) => 4,
            Some(SiretSays::Different) => -12,
            None => 0,
        };
        let telephone = evidence.is_same_telephone.map_or(0, |is_same| if is_same { 14 } else { -2 });
        let courriel = match evidence.courriel {
            Some(EmailSays::Same) => 14,
            Some(EmailSays::Domain) => 4,
            Some(EmailSays::Different) => -1,
            None => 0,
        };
        let adresse = match evidence.adresse {
            Some(AddressSays::Same) => 15,
            Some(AddressSays::Street) => 5,
            Some(AddressSays::Different) => -10,
            None => 0,
        };
        let nom = match class {
            Class::Match => (i32::from(evidence.nom) - 50) / 2,
            Class::Lie => 0,
        };
        let nature = if evidence.nature.is_some() { 10 } else { 0 };
        let sum = 40 + siret + telephone + courriel + adresse + nom + nature;
        if self.is_alike && class == Class::Match { 100 } else { sum.clamp(1, 99) as u8 }
    }
}
