//! What is told beyond the official verdict.

use report::{Lang, Level, Rule};

/// A rule, its level, and what it says and advises in French and in English.
type Said = (&'static str, Level, (&'static str, &'static str), (&'static str, &'static str));

const RULES: [Said; 11] = [
    (
        "column.unknown",
        Level::Warning,
        ("Cette colonne n'est pas dans le schéma : elle n'est pas lue", "renommer la colonne, ou l'enlever"),
        ("This column is not in the schema: it is not read", "rename the column, or take it out"),
    ),
    (
        "record.ignored",
        Level::Info,
        ("La ligne est écartée, comme sa colonne `__ignore__` le demande", "rien à faire si c'est voulu"),
        ("The record is set aside, as its column `__ignore__` asks", "nothing to do if that is meant"),
    ),
    (
        "id.repeated",
        Level::Warning,
        ("Cet identifiant est déjà celui d'un autre enregistrement", "donner à chaque enregistrement son identifiant"),
        ("Another record has this identifier already", "give each record an identifier of its own"),
    ),
    (
        "id.prefix",
        Level::Warning,
        (
            "L'identifiant ne commence pas par la source et deux tirets",
            "écrire l'identifiant comme source--identifiant",
        ),
        ("The identifier does not begin with the source and two hyphens", "write it as source--identifier"),
    ),
    (
        "structure_id.unknown",
        Level::Warning,
        ("Aucune structure n'a cet identifiant", "ajouter la structure, ou corriger l'identifiant"),
        ("No structure has this identifier", "add the structure, or correct the identifier"),
    ),
    (
        "siret.luhn",
        Level::Warning,
        (
            "La clé de contrôle du SIRET est fausse : un chiffre au moins est faux",
            "vérifier le SIRET dans l'annuaire des entreprises",
        ),
        ("The control digit of the SIRET is wrong: so is one digit at least", "look the SIRET up in the register"),
    ),
    (
        "siret.placeholder",
        Level::Warning,
        ("Ce SIRET en remplace un que l'on n'a pas", "mettre le vrai SIRET, ou laisser le champ vide"),
        ("This SIRET stands in for one that is not known", "give the real SIRET, or leave the field out"),
    ),
    (
        "publication.no_place",
        Level::Info,
        (
            "Ne sera pas publié : ni code INSEE, ni adresse avec une commune ou un code postal",
            "donner le code INSEE de la commune",
        ),
        (
            "Will not be published: neither an INSEE code nor an address with a town or a postal code",
            "give the INSEE code",
        ),
    ),
    (
        "publication.geocoding",
        Level::Info,
        (
            "Publié seulement si le géocodage retrouve l'adresse : le code INSEE manque",
            "donner le code INSEE de la commune",
        ),
        ("Published only if geocoding finds the address: the INSEE code is missing", "give the INSEE code"),
    ),
    (
        "publication.structure_held",
        Level::Info,
        ("Ne sera pas publié : la structure du service ne le sera pas", "corriger d'abord la structure"),
        ("Will not be published: the structure of the service will not be", "mend the structure first"),
    ),
    (
        "publication.structure_depends",
        Level::Info,
        ("Publié seulement si la structure du service l'est", "compléter la structure"),
        ("Published only if the structure of the service is", "complete the structure"),
    ),
];

/// The rules of the step, besides those of reading and of the verdict.
pub(super) fn rules(lang: Lang) -> impl Iterator<Item = Rule> {
    RULES.into_iter().map(move |(name, level, fr, en)| {
        let (message, remedy) = if lang == Lang::Fr { fr } else { en };
        Rule::new(name, level, message, remedy)
    })
}
