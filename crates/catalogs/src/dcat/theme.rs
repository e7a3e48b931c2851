//! Keywords and themes, to tags.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::reader::Reader;
use crate::rdf::{Node, Term, vocab};
use crate::values::tag::tags;

#[derive(Deserialize)]
struct Table {
    hvd_themes: BTreeMap<String, String>,
    inspire_theme: InspireTheme,
}

#[derive(Deserialize)]
struct InspireTheme {
    theme_iri_prefix: String,
    scheme_iris: Vec<String>,
    scheme_title_ignoring_case: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../data/vocabularies.json")).expect("the table of vocabularies is valid")
});

/// Tags of all keywords and themes; a keyword that is an address says nothing.
pub(super) fn read(reader: &mut Reader<'_>, node: Node) -> Vec<String> {
    let graph = reader.graph;
    let mut words = Vec::new();
    for keyword in graph.objects(node, vocab::DCAT_KEYWORD) {
        match keyword {
            Term::Literal(literal) => words.push(literal.text),
            Term::Node(node) => reader.tell_value("keyword.iri", "/tags", graph.iri(node).unwrap_or_default()),
        }
    }
    for theme in graph.objects(node, vocab::DCAT_THEME) {
        match theme {
            Term::Literal(literal) => words.push(literal.text),
            Term::Node(theme) => read_theme(reader, theme, &mut words),
        }
    }
    tags(words)
}

fn read_theme<'g>(reader: &Reader<'g>, theme: Node, words: &mut Vec<&'g str>) {
    let iri = reader.graph.iri(theme).map(|iri| iri.replacen("https://", "http://", 1)).unwrap_or_default();
    if let Some(label) = TABLE.hvd_themes.get(&iri) {
        words.extend([label.as_str(), "hvd"]);
        return;
    }
    words.extend(reader.text(theme, vocab::SKOS_PREF_LABEL));
    if is_below(&iri, &TABLE.inspire_theme.theme_iri_prefix) || is_of_inspire(reader, theme) {
        words.push("inspire");
    }
}

fn is_below(iri: &str, prefix: &str) -> bool {
    iri.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '#']))
}

/// By the scheme that the theme is of: its address, or its title.
fn is_of_inspire(reader: &Reader<'_>, theme: Node) -> bool {
    let graph = reader.graph;
    graph.objects(theme, vocab::SKOS_IN_SCHEME).any(|scheme| {
        let Term::Node(scheme) = scheme else { return false };
        let iri = graph.iri(scheme).map(|iri| iri.replacen("https://", "http://", 1)).unwrap_or_default();
        let titles = [vocab::DCT_TITLE, vocab::RDFS_LABEL].map(|title| graph.objects(scheme, title));
        TABLE.inspire_theme.scheme_iris.iter().any(|known| *known == iri.trim_end_matches('/'))
            || titles
                .into_iter()
                .flatten()
                .filter_map(|title| reader.text_of(title))
                .any(|title| title.to_lowercase() == TABLE.inspire_theme.scheme_title_ignoring_case.to_lowercase())
    })
}
