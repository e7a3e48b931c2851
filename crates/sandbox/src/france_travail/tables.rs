//! What offers are drawn from, made once at the start.

use super::contract::{NATURES, TYPES};
use super::metier::{Metier, metiers};
use super::territory::{Commune, DEPARTEMENTS, communes};
use crate::dice::Weights;

/// The nomenclatures and how often each value is met.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) metiers: Vec<Metier>,
    pub(crate) by_metier: Weights,
    pub(crate) communes: Vec<Commune>,
    /// The communes of the département `d` are at `starts[d]..starts[d + 1]`.
    pub(crate) starts: Vec<usize>,
    pub(crate) by_departement: Weights,
    pub(crate) by_type: Weights,
    pub(crate) by_nature: Weights,
    pub(crate) nafs: Vec<String>,
}

impl Tables {
    pub(crate) fn new() -> Self {
        let metiers = metiers();
        let (communes, starts) = communes();
        Self {
            by_metier: Weights::of(metiers.iter().map(|metier| metier.weight)),
            by_departement: Weights::of(DEPARTEMENTS.iter().map(|(.., weight)| *weight)),
            by_type: Weights::of(TYPES.iter().map(|(.., weight)| *weight)),
            by_nature: Weights::of(NATURES.iter().map(|(.., weight)| *weight)),
            nafs: nafs(),
            metiers,
            communes,
            starts,
        }
    }
}

/// The divisions of NAF rév. 2: 88 numbers, with holes.
pub(crate) fn divisions() -> impl Iterator<Item = u8> {
    (1..=99).filter(|number| ![4, 34, 40, 44, 48, 54, 57, 67, 76, 83, 89].contains(number))
}

/// Codes of the 732 sub-classes, by rule: as many and of the same shape as the real ones.
fn nafs() -> Vec<String> {
    const SUBCLASSES: usize = 732;
    let divisions: Vec<u8> = divisions().collect();
    let (each, left) = (SUBCLASSES / divisions.len(), SUBCLASSES % divisions.len());
    let mut nafs = Vec::with_capacity(SUBCLASSES);
    for (nth, division) in divisions.iter().enumerate() {
        let count = each + usize::from(nth < left);
        nafs.extend((0..count).map(|n| format!("{division:02}.{}{}{}", n / 3 + 1, n % 3, ["Z", "A", "B"][n % 3])));
    }
    nafs
}

/// The label of a division, by rule.
pub(crate) fn division_label(division: &str) -> String {
    match division {
        "78" => "Activités des agences de travail temporaire".to_owned(),
        "86" => "Activités hospitalières".to_owned(),
        other => format!("Activités de la division {other}"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn naf_has_its_88_divisions_and_732_subclasses() {
        assert_eq!(divisions().count(), 88);
        let nafs = nafs();
        assert_eq!(nafs.len(), 732);
        assert_eq!(nafs.iter().collect::<std::collections::HashSet<_>>().len(), 732);
    }
}
