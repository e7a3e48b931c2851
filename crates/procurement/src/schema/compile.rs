//! From a schema as it is published to what it asks of each value.

use crate::value::Value;

use super::node::{Items, Node, Types};
use super::pattern::Pattern;

/// What a part of a schema asks. References are followed: no official schema refers to itself.
pub(super) fn node(document: &Value<'static>, schema: &Value<'static>) -> Node {
    // What stands beside a reference does not count, in draft-04 and in draft-07.
    if let Some(reference) = text(schema, "$ref") {
        return node(document, follow(document, reference));
    }
    let mut node = Node {
        types: schema.get("type").map(types),
        allowed: list(schema, "enum").to_vec(),
        pattern: text(schema, "pattern").map(Pattern::of),
        min_length: count(schema, "minLength").unwrap_or(0),
        max_length: count(schema, "maxLength"),
        minimum: number(schema, "minimum"),
        maximum: number(schema, "maximum"),
        min_items: count(schema, "minItems").unwrap_or(0),
        has_unique_items: schema.get("uniqueItems") == Some(&Value::Bool(true)),
        items: items(document, schema),
        properties: properties(document, schema),
        required: vec![],
        is_closed: schema.get("additionalProperties") == Some(&Value::Bool(false)),
        any_of: list(schema, "anyOf").iter().map(|schema| self::node(document, schema)).collect(),
    };
    require(&mut node, schema);
    node
}

/// What is required and not described may be anything.
fn require(node: &mut Node, schema: &Value<'static>) {
    for name in list(schema, "required").iter().filter_map(Value::as_text) {
        let place = node.properties.iter().position(|(known, _)| &**known == name);
        node.required.push(place.unwrap_or_else(|| {
            node.properties.push((name.into(), Node::default()));
            node.properties.len() - 1
        }));
    }
}

fn items(document: &Value<'static>, schema: &Value<'static>) -> Items {
    match schema.get("items") {
        None => Items::Any,
        Some(Value::List(first)) => Items::First(first.iter().map(|schema| node(document, schema)).collect()),
        Some(schema) => Items::All(Box::new(node(document, schema))),
    }
}

fn properties(document: &Value<'static>, schema: &Value<'static>) -> Vec<(Box<str>, Node)> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return vec![] };
    properties.iter().map(|(name, schema)| (name.into(), node(document, schema))).collect()
}

fn types(names: &Value<'static>) -> Types {
    let all: Vec<_> = match names {
        Value::List(names) => names.iter().filter_map(Value::as_text).collect(),
        one => one.as_text().into_iter().collect(),
    };
    all.into_iter().fold(Types::default(), Types::add)
}

fn follow<'s>(document: &'s Value<'static>, reference: &str) -> &'s Value<'static> {
    let names = reference.strip_prefix("#/").expect("an official schema refers to itself alone");
    names.split('/').fold(document, |place, name| place.get(name).expect("a reference leads somewhere"))
}

fn text<'s>(schema: &'s Value<'static>, key: &str) -> Option<&'s str> {
    schema.get(key)?.as_text()
}

fn list<'s>(schema: &'s Value<'static>, key: &str) -> &'s [Value<'static>] {
    schema.get(key).and_then(Value::as_list).unwrap_or_default()
}

fn number(schema: &Value<'static>, key: &str) -> Option<String> {
    match schema.get(key)? {
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn count(schema: &Value<'static>, key: &str) -> Option<usize> {
    number(schema, key).map(|number| number.parse().expect("lengths are whole numbers"))
}
