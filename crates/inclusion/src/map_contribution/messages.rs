//! The rules of the step, in words. Many are the same thing of several fields, `siret.format` and `telephone.format`: they
//! are put together when they are first met.

use std::borrow::Cow;

use report::{Lang, Level, Rule, Rules};

use crate::lists;

/// A message and a remedy, in French and English.
type Words = [&'static str; 4];

/// The record repeats another.
pub(super) const RECORD_SAME: &str = "record.same";
/// The record has the identifier of another one.
pub(super) const ID_REPEATED: &str = "id.repeated";
/// A value is one of the list, written otherwise.
pub(super) const VALUE_FOLDED: &str = "value.folded";

/// The rules that are met whatever the fields.
pub(super) fn rules(lang: Lang) -> Rules {
    let mut rules = Rules::of_reading(lang);
    rules.extend(mapping::rules(lang));
    rules.extend([
        rule(RECORD_SAME, "", Level::Info, lang),
        rule(ID_REPEATED, "", Level::Error, lang),
        lists::ignored(lang),
        rule(VALUE_FOLDED, "", Level::Info, lang),
    ]);
    rules
}

/// A rule: by its whole name where it is shared, else by what it says of its field.
pub(super) fn rule(name: &str, of_field: &str, level: Level, lang: Lang) -> Rule {
    let [french, remede, english, remedy] = match of_field {
        "" => shared(name),
        of_field => own(of_field, level),
    };
    let (message, remedy) = if lang == Lang::Fr { (french, remede) } else { (english, remedy) };
    // What the schema says of a value has the type that it calls it by.
    let message = match message.contains("{}") {
        true => Cow::Owned(message.replace("{}", of_field)),
        false => Cow::Borrowed(message),
    };
    Rule::new(name.to_owned(), level, message, remedy)
}

fn shared(name: &str) -> Words {
    match name {
        RECORD_SAME => [
            "la ligne est la même qu’une autre : elle est écartée",
            "rien à faire",
            "the record is the same as another one: it is dropped",
            "nothing to do",
        ],
        ID_REPEATED => [
            "un autre enregistrement a déjà cet identifiant : la ligne est rejetée",
            "donner à chaque enregistrement son propre identifiant",
            "another record has this identifier: the record is rejected",
            "give each record an identifier of its own",
        ],
        VALUE_FOLDED => [
            "la valeur est reprise comme la liste l’écrit",
            "rien à faire",
            "the value is written as the list has it",
            "nothing to do",
        ],
        "url.scheme" => [
            "l’adresse est complétée par `https://`",
            "vérifier que la page s’ouvre",
            "`https://` is put before the address",
            "check that the page opens",
        ],
        "url.several" => [
            "la cellule contient plusieurs adresses : la première est reprise",
            "n’en donner qu’une",
            "the cell holds several addresses: the first is taken",
            "give one of them",
        ],
        "text.html" => ["le HTML est retiré du texte", "rien à faire", "HTML is made plain text", "nothing to do"],
        "text.control" => [
            "des caractères de contrôle invisibles sont retirés du texte",
            "rien à faire",
            "invisible control characters are taken out of the text",
            "nothing to do",
        ],
        "hours.osm" => [
            "les horaires sont écrits selon la syntaxe d’OpenStreetMap",
            "relire les horaires obtenus",
            "the hours are written in the syntax of OpenStreetMap",
            "read the hours through",
        ],
        "hours.unreadable" => [
            "les horaires ne sont pas compris : le texte est repris comme commentaire",
            "écrire par exemple `du lundi au vendredi 9h-12h et 14h-17h`",
            "the hours cannot be read: the text is kept as a comment",
            "write for example `du lundi au vendredi 9h-12h et 14h-17h`",
        ],
        "coordinates.swapped" => [
            "longitude et latitude étaient échangées : elles sont remises en place",
            "corriger les colonnes à la source",
            "longitude and latitude were exchanged: they are put right",
            "correct the columns at the source",
        ],
        _ => ["la valeur est corrigée", "rien à faire", "the value is repaired", "nothing to do"],
    }
}

fn own(of_field: &str, level: Level) -> Words {
    match of_field {
        "required" => [
            "champ obligatoire sans valeur : la ligne est rejetée",
            "remplir la colonne, ou l’indiquer dans le fichier de correspondance",
            "a required field has no value: the record is rejected",
            "fill the column, or name it in the mapping",
        ],
        "unreadable" => [
            "la valeur n’est pas lisible : elle n’est pas reprise",
            "corriger la valeur à la source",
            "the value cannot be read: it is left out",
            "correct the value at the source",
        ],
        "format" if level == Level::Warning => [
            "ce n’est pas un numéro SIRET (14 chiffres) : il n’est pas repris",
            "chercher le numéro sur annuaire-entreprises.data.gouv.fr",
            "this is no SIRET number (14 digits): it is left out",
            "look the number up on annuaire-entreprises.data.gouv.fr",
        ],
        "format" => ["la valeur est mise en forme", "rien à faire", "the value is brought into form", "nothing to do"],
        "placeholder" => [
            "ce numéro SIRET est factice : il n’est pas repris",
            "donner le vrai numéro, ou laisser vide",
            "this SIRET number is made up: it is left out",
            "give the real number, or none",
        ],
        "luhn" => [
            "la clé du numéro SIRET est fausse : il est repris tel quel",
            "vérifier le numéro sur annuaire-entreprises.data.gouv.fr",
            "the control digit of the SIRET number is wrong: it is kept",
            "check the number on annuaire-entreprises.data.gouv.fr",
        ],
        "zeros" | "zero" => [
            "les zéros du début, mangés par un tableur, sont remis",
            "mettre la colonne au format texte",
            "zeros at the beginning that a spreadsheet has eaten are given back",
            "make the column one of text",
        ],
        "blanks" => [
            "les espaces et signes entre les caractères sont retirés",
            "rien à faire",
            "blanks and marks between the characters are taken out",
            "nothing to do",
        ],
        "comma" => [
            "la virgule décimale devient un point",
            "rien à faire",
            "the decimal comma becomes a point",
            "nothing to do",
        ],
        "several" => [
            "il y a plusieurs valeurs : une seule est reprise",
            "n’en donner qu’une",
            "there are several values: one of them is taken",
            "give one of them",
        ],
        "point" => [
            "le point final du nom est retiré : la plateforme refuse les noms qui en ont un",
            "rien à faire",
            "the point at the end of the name is taken away: the platform refuses names with one",
            "nothing to do",
        ],
        "cut" => [
            "le texte est trop long : il est coupé",
            "raccourcir le texte",
            "the text is too long: it is cut",
            "make the text shorter",
        ],
        "tous_publics" => [
            "`tous-publics` ne va qu’avec lui-même : les autres publics sont retirés",
            "choisir entre `tous-publics` et une liste",
            "`tous-publics` stands alone: the other publics are left out",
            "choose between `tous-publics` and a list",
        ],
        "iso_datetime" | "french" | "french_words" | "compact" | "excel" | "epoch" => {
            ["la date est écrite AAAA-MM-JJ", "rien à faire", "the date is written as YYYY-MM-DD", "nothing to do"]
        }
        _ if level == Level::Error => [
            "le schéma refuse la valeur ({}) d’un champ obligatoire : la ligne est rejetée",
            "corriger la valeur à la source",
            "the schema refuses the value ({}) of a required field: the record is rejected",
            "correct the value at the source",
        ],
        _ => [
            "le schéma refuse la valeur ({}) : elle n’est pas reprise",
            "corriger la valeur à la source",
            "the schema refuses the value ({}): it is left out",
            "correct the value at the source",
        ],
    }
}
