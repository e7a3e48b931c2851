//! An element judged by its declaration: which of the elements in it are at fault.

use std::collections::BTreeSet;

use crate::element::{Element, Scope};
use crate::fault::RuleName;

use super::schema::{Content, Decl, Group};

/// An element is unknown, missing, repeated or misplaced, or has an attribute.
pub(crate) const ELEMENT: RuleName = "xsd.element";

/// What stands in an element is not of its type.
pub(crate) const VALUE: RuleName = "xsd.value";

/// Elements at fault, by their place in the tree, each with what it breaks.
///
/// libxml2 stops at the first element that an element should not have; here those beside it are judged too, so that all of
/// a contract is told at once. What is missing is told only where nothing was too much, as there.
pub(super) fn judge(element: Element<'_>, decl: &Decl) -> BTreeSet<(u32, RuleName)> {
    let mut faults = BTreeSet::new();
    judge_element(element, decl, &mut faults);
    faults
}

fn judge_element(element: Element<'_>, decl: &Decl, faults: &mut BTreeSet<(u32, RuleName)>) {
    let builtin = match &decl.content {
        Content::Simple(simple) => simple.builtin.as_deref(),
        Content::Group(_) => None,
    };
    // A type that the document claims for an element is right only where the schema says the same.
    let claims_other = element.xsi_type().is_some_and(|name| Some(xml::local_name(name)) != builtin);
    if element.has_attribute() || claims_other {
        faults.insert((element.place(), ELEMENT));
    }
    match &decl.content {
        Content::Simple(simple) => {
            if element.has_children() || !simple.allows(element.text()) {
                faults.insert((element.place(), VALUE));
            }
        }
        Content::Group(group) => judge_group(element, group, faults),
    }
}

fn judge_group(element: Element<'_>, group: &Group, faults: &mut BTreeSet<(u32, RuleName)>) {
    if !group.is_mixed && element.has_loose_text() {
        faults.insert((element.place(), VALUE));
    }
    let mut seen = Seen { group, bits: 0, next: 0 };
    let mut is_astray = false;
    for child in element.children() {
        match seen.take(child) {
            Some(member) => judge_element(child, member, faults),
            None => {
                is_astray = true;
                faults.insert((child.place(), ELEMENT));
            }
        }
    }
    if !is_astray && seen.lacks_one() {
        faults.insert((element.place(), ELEMENT));
    }
}

/// Which members of a group have come so far.
struct Seen<'g> {
    group: &'g Group,
    bits: u64,
    /// Where the next one stands if the document has them in the order of the schema.
    next: usize,
}

impl<'g> Seen<'g> {
    /// The member that an element is, if it may stand here.
    fn take(&mut self, child: Element<'_>) -> Option<&'g Decl> {
        let members = &self.group.members;
        let at = (child.scope() == Scope::Free).then(|| self.group.find(child.name(), self.next)).flatten()?;
        let came = self.has(at);
        if came && !members[at].repeats {
            return None;
        }
        if self.group.is_ordered {
            let is_lacking = |before: usize| members[before].is_required && !self.has(before);
            if at < self.next || (self.next..at).any(is_lacking) {
                return None;
            }
        }
        self.bits |= 1 << at;
        self.next = if members[at].repeats { at } else { at + 1 };
        Some(&members[at])
    }

    fn has(&self, at: usize) -> bool {
        self.bits & (1 << at) != 0
    }

    fn lacks_one(&self) -> bool {
        self.group.members.iter().enumerate().any(|(at, member)| member.is_required && !self.has(at))
    }
}
