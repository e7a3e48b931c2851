//! What people call the columns that hold a field.

/// Field, and a name that a column of it has; most telling first.
const NAMES: &str = include_str!("../../data/column_names.tsv");

/// Other names of a column.
pub(super) fn names(field: &str) -> impl Iterator<Item = &'static str> {
    let rows = NAMES.lines().skip(1).filter_map(|line| line.split_once('\t'));
    rows.filter(move |(of, _)| *of == field).map(|(_, name)| name)
}

/// Words that no column of a field has in its name.
pub(super) fn avoid(field: &str) -> &'static [&'static str] {
    match field {
        "nom" => &["contact", "referent", "prenom", "commune", "source", "fichier"],
        "adresse" => &["mail", "email", "e-mail", "electronique", "web", "internet", "complement"],
        "date_maj" => &["creation", "naissance", "debut", "fin"],
        "id" => &["structure", "commune", "insee", "siret"],
        "telephone" => &["fax", "telecopie"],
        "commune" => &["insee", "code", "communaute"],
        "horaires_accueil" => &["volume"],
        "code_insee" => &["departement", "region", "dep", "reg"],
        _ => &[],
    }
}
