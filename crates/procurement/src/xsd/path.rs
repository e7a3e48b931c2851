//! The XPath of an element, as libxml2 writes it.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use crate::element::{Element, Scope};

/// What an element is called in a path: `*` where its namespace has no prefix.
pub(super) fn step(name: &str, scope: Scope) -> &str {
    match scope {
        Scope::Unprefixed => "*",
        _ => name,
    }
}

/// Numbers elements among those beside them, once for all that stand in one element.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    numbers: HashMap<u32, u32>,
    done: HashSet<u32>,
}

impl Numbering {
    /// The path of an element below the outermost one of its tree: `/titulaires/titulaire[2]/id`.
    pub(super) fn path(&mut self, element: Element<'_>) -> String {
        let mut way = vec![];
        let mut at = element;
        while let Some(parent) = at.parent() {
            if self.done.insert(parent.place()) {
                self.number(parent);
            }
            way.push(at);
            at = parent;
        }
        let mut path = String::new();
        for element in way.into_iter().rev() {
            path.push('/');
            path.push_str(step(element.name(), element.scope()));
            if let Some(number) = self.numbers.get(&element.place()) {
                write!(path, "[{number}]").expect("memory takes what it is given");
            }
        }
        path
    }

    /// One that has none of its name beside it has no number; one that is called `*` is counted with all.
    fn number(&mut self, parent: Element<'_>) {
        let mut by_name: HashMap<(&str, Scope), (u32, u32)> = HashMap::new();
        let is_several = parent.children().nth(1).is_some();
        for (place, child) in (1..).zip(parent.children()) {
            if child.scope() == Scope::Unprefixed {
                if is_several {
                    self.numbers.insert(child.place(), place);
                }
                continue;
            }
            let (count, first) = by_name.entry((child.name(), child.scope())).or_insert((0, child.place()));
            *count += 1;
            match *count {
                1 => {}
                2 => self.numbers.extend([(*first, 1), (child.place(), 2)]),
                count => drop(self.numbers.insert(child.place(), count)),
            }
        }
    }
}
