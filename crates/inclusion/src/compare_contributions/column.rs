//! The columns that are compared.

use crate::linkage::{has_position, is_same_address, is_same_email, is_same_telephone};

/// What is read of a record, in order: `id`, `nom`, the details, `date_maj`. `source` comes besides.
pub(super) const COLUMNS: [&str; 18] = [
    "id",
    "nom",
    "adresse",
    "complement_adresse",
    "code_postal",
    "code_insee",
    "commune",
    "latitude",
    "longitude",
    "siret",
    "telephone",
    "courriel",
    "site_web",
    "description",
    "horaires_accueil",
    "accessibilite_lieu",
    "reseaux_porteurs",
    "date_maj",
];

/// The column that says whose a record is.
pub(super) const SOURCE: &str = "source";

/// Places in [`COLUMNS`].
pub(super) const ID: usize = 0;
pub(super) const NOM: usize = 1;
pub(super) const ADRESSE: usize = 2;
pub(super) const CODE_POSTAL: usize = 4;
pub(super) const CODE_INSEE: usize = 5;
pub(super) const COMMUNE: usize = 6;
pub(super) const LATITUDE: usize = 7;
pub(super) const LONGITUDE: usize = 8;
pub(super) const SIRET: usize = 9;
pub(super) const TELEPHONE: usize = 10;
pub(super) const COURRIEL: usize = 11;
pub(super) const RESEAUX_PORTEURS: usize = 16;
pub(super) const DATE_MAJ: usize = 17;

/// The details: what another record may know that this one lacks.
pub(super) const DETAILS: std::ops::Range<usize> = ADRESSE..DATE_MAJ;

/// Whether two filled cells of a column say the same.
pub(super) fn is_same(column: usize, one: &str, two: &str) -> bool {
    one == two
        || match column {
            ADRESSE => is_same_address(one, two),
            TELEPHONE => is_same_telephone(one, two),
            COURRIEL => is_same_email(one, two),
            _ => false,
        }
}

/// Whether a column is one of coordinates, of which each producer has its own.
pub(super) fn is_coordinate(column: usize) -> bool {
    matches!(column, LATITUDE | LONGITUDE)
}

/// Whether a cell of a record says anything; coordinates do together, where they are on the map.
pub(super) fn is_filled(column: usize, cells: &[&str; COLUMNS.len()]) -> bool {
    match is_coordinate(column) {
        true => has_position(cells[LATITUDE], cells[LONGITUDE]),
        false => !cells[column].is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_columns() {
        let named = [
            (ID, "id"),
            (NOM, "nom"),
            (ADRESSE, "adresse"),
            (CODE_POSTAL, "code_postal"),
            (CODE_INSEE, "code_insee"),
            (COMMUNE, "commune"),
            (LATITUDE, "latitude"),
            (LONGITUDE, "longitude"),
            (SIRET, "siret"),
            (TELEPHONE, "telephone"),
            (COURRIEL, "courriel"),
            (RESEAUX_PORTEURS, "reseaux_porteurs"),
            (DATE_MAJ, "date_maj"),
        ];
        for (place, name) in named {
            assert_eq!(COLUMNS[place], name);
        }
        assert_eq!(DETAILS.len(), 15);
    }

    #[test]
    fn details_are_the_same_however_they_are_written() {
        assert!(is_same(TELEPHONE, "+33471726415", "04 71 72 64 15") && !is_same(TELEPHONE, "3949", "3646"));
        assert!(is_same(COURRIEL, "A@b.fr", "a@B.fr"));
        assert!(is_same(ADRESSE, "6 pl. André Roux BP 10", "6 Place Andre Roux"));
        assert!(!is_same(ADRESSE, "6 rue André Roux", "6 Place Andre Roux") && !is_same(SIRET, "1", "2"));
    }

    #[test]
    fn coordinates_are_filled_where_they_are_on_the_map() {
        let mut cells = [""; COLUMNS.len()];
        (cells[LATITUDE], cells[LONGITUDE]) = ("48.1", "-1.6");
        assert!(is_filled(LATITUDE, &cells) && is_filled(LONGITUDE, &cells) && !is_filled(SIRET, &cells));
        (cells[LATITUDE], cells[LONGITUDE]) = ("0", "0.0");
        assert!(!is_filled(LATITUDE, &cells));
    }
}
