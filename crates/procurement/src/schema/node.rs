//! What a schema asks of one value.

use crate::value::Value;

use super::pattern::Pattern;

/// Keywords, as far as the official schemas use them.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) types: Option<Types>,
    pub(super) allowed: Vec<Value<'static>>,
    pub(super) pattern: Option<Pattern>,
    pub(super) min_length: usize,
    pub(super) max_length: Option<usize>,
    pub(super) minimum: Option<String>,
    pub(super) maximum: Option<String>,
    pub(super) min_items: usize,
    pub(super) has_unique_items: bool,
    pub(super) items: Items,
    /// In the order of the schema, which most contracts follow.
    pub(super) properties: Vec<(Box<str>, Node)>,
    /// Places in `properties`.
    pub(super) required: Vec<usize>,
    pub(super) is_closed: bool,
    pub(super) any_of: Vec<Node>,
}

#[derive(Debug, Clone, Default)]
pub(super) enum Items {
    #[default]
    Any,
    All(Box<Node>),
    /// The first ones, one by one; those after them are not judged.
    First(Vec<Node>),
}

/// A set of types.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    const NAMES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];
    const INTEGER: u8 = 1 << 2;

    pub(super) fn add(self, name: &str) -> Self {
        let place = Self::NAMES.iter().position(|known| *known == name).expect("JSON Schema has these types");
        Self(self.0 | 1 << place)
    }

    pub(super) fn has_integer(self) -> bool {
        self.0 & Self::INTEGER != 0
    }

    /// Whether the type of a value is among them, integers apart.
    pub(super) fn has(self, value: &Value<'_>) -> bool {
        let place = match value {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Number(_) => 3,
            Value::Text(_) => 4,
            Value::List(_) => 5,
            Value::Object(_) => 6,
        };
        self.0 & 1 << place != 0
    }
}

/// What the drafts see differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Draft {
    /// `1.0` is no integer.
    Four,
    Seven,
}
