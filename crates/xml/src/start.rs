//! The begin of an element: its name and attributes.

use std::borrow::Cow;

use crate::attribute::{Attribute, Span, local_name};
use crate::namespace::Namespaces;

/// The begin of an element.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    pub(crate) tag: &'a str,
    pub(crate) name_bytes: usize,
    pub(crate) spans: &'a [Span],
    pub(crate) namespaces: &'a Namespaces,
}

impl<'a> Start<'a> {
    /// The name as written, with its prefix.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.tag[..self.name_bytes]
    }

    /// The name without its prefix.
    #[must_use]
    pub fn local(&self) -> &'a str {
        local_name(self.name())
    }

    /// The namespace that the name is in; none where its prefix is not declared.
    #[must_use]
    pub fn namespace(&self) -> Option<&'a str> {
        self.namespaces.of_prefix(self.name().split_once(':').map_or("", |(prefix, _)| prefix))
    }

    /// All attributes, declarations of namespaces among them.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let (tag, spans) = (self.tag, self.spans);
        spans.iter().map(move |span| Attribute::at(tag, span))
    }

    /// The value of the attribute of that name, else of the first that has it behind a prefix.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let exact = self.attributes().find(|attribute| attribute.name() == name);
        exact.or_else(|| self.attributes().find(|attribute| attribute.local() == name)).map(|found| found.value())
    }

    /// The value of the attribute of that name in that namespace.
    #[must_use]
    pub fn attribute_in(&self, namespace: &str, name: &str) -> Option<Cow<'a, str>> {
        let is_it = |attribute: &Attribute<'a>| {
            let prefix = attribute.name().split_once(':').map(|(prefix, _)| prefix);
            attribute.local() == name && prefix.and_then(|prefix| self.namespaces.of_prefix(prefix)) == Some(namespace)
        };
        self.attributes().find(is_it).map(|found| found.value())
    }
}
