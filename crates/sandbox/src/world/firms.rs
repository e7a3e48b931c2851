//! Firms that do not exist: their numbers, which pass every check, and their names.

use super::dice::Dice;

/// The SIREN of a firm by its number, from 0.
pub(crate) fn siren(nth: usize) -> String {
    with_key(&format!("{:08}", (nth * 7_919 + 11) % 100_000_000))
}

/// The SIRET of an establishment of that firm, by its number, from 1.
pub(crate) fn siret(siren: &str, establishment: usize) -> String {
    with_key(&format!("{siren}{establishment:04}"))
}

/// Digits and the key that makes them pass Luhn's check.
fn with_key(digits: &str) -> String {
    let doubled = |(nth, digit): (usize, u8)| {
        let value = u32::from(digit - b'0') * if nth % 2 == 0 { 2 } else { 1 };
        value / 10 + value % 10
    };
    let sum: u32 = digits.bytes().rev().enumerate().map(doubled).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// Appends a made-up name, escaped as in JSON.
pub(crate) fn push_name(out: &mut String, dice: &mut Dice) {
    out.push_str(dice.pick(&TRADES));
    out.push(' ');
    out.push_str(dice.pick(&HEADS));
    out.push_str(dice.pick(&TAILS));
    if dice.chance(0.1) {
        out.push_str(dice.pick(&[" & FILS", " \\\"Le Relais\\\"", " (SAS)", " - Agence 12", " / Groupe Ormevert"]));
    }
}

const TRADES: [&str; 16] = [
    "MENUISERIE",
    "Ateliers",
    "GROUPE",
    "Établissements",
    "SARL",
    "Intérim",
    "Boulangerie",
    "CLINIQUE",
    "Transports",
    "Résidence",
    "Société",
    "Domaine",
    "Fonderie",
    "CABINET",
    "Les Jardins",
    "Maison",
];
const HEADS: [&str; 16] = [
    "Orme", "Val", "Brév", "Till", "Cour", "Mont", "Aigre", "Pless", "Font", "Gran", "Vaud", "Marche", "Osan", "Évr",
    "Bris", "Loz",
];
const TAILS: [&str; 12] =
    ["vert", "dorne", "oisin", "ande", "elier", "ierre", "igny", "auban", "eret", "onval", "ière", "umont"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_passes_the_check() {
        assert_eq!(with_key("73282932"), "732829320");
    }
}
