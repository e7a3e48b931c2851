//! Whom to ask, in eleven roles, written in vCard or in FOAF.

use foldhash::fast::RandomState;
use indexmap::IndexSet;

use super::reader::Reader;
use crate::model::ContactPoint;
use crate::rdf::{Node, Term, vocab};
use crate::values::contact::Given;

const PATH: &str = "/contact_points";

const ROLES: [(&str, Node); 11] = [
    ("contact", vocab::DCAT_CONTACT_POINT),
    ("publisher", vocab::DCT_PUBLISHER),
    ("creator", vocab::DCT_CREATOR),
    ("rightsHolder", vocab::DCT_RIGHTS_HOLDER),
    ("custodian", vocab::GEODCAT_CUSTODIAN),
    ("distributor", vocab::GEODCAT_DISTRIBUTOR),
    ("originator", vocab::GEODCAT_ORIGINATOR),
    ("principalInvestigator", vocab::GEODCAT_PRINCIPAL_INVESTIGATOR),
    ("processor", vocab::GEODCAT_PROCESSOR),
    ("resourceProvider", vocab::GEODCAT_RESOURCE_PROVIDER),
    ("user", vocab::GEODCAT_USER),
];

/// All contacts of a node, each once.
pub(super) fn read(reader: &mut Reader<'_>, node: Node) -> Vec<ContactPoint> {
    let mut contacts: IndexSet<ContactPoint, RandomState> = IndexSet::default();
    for (role, predicate) in ROLES {
        for term in reader.graph.objects(node, predicate) {
            contacts.extend(read_one(reader, term, role));
        }
    }
    contacts.into_iter().collect()
}

/// Nothing that a contact says is told: it may be a person's.
fn read_one<'g>(reader: &mut Reader<'g>, term: Term<'g>, role: &str) -> Option<ContactPoint> {
    let given = match term {
        Term::Literal(literal) => {
            reader.tell("contact.literal", PATH);
            Given { name: filled(literal.text), ..Given::default() }
        }
        Term::Node(agent) => {
            let readings = if role == "contact" { [vcard, foaf] } else { [foaf, vcard] };
            readings.into_iter().map(|read| read(reader, agent)).find(|given| !given.is_empty()).unwrap_or_default()
        }
    };
    let (contact, faults) = given.judge(role);
    for fault in faults {
        let path = match fault.rule() {
            "contact.email" => "/contact_points/email",
            "contact.form" => "/contact_points/contact_form",
            _ => PATH,
        };
        reader.tell(fault.rule(), path);
    }
    contact
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn vcard<'g>(reader: &Reader<'g>, agent: Node) -> Given<'g> {
    let text = |predicates: &[Node]| predicates.iter().find_map(|predicate| value(reader, agent, *predicate));
    let names = [vocab::VCARD_ORGANIZATION_NAME, vocab::VCARD_ORGANISATION_NAME];
    let organisation = || {
        reader.graph.objects(agent, vocab::VCARD_ORG).find_map(|organisation| match organisation {
            Term::Node(node) => names.iter().find_map(|name| reader.text(node, *name)),
            Term::Literal(literal) => filled(literal.text),
        })
    };
    Given {
        name: reader.text(agent, vocab::VCARD_FN),
        organisation: names.iter().find_map(|name| reader.text(agent, *name)).or_else(organisation),
        email: text(&[vocab::VCARD_HAS_EMAIL, vocab::VCARD_EMAIL]),
        contact_form: text(&[vocab::VCARD_HAS_URL, vocab::VCARD_URL, vocab::VCARD_HAS_URL_MIXED]),
    }
}

/// A value, or what a node without address has as its value.
fn value<'g>(reader: &Reader<'g>, agent: Node, predicate: Node) -> Option<&'g str> {
    reader.graph.objects(agent, predicate).find_map(|term| match term {
        Term::Node(node) if reader.graph.iri(node).is_none() => {
            reader.first_text(node, vocab::VCARD_HAS_VALUE).or_else(|| reader.text_of(term))
        }
        _ => reader.text_of(term),
    })
}

fn foaf<'g>(reader: &Reader<'g>, agent: Node) -> Given<'g> {
    let name = |node| reader.text(node, vocab::FOAF_NAME).or_else(|| reader.text(node, vocab::SKOS_PREF_LABEL));
    let linked = |predicate| {
        reader.graph.objects(agent, predicate).find_map(|term| match term {
            Term::Node(node) => Some(node),
            Term::Literal(_) => None,
        })
    };
    let (organisation, member) = (linked(vocab::ORG_MEMBER_OF), linked(vocab::FOAF_MEMBER));
    let (name, organisation_name, other) = match (organisation, member) {
        (Some(organisation), _) => (name(agent), name(organisation), Some(organisation)),
        (None, Some(member)) => (name(member), name(agent), Some(member)),
        (None, None) => (name(agent), None, None),
    };
    let mailbox = |node| value(reader, node, vocab::FOAF_MBOX);
    Given {
        name,
        organisation: organisation_name,
        email: mailbox(agent).or_else(|| mailbox(other?)),
        contact_form: None,
    }
}
