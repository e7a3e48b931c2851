//! What offers are drawn from, made once at the start.

use std::collections::HashSet;

use super::contract::{NATURES, TYPES};
use super::metier::{Metier, metiers};
use crate::world::dice::{Dice, Weights};
use crate::world::naf::{NAF_2008, Tree};
use crate::world::territory::{Commune, DEPARTEMENTS, communes};

/// The nomenclatures and how often each value is met.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) metiers: Vec<Metier>,
    by_metier: Weights,
    /// Positions of métiers that no offer has and that the referential leaves out.
    retired: HashSet<usize>,
    pub(crate) communes: Vec<Commune>,
    /// The communes of the département `d` are at `starts[d]..starts[d + 1]`.
    pub(crate) starts: Vec<usize>,
    pub(crate) by_departement: Weights,
    pub(crate) by_type: Weights,
    pub(crate) by_nature: Weights,
    naf: Tree,
}

impl Tables {
    /// As of a service that no longer has the métiers of these codes.
    pub(crate) fn new(retired: &[String]) -> Self {
        let metiers = metiers();
        let is_retired = |nth: &usize| retired.contains(&metiers[*nth].code);
        let (communes, starts) = communes();
        Self {
            by_metier: Weights::of(metiers.iter().map(|metier| metier.weight)),
            by_departement: Weights::of(DEPARTEMENTS.iter().map(|(.., weight)| *weight)),
            by_type: Weights::of(TYPES.iter().map(|(.., weight)| *weight)),
            by_nature: Weights::of(NATURES.iter().map(|(.., weight)| *weight)),
            naf: NAF_2008.tree(),
            retired: (0..metiers.len()).filter(is_retired).collect(),
            metiers,
            communes,
            starts,
        }
    }

    /// The position of a métier that offers have.
    pub(crate) fn draw_metier(&self, dice: &mut Dice) -> usize {
        let drawn = self.by_metier.draw(dice);
        (drawn..self.metiers.len()).chain(0..drawn).find(|nth| !self.retired.contains(nth)).unwrap_or(drawn)
    }

    /// The métiers that the service has.
    pub(crate) fn living_metiers(&self) -> impl Iterator<Item = &Metier> + Clone {
        self.metiers.iter().enumerate().filter(|(nth, _)| !self.retired.contains(nth)).map(|(_, metier)| metier)
    }

    /// The codes of companies: sub-classes.
    pub(crate) fn nafs(&self) -> &[String] {
        let [.., sous_classes] = &self.naf.levels;
        sous_classes
    }

    /// The sectors that offers are counted in: divisions.
    pub(crate) fn divisions(&self) -> &[String] {
        let [_, divisions, ..] = &self.naf.levels;
        divisions
    }
}

/// A short code kept inline, padded with zeros, so that comparing a hundred thousand of them is quick.
pub(crate) fn code<const N: usize>(text: &str) -> [u8; N] {
    let mut code = [0; N];
    for (to, from) in code.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    code
}
