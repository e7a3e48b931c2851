//! What is shown nowhere: telephones, e-mails, names of persons.

use report::has_contact;
use tables::fold;

/// Words in the name of a field or column whose values are never shown, whatever they are.
const WORDS: [&str; 12] = [
    "telephone",
    "telephones",
    "tel",
    "courriel",
    "courriels",
    "mail",
    "mails",
    "email",
    "emails",
    "contact",
    "contacts",
    "prenom",
];

/// Whether a field or column holds contacts by its name.
pub(crate) fn is_private(name: &str) -> bool {
    let name = fold(name);
    name.split(|letter: char| !letter.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// Whether a text holds a contact.
pub(crate) fn has_any(text: &str) -> bool {
    has_contact(text)
}

/// What of a value in a field or column may be shown: all of it, or nothing.
pub(crate) fn shown<'a>(name: &str, value: &'a str) -> Option<&'a str> {
    (!is_private(name) && !has_contact(value)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_known_by_name_and_by_look() {
        for name in ["telephone", "Téléphone", "courriel", "contact_nom_prenom", "N° tél.", "/telephone", "E-mail"]
        {
            assert_eq!(shown(name, "x"), None, "{name}");
        }
        assert_eq!(shown("nom", "écrire à a@b.fr"), None);
        assert_eq!(shown("nom", "01 23 45 67 89"), None);
        assert_eq!(shown("hotel", "Mairie"), Some("Mairie"));
        assert_eq!(shown("siret", "21290019100015"), Some("21290019100015"));
    }
}
