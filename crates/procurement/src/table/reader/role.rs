//! What the role of a record says.

use crate::cells::{Told, closed};

/// What a role says of an operator.
pub(super) enum Role {
    Contractor(Option<Told>),
    CoContractor,
    Subcontractor,
}

/// What a role says; `Co-traitant`, `cotraitant` and `CO TRAITANT` are one.
pub(super) fn role_of(cell: &str) -> Role {
    // Nearly all are written so.
    match cell {
        "Titulaire" => return Role::Contractor(None),
        "Co-traitant" => return Role::CoContractor,
        "Sous-traitant" => return Role::Subcontractor,
        _ => {}
    }
    let key = closed::key(cell).replace(' ', "");
    let is = |begins: &[&str]| begins.iter().any(|begin| key.starts_with(begin));
    match () {
        () if key.is_empty() => Role::Contractor(Some(Told::RoleMissing)),
        () if is(&["soustrait"]) => Role::Subcontractor,
        () if is(&["cotrait", "cotitul"]) => Role::CoContractor,
        () if is(&["titulaire", "mandataire"]) => Role::Contractor(None),
        () => Role::Contractor(Some(Told::RoleUnknown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_however_it_is_written() {
        for (cell, expected) in [
            ("Titulaire", "contractor"),
            ("TITULAIRE du lot 1", "contractor"),
            ("Mandataire", "contractor"),
            ("co traitant", "co"),
            ("Cotitulaire", "co"),
            ("SOUS TRAITANT", "sub"),
            ("sous-traitants", "sub"),
            (" ", "role.missing"),
            ("Groupement", "role.unknown"),
        ] {
            let found = match role_of(cell) {
                Role::Contractor(None) => "contractor",
                Role::Contractor(Some(told)) => told.rule(),
                Role::CoContractor => "co",
                Role::Subcontractor => "sub",
            };
            assert_eq!(found, expected, "{cell}");
        }
    }
}
