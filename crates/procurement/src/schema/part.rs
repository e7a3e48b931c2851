//! Parts of a schema, for whoever judges a contract piece by piece.

use crate::fault::Tell;
use crate::value::{Object, Value};
use crate::way::Way;

use super::node::{Draft, Items, Node};
use super::{Schema, check};

/// Stands for each item of a list where others are keys of objects.
pub(crate) const ITEM: &str = "#";

/// What a schema asks of one value.
#[derive(Debug)]
pub(crate) struct Part {
    node: Node,
    draft: Draft,
}

impl Part {
    /// Tells every fault of a value that stands there.
    pub(crate) fn judge(&self, value: &Value<'_>, way: &Way<'_>, tell: &mut Tell<'_>) {
        check::value(&self.node, self.draft, value, way, tell);
    }
}

impl Schema {
    /// What is asked of the value to which these keys lead; none where it is not described.
    pub(crate) fn part(&self, keys: &[&str]) -> Option<Part> {
        let node = self.node(keys)?.clone();
        Some(Part { node, draft: self.draft })
    }

    /// The keys that an object must have; none where it is not described, or more is asked of it than keys and what stands
    /// there.
    pub(crate) fn required(&self, keys: &[&str]) -> Option<Vec<&str>> {
        let node = self.node(keys).filter(|node| is_plain(node, &Value::Object(Object::new())))?;
        Some(node.required.iter().map(|place| &*node.properties[*place].0).collect())
    }

    /// Whether nothing is asked of a list of so many items but what is asked of each.
    pub(crate) fn takes(&self, keys: &[&str], items: usize) -> bool {
        let node = self.node(keys).filter(|node| is_plain(node, &Value::List(vec![])));
        node.is_some_and(|node| node.min_items <= items && (items < 2 || !node.has_unique_items))
    }

    fn node(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(&self.root, |node, key| match (*key, &node.items) {
            (ITEM, Items::All(item)) => Some(&**item),
            (ITEM, _) => None,
            (key, _) => node.properties.iter().find(|(name, _)| &**name == key).map(|(_, node)| node),
        })
    }
}

fn is_plain(node: &Node, of_its_type: &Value<'_>) -> bool {
    node.any_of.is_empty() && node.allowed.is_empty() && node.types.is_none_or(|types| types.has(of_its_type))
}
