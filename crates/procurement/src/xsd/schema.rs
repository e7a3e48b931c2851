//! What an XSD asks of a contract: its elements, what stands in each, and of which type it is.

use super::simple::Simple;

/// An element as the schema declares it.
#[derive(Debug)]
pub(crate) struct Decl {
    pub(crate) name: String,
    pub(crate) is_required: bool,
    pub(crate) repeats: bool,
    pub(crate) content: Content,
}

/// What stands in an element.
#[derive(Debug)]
pub(crate) enum Content {
    Simple(Simple),
    Group(Group),
}

/// Elements that stand in another.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) members: Vec<Decl>,
    /// In the order of the members, rather than in any.
    pub(crate) is_ordered: bool,
    /// Text may stand beside them.
    pub(crate) is_mixed: bool,
}

impl Group {
    /// The one member that repeats, if the group is a list of it.
    pub(crate) fn item(&self) -> Option<&Decl> {
        match self.members.as_slice() {
            [item] if item.repeats => Some(item),
            _ => None,
        }
    }

    /// The member of a name; `hint` is where it is looked for first.
    pub(crate) fn find(&self, name: &str, hint: usize) -> Option<usize> {
        match self.members.get(hint) {
            Some(member) if member.name == name => Some(hint),
            _ => self.members.iter().position(|member| member.name == name),
        }
    }
}

impl Decl {
    pub(crate) fn group(&self) -> Option<&Group> {
        match &self.content {
            Content::Group(group) => Some(group),
            Content::Simple(_) => None,
        }
    }
}
