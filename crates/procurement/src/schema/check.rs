//! A value judged by what a schema asks of it.

use crate::fault::{Fault, RuleName, Tell};
use crate::value::{Decimal, Object, Value};
use crate::way::Way;

use super::node::{Draft, Items, Node};

/// From so many items on, fingerprints are compared in place of the items.
const MANY_ITEMS: usize = 8;

pub(super) fn value(node: &Node, draft: Draft, value: &Value<'_>, way: &Way<'_>, tell: &mut Tell<'_>) {
    if let Some(types) = node.types
        && !types.has(value)
        && !(types.has_integer() && is_integer(value, draft))
    {
        fault("schema.type", value, way, tell);
    }
    if !node.allowed.is_empty() && !node.allowed.iter().any(|allowed| allowed.is_same(value)) {
        fault("schema.enum", value, way, tell);
    }
    if !node.any_of.is_empty() && !node.any_of.iter().any(|node| fits(node, draft, value)) {
        fault("schema.anyOf", value, way, tell);
    }
    match value {
        Value::Text(text) => check_text(node, text, value, way, tell),
        Value::Number(number) => check_number(node, number, value, way, tell),
        Value::List(list) => check_list(node, draft, list, way, tell),
        Value::Object(object) => check_object(node, draft, object, way, tell),
        Value::Null | Value::Bool(_) => {}
    }
}

fn fits(node: &Node, draft: Draft, tried: &Value<'_>) -> bool {
    let mut is_right = true;
    value(node, draft, tried, &Way::Root, &mut |_| is_right = false);
    is_right
}

fn is_integer(value: &Value<'_>, draft: Draft) -> bool {
    value.as_number().is_some_and(|number| match draft {
        Draft::Four => number.is_plain_integer(),
        Draft::Seven => number.is_integer(),
    })
}

fn check_text(node: &Node, text: &str, value: &Value<'_>, way: &Way<'_>, tell: &mut Tell<'_>) {
    if let Some(longest) = node.max_length
        && text.len() > longest
        && text.chars().count() > longest
    {
        fault("schema.maxLength", value, way, tell);
    }
    if node.min_length > 0 && text.chars().count() < node.min_length {
        fault("schema.minLength", value, way, tell);
    }
    if let Some(pattern) = &node.pattern
        && !pattern.fits(text)
    {
        fault("schema.pattern", value, way, tell);
    }
}

fn check_number(node: &Node, number: &str, value: &Value<'_>, way: &Way<'_>, tell: &mut Tell<'_>) {
    if let Some(minimum) = &node.minimum
        && Decimal::read(number) < Decimal::read(minimum)
    {
        fault("schema.minimum", value, way, tell);
    }
    if let Some(maximum) = &node.maximum
        && Decimal::read(number) > Decimal::read(maximum)
    {
        fault("schema.maximum", value, way, tell);
    }
}

fn check_list(node: &Node, draft: Draft, list: &[Value<'_>], way: &Way<'_>, tell: &mut Tell<'_>) {
    if list.len() < node.min_items {
        tell(Fault::new("schema.minItems", way.pointer()));
    }
    if node.has_unique_items && has_repeated(list) {
        tell(Fault::new("schema.uniqueItems", way.pointer()));
    }
    match &node.items {
        Items::Any => {}
        Items::All(node) => {
            for (place, item) in list.iter().enumerate() {
                value(node, draft, item, &way.item(place), tell);
            }
        }
        Items::First(nodes) => {
            for (place, (node, item)) in nodes.iter().zip(list).enumerate() {
                value(node, draft, item, &way.item(place), tell);
            }
        }
    }
}

/// Whether two items say the same.
fn has_repeated(list: &[Value<'_>]) -> bool {
    if list.len() < MANY_ITEMS {
        let mut pairs =
            list.iter().enumerate().flat_map(|(nth, one)| list[..nth].iter().map(move |other| (one, other)));
        return pairs.any(|(one, other)| one.is_same(other));
    }
    let mut prints: Vec<_> = list.iter().map(Value::fingerprint).collect();
    prints.sort_unstable();
    prints.windows(2).any(|pair| pair[0] == pair[1])
}

fn check_object(node: &Node, draft: Draft, object: &Object<'_>, way: &Way<'_>, tell: &mut Tell<'_>) {
    let mut seen = 0_u64;
    let mut next = 0;
    for (key, item) in object.iter() {
        match place_of(node, key, next) {
            Some(place) => {
                next = place + 1;
                seen |= 1 << place;
                value(&node.properties[place].1, draft, item, &way.key(key), tell);
            }
            // What the contract calls a key that is not of the format may hold anything, so it is not shown.
            None if node.is_closed => {
                way.key(key).with_pointer(|path| tell(Fault::new("schema.additionalProperties", path)));
            }
            None => {}
        }
    }
    for place in node.required.iter().filter(|place| seen & 1 << **place == 0) {
        way.key(&node.properties[*place].0).with_pointer(|path| tell(Fault::new("schema.required", path)));
    }
}

/// Where a property stands in the schema; looked for from `next` on, since contracts mostly keep to its order.
fn place_of(node: &Node, key: &str, next: usize) -> Option<usize> {
    let properties = &node.properties;
    let is_it = |place: &usize| &*properties[*place].0 == key;
    (next..properties.len()).find(is_it).or_else(|| (0..next.min(properties.len())).find(is_it))
}

fn fault(rule: RuleName, value: &Value<'_>, way: &Way<'_>, tell: &mut Tell<'_>) {
    way.with_pointer(|path| {
        let fault = Fault::new(rule, path);
        tell(match value {
            // They may hold names of operators, and say little on one line.
            Value::List(_) | Value::Object(_) => fault,
            scalar => fault.value(scalar.shown()),
        });
    });
}
