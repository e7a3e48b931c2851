//! Whom to ask: addresses of mail, and what of a contact can be used.

use super::web_address;
use crate::model::ContactPoint;

/// An address of mail, without `mailto:`; none if it cannot be one.
pub(crate) fn read_email(text: &str) -> Option<&str> {
    let text = text.trim();
    let scheme = text.get(.."mailto:".len()).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let address = scheme.map_or(text, |scheme| text[scheme.len()..].trim());
    let address = address.split_once('?').map_or(address, |(address, _)| address);
    let (local, domain) = address.rsplit_once('@')?;
    let is_local = !local.is_empty()
        && local.len() <= 64
        && local.chars().all(|c| !c.is_whitespace() && !"@<>,;:()\"".contains(c));
    (is_local && is_domain(domain)).then_some(address)
}

fn is_domain(domain: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || c == '-';
    let is_label = |label: &str| !label.is_empty() && label.chars().all(allowed) && !label.starts_with('-');
    domain.len() <= 253 && domain.contains('.') && domain.split('.').all(is_label)
}

/// A contact as a portal gave it: texts that are not judged yet, none blank.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Given<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) organisation: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) contact_form: Option<&'a str>,
}

/// What of a contact could not be used; each is the name of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// `contact.email`
    Email,
    /// `contact.form`
    Form,
    /// `contact.empty`: nothing is left of it.
    Empty,
    /// `contact.unreachable`: a `contact` without mail and form helps nobody.
    Unreachable,
}

impl Fault {
    pub(crate) fn rule(self) -> &'static str {
        match self {
            Self::Email => "contact.email",
            Self::Form => "contact.form",
            Self::Empty => "contact.empty",
            Self::Unreachable => "contact.unreachable",
        }
    }
}

impl Given<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Given::default()
    }

    /// Judges it: what can be used, if anything, and what could not.
    pub(crate) fn judge(&self, role: &str) -> (Option<ContactPoint>, Vec<Fault>) {
        let mut faults = Vec::new();
        let mut judged = |given: Option<&str>, read: fn(&str) -> Option<&str>, fault: Fault| {
            let read = given.map(read)?;
            if read.is_none() {
                faults.push(fault);
            }
            read.map(str::to_owned)
        };
        let email = judged(self.email, read_email, Fault::Email);
        let contact_form = judged(self.contact_form, web_address::read, Fault::Form);
        let name = match (self.name, self.organisation) {
            (Some(name), Some(organisation)) if name != organisation => Some(format!("{name} ({organisation})")),
            (name, organisation) => name.or(organisation).map(str::to_owned),
        };
        if name.is_none() && email.is_none() && contact_form.is_none() {
            faults.push(Fault::Empty);
            return (None, faults);
        }
        if role == "contact" && email.is_none() && contact_form.is_none() {
            faults.push(Fault::Unreachable);
            return (None, faults);
        }
        (Some(ContactPoint { name, email, contact_form, role: role.to_owned() }), faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_mail() {
        assert_eq!(read_email("mailto:donnees@example.org"), Some("donnees@example.org"));
        assert_eq!(read_email(" MAILTO:donnees@exemple.paris?subject=x "), Some("donnees@exemple.paris"));
        for text in ["", "nope", "@example.org", "a@example", "a b@example.org", "a@-x.org", "a@b@example.org", "é"] {
            assert_eq!(read_email(text), None, "{text}");
        }
    }

    #[test]
    fn a_contact_keeps_what_can_be_used() {
        let given =
            Given { name: Some("Service"), organisation: Some("Ville"), email: Some("nope"), contact_form: None };
        let (contact, faults) = given.judge("creator");
        assert_eq!(contact.unwrap().name.as_deref(), Some("Service (Ville)"));
        assert_eq!(faults, [Fault::Email]);
        assert_eq!(given.judge("contact"), (None, vec![Fault::Email, Fault::Unreachable]));
        let (contact, faults) = Given { contact_form: Some("nope"), ..Given::default() }.judge("creator");
        assert_eq!((contact, faults), (None, vec![Fault::Form, Fault::Empty]));
    }
}
