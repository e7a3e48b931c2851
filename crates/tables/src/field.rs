//! What a column holds, as a data package tells it.

use serde::Serialize;
use serde_json::Value;

/// A column of a table, or a key of JSON objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    name: String,
    #[serde(rename = "type")]
    kind: FieldType,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

/// The types of Table Schema that JSON values have; of a CSV file, tools make them of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Text: codes too, so that no tool drops their zeros.
    String,
    Number,
    Boolean,
    Object,
    Array,
    /// Values of several types, or none but null.
    Any,
}

impl Field {
    /// Says in French what it means; nothing, where nobody knows.
    pub fn new(name: impl Into<String>, kind: FieldType, meaning: Option<&str>) -> Self {
        Self { name: name.into(), kind, description: meaning.map(str::to_owned) }
    }

    /// As it stands in the header.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Text, and what it means.
    pub fn text(name: impl Into<String>, meaning: &str) -> Self {
        Self::new(name, FieldType::String, Some(meaning))
    }
}

impl FieldType {
    /// The type of a JSON value; none of null, which any type may be.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Null => None,
            Value::String(_) => Some(Self::String),
            Value::Number(_) => Some(Self::Number),
            Value::Bool(_) => Some(Self::Boolean),
            Value::Object(_) => Some(Self::Object),
            Value::Array(_) => Some(Self::Array),
        }
    }

    /// The type of a column that holds values of both.
    pub fn or(self, other: Self) -> Self {
        if self == other { self } else { Self::Any }
    }
}
