//! The verdict of a whole document: where in it each fault is.

use std::collections::HashMap;

use crate::element::{Element, Scope, Tree};
use crate::fault::{Fault, RuleName};
use crate::kind::Kind;

use super::judge::{ELEMENT, VALUE};
use super::path::{Numbering, step};
use super::{Decl, Schema};

/// So many names of elements that do not belong below the root are counted; the rest is told without a number.
const MOST_NAMES: usize = 1_000;

/// A longer name of an element is told without a number.
const LONGEST_NAME: usize = 200;

/// What stands below the root: whose fault it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// From 1; 0 where it is none.
    pub(crate) record: u64,
    pub(crate) line: Option<u64>,
    pub(crate) id: Option<String>,
    pub(crate) kind: Kind,
}

/// Who takes the faults of a document.
pub(crate) type TellOf<'t> = dyn FnMut(&Entry, Fault<'_>) -> anyhow::Result<()> + 't;

/// A document under way. libxml2 numbers an element only if there are others of its name beside it, so that the faults of
/// the first one of a name wait for the second, or for the end.
#[derive(Debug)]
pub(crate) struct Document {
    /// Path of the root; none where the root is the contract itself.
    root: Option<String>,
    elements: u64,
    names: HashMap<(String, Scope), Siblings>,
}

#[derive(Debug, Default)]
struct Siblings {
    count: u64,
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    entry: Entry,
    /// The contract and what it is judged by; none where the element does not belong there at all.
    contract: Option<(Tree, &'static Decl)>,
}

impl Document {
    /// Of a document whose root lists contracts.
    pub(crate) fn of_list(root: &str) -> Self {
        Self { root: Some(format!("/{root}")), elements: 0, names: HashMap::new() }
    }

    /// Of a document whose root is a contract.
    pub(crate) fn of_contract() -> Self {
        Self { root: None, elements: 0, names: HashMap::new() }
    }

    /// Judges a contract; whether it conforms.
    ///
    /// # Errors
    /// What `tell` fails with.
    pub(crate) fn contract(
        &mut self,
        entry: &Entry,
        (kind, tree): (Kind, &Tree),
        schema: &'static Schema,
        tell: &mut TellOf<'_>,
    ) -> anyhow::Result<bool> {
        let root = tree.root();
        if root.scope() != Scope::Free {
            self.stray(entry, root, tell)?;
            return Ok(false);
        }
        let number = self.count(root, tell)?;
        let decl = schema.decl(kind);
        let is_conform = super::judge::judge(root, decl).is_empty();
        if is_conform {
            return Ok(true);
        }
        match number {
            Number::Waits => {
                let waiting = Waiting { entry: entry.clone(), contract: Some((tree.clone(), decl)) };
                self.siblings(root).waiting = Some(waiting);
            }
            Number::Is(number) => tell_contract(entry, tree, decl, &self.path(root, number), tell)?,
        }
        Ok(false)
    }

    /// An element that does not belong below the root.
    ///
    /// # Errors
    /// What `tell` fails with.
    pub(crate) fn stray(&mut self, entry: &Entry, element: Element<'_>, tell: &mut TellOf<'_>) -> anyhow::Result<()> {
        match self.count(element, tell)? {
            Number::Waits => {
                self.siblings(element).waiting = Some(Waiting { entry: entry.clone(), contract: None });
                Ok(())
            }
            Number::Is(number) => tell(entry, Fault::new(ELEMENT, self.path(element, number))),
        }
    }

    /// The document ends: what waits for another of its name has none.
    ///
    /// # Errors
    /// What `tell` fails with.
    pub(crate) fn finish(self, tell: &mut TellOf<'_>) -> anyhow::Result<()> {
        let mut waiting: Vec<_> =
            self.names.into_iter().filter_map(|(key, of)| of.waiting.map(|one| (key, one))).collect();
        waiting.sort_by_key(|(_, one)| one.entry.record);
        let root = self.root.unwrap_or_default();
        waiting
            .into_iter()
            .try_for_each(|((name, scope), one)| one.tell(&format!("{root}/{}", step(&name, scope)), tell))
    }

    /// Counts an element, and tells what has waited for it.
    fn count(&mut self, element: Element<'_>, tell: &mut TellOf<'_>) -> anyhow::Result<Number> {
        self.elements += 1;
        if self.elements == 2 {
            // One without a prefix in a namespace is counted with all others.
            let names = self.names.iter_mut().filter(|((_, scope), _)| *scope == Scope::Unprefixed);
            let waiting = names.filter_map(|(_, of)| of.waiting.take()).next();
            let path = format!("{}/*[1]", self.root.as_deref().unwrap_or_default());
            waiting.map_or(Ok(()), |one| one.tell(&path, tell))?;
        }
        let is_counted = element.name().len() <= LONGEST_NAME
            && (self.names.len() < MOST_NAMES || self.names.contains_key(&key(element)));
        if !is_counted {
            return Ok(Number::Is(None));
        }
        if element.scope() == Scope::Unprefixed && self.elements > 1 {
            return Ok(Number::Is(Some(self.elements)));
        }
        let of = self.siblings(element);
        of.count += 1;
        match (of.count, of.waiting.take()) {
            (1, _) => Ok(Number::Waits),
            (count, None) => Ok(Number::Is(Some(count))),
            (count, Some(first)) => {
                first.tell(&self.path(element, Some(1)), tell)?;
                Ok(Number::Is(Some(count)))
            }
        }
    }

    fn siblings(&mut self, element: Element<'_>) -> &mut Siblings {
        self.names.entry(key(element)).or_default()
    }

    fn path(&self, element: Element<'_>, number: Option<u64>) -> String {
        let root = self.root.as_deref().unwrap_or_default();
        let step = step(element.name(), element.scope());
        number.map_or_else(|| format!("{root}/{step}"), |number| format!("{root}/{step}[{number}]"))
    }
}

enum Number {
    /// Known once another of the name comes, or none.
    Waits,
    Is(Option<u64>),
}

fn key(element: Element<'_>) -> (String, Scope) {
    (element.name().to_owned(), element.scope())
}

impl Waiting {
    fn tell(self, path: &str, tell: &mut TellOf<'_>) -> anyhow::Result<()> {
        match self.contract {
            None => tell(&self.entry, Fault::new(ELEMENT, path)),
            Some((tree, decl)) => tell_contract(&self.entry, &tree, decl, path, tell),
        }
    }
}

fn tell_contract(entry: &Entry, tree: &Tree, decl: &Decl, path: &str, tell: &mut TellOf<'_>) -> anyhow::Result<()> {
    let mut numbering = Numbering::default();
    super::judge::judge(tree.root(), decl).into_iter().try_for_each(|(place, rule): (u32, RuleName)| {
        let element = tree.at(place);
        let fault = Fault::new(rule, format!("{path}{}", numbering.path(element)));
        // What stands in an element that nobody knows may be a person's name.
        match rule == VALUE && !element.has_children() {
            true => tell(entry, fault.value(element.text())),
            false => tell(entry, fault),
        }
    })
}
