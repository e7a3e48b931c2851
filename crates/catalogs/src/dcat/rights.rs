//! Licences, rights, access and provenance: what they say, and what follows from it.

use std::sync::LazyLock;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::reader::Reader;
use crate::model::Extras;
use crate::rdf::{Graph, Node, Term, vocab};
use crate::values::tag::slug;

const LABELS: [Node; 2] = [vocab::RDFS_LABEL, vocab::DCT_DESCRIPTION];

#[derive(Deserialize)]
struct Table {
    inspire_limitations: Vec<Limitation>,
}

#[derive(Deserialize)]
struct Limitation {
    iri: String,
    category: String,
    french_label: String,
}

static LIMITATIONS: LazyLock<Vec<Limitation>> = LazyLock::new(|| {
    let table: Table =
        serde_json::from_str(include_str!("../../data/vocabularies.json")).expect("the table of vocabularies is valid");
    let slugged = |limitation: Limitation| Limitation { french_label: slug(&limitation.french_label), ..limitation };
    table.inspire_limitations.into_iter().map(slugged).collect()
});

/// What a dataset or one of its distributions says.
#[derive(Debug, Default, Clone)]
pub(super) struct Rights<'g> {
    pub(super) access: Vec<Statement<'g>>,
    pub(super) license: Vec<Statement<'g>>,
    pub(super) rights: Vec<Statement<'g>>,
}

/// A label, a text or an address; and the address, if it has one too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Statement<'g> {
    pub(super) text: &'g str,
    pub(super) iri: Option<&'g str>,
}

impl<'g> Rights<'g> {
    pub(super) fn read(reader: &Reader<'g>, node: Node) -> Self {
        Self {
            access: statements(reader, node, vocab::DCT_ACCESS_RIGHTS),
            license: statements(reader, node, vocab::DCT_LICENSE),
            rights: statements(reader, node, vocab::DCT_RIGHTS),
        }
    }

    /// Under the names of the extras, those that say something.
    pub(super) fn add_to(&self, dcat: &mut Extras) {
        for (name, statements) in [("accessRights", &self.access), ("license", &self.license), ("rights", &self.rights)]
        {
            add(dcat, name, statements);
        }
    }

    /// What a licence may be told from: the licence itself, then the rights; of a node its label, then its address.
    pub(super) fn hints(&self) -> impl Iterator<Item = &'g str> + '_ {
        self.license.iter().chain(&self.rights).flat_map(|statement| {
            [Some(statement.text), statement.iri.filter(|iri| *iri != statement.text)].into_iter().flatten()
        })
    }

    /// The category of a limit to public access by INSPIRE's article 13.1, the first that is found.
    pub(super) fn limitation(&self) -> Option<&'static str> {
        self.access.iter().chain(&self.rights).find_map(limitation)
    }

    /// What is missing here and all distributions agree on.
    pub(super) fn complete(mut self, distributions: &[Self]) -> Self {
        let fields: [fn(&mut Self) -> &mut Vec<Statement<'g>>; 3] =
            [|rights| &mut rights.access, |rights| &mut rights.license, |rights| &mut rights.rights];
        let mut distributions = distributions.to_vec();
        for field in fields {
            let Some((first, others)) = distributions.split_first_mut() else { continue };
            let is_unanimous = others.iter_mut().all(|other| is_same(field(first), field(other)));
            if field(&mut self).is_empty() && is_unanimous {
                *field(&mut self) = std::mem::take(field(first));
            }
        }
        self
    }
}

fn is_same(a: &[Statement<'_>], b: &[Statement<'_>]) -> bool {
    fn texts<'g>(statements: &[Statement<'g>]) -> Vec<&'g str> {
        let mut texts: Vec<&str> = statements.iter().map(|statement| statement.text).collect();
        texts.sort_unstable();
        texts
    }
    // Each statement is there once.
    a.len() == b.len() && (a == b || texts(a) == texts(b))
}

/// What a node is said to be, each once, in document order.
pub(super) fn statements<'g>(reader: &Reader<'g>, node: Node, predicate: Node) -> Vec<Statement<'g>> {
    let mut statements: IndexMap<&'g str, Option<&'g str>, RandomState> = IndexMap::default();
    for term in reader.graph.objects(node, predicate) {
        if let Some(text) = reader.label_of(term, &LABELS) {
            statements.entry(text).or_insert_with(|| iri(reader.graph, term));
        }
    }
    statements.into_iter().map(|(text, iri)| Statement { text, iri }).collect()
}

fn iri<'g>(graph: &'g Graph, term: Term<'g>) -> Option<&'g str> {
    match term {
        Term::Node(node) => graph.iri(node),
        Term::Literal(_) => None,
    }
}

/// The statements as texts, if there are any.
pub(super) fn add(dcat: &mut Extras, name: &str, statements: &[Statement<'_>]) {
    if !statements.is_empty() {
        dcat.insert(name.to_owned(), statements.iter().map(|statement| Value::from(statement.text)).collect());
    }
}

fn limitation(statement: &Statement<'_>) -> Option<&'static str> {
    let is_iri = |text: &str| {
        let text = text.replacen("https://", "http://", 1);
        move |limitation: &&Limitation| limitation.iri == text
    };
    // Slugs are compared only where the article of the code is named, or the directive's.
    let label = statement.text.contains("124").then(|| slug(statement.text));
    let found = LIMITATIONS.iter().find(is_iri(statement.iri.unwrap_or(statement.text)));
    let found =
        found.or_else(|| LIMITATIONS.iter().find(|limitation| label.as_ref() == Some(&limitation.french_label)));
    found.map(|limitation| limitation.category.as_str())
}
