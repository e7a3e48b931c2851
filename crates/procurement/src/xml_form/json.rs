//! A contract in XML as JSON would have it, with the types of the format.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::element::Element;
use crate::kind::Kind;
use crate::value::{Decimal, Object, Value};
use crate::version::Version;
use crate::xsd::{Content, Decl, Group, Schema, Simple};

use super::names::in_json;

/// Empty, these are no fault in XML, and have no place in JSON.
const EMPTY_AT_WILL: [&str; 3] = ["origineUE", "origineFrance", "tauxAvance"];

/// The contract that an element is. Text that is not of its type stays text; what the format does not know is text, or an
/// object, or a list where it stands several times.
pub(crate) fn to_value<'t>(kind: Kind, contract: Element<'t>, version: Version) -> Value<'t> {
    let form = Form { wraps_items: version.is_2_0() };
    let Content::Group(group) = &Schema::of(version).decl(kind).content else { return Value::text(contract.text()) };
    let mut members = Members::default();
    if !version.is_2_0() && !contract.children().any(|child| child.local() == "_type") {
        let name = if kind.is_concession() { "Contrat de concession" } else { "Marché" };
        members.add("_type", Value::text(name));
    }
    for (nth, child) in contract.children().enumerate() {
        if !(EMPTY_AT_WILL.contains(&child.local()) && child.deep_text().trim().is_empty()) {
            members.add(child.local(), form.member(group, child, nth));
        }
    }
    Value::Object(members.finish())
}

/// How a version writes lists.
#[derive(Clone, Copy)]
struct Form {
    /// Each item stands in an object of its own, under its name: `[{"titulaire": {…}}]`.
    wraps_items: bool,
}

impl Form {
    /// A member of a group; most documents have it where the schema has.
    fn member<'t>(self, group: &'static Group, element: Element<'t>, nth: usize) -> Value<'t> {
        match group.find(element.local(), nth) {
            Some(at) => self.declared(&group.members[at], element),
            None => unknown(element),
        }
    }

    fn declared<'t>(self, decl: &'static Decl, element: Element<'t>) -> Value<'t> {
        match &decl.content {
            Content::Simple(simple) => scalar(simple, element),
            Content::Group(group) => match group.item() {
                Some(item) if item.group().is_none() => self.texts(item, element),
                Some(item) => self.list(item, element),
                None => self.object(group, element),
            },
        }
    }

    fn object<'t>(self, group: &'static Group, element: Element<'t>) -> Value<'t> {
        let mut members = Members::default();
        for (nth, child) in element.children().enumerate() {
            members.add(child.local(), self.member(group, child, nth));
        }
        Value::Object(members.finish())
    }

    /// A list of objects.
    fn list<'t>(self, item: &'static Decl, element: Element<'t>) -> Value<'t> {
        let items = element.children().map(|child| {
            let name = in_json(child.local());
            let is_item = name == in_json(&item.name);
            let value = if is_item { self.declared(item, child) } else { unknown(child) };
            match is_item && !self.wraps_items {
                true => value,
                false => Value::Object(Object::from_iter([(Cow::Borrowed(name), value)])),
            }
        });
        Value::List(items.collect())
    }

    /// An object with one list of texts, as 2.0 has it: `{"technique": ["Concours"]}`.
    fn texts<'t>(self, item: &'static Decl, element: Element<'t>) -> Value<'t> {
        let is_item = |child: &Element<'_>| child.local() == item.name;
        let texts = element.children().filter(is_item).map(|child| self.declared(item, child)).collect();
        let mut members = Members::default();
        members.push(Cow::Borrowed(item.name.as_str()), Value::List(texts), false);
        for other in element.children().filter(|child| !is_item(child)) {
            members.add(other.local(), unknown(other));
        }
        Value::Object(members.finish())
    }
}

fn scalar<'t>(simple: &Simple, element: Element<'t>) -> Value<'t> {
    if element.has_children() {
        return Value::text(element.deep_text());
    }
    let text = element.text();
    if simple.is_boolean() {
        return match text {
            "oui" | "true" | "1" => Value::Bool(true),
            "non" | "false" | "0" => Value::Bool(false),
            _ => Value::text(text),
        };
    }
    match simple.is_number().then(|| simple.number(text)).flatten() {
        Some(number) if is_of_json(number) => Value::number(number),
        Some(number) => match Decimal::read(number).plain(number.len() + 1) {
            Some(plain) => Value::number(plain),
            None => Value::text(text),
        },
        None => Value::text(text),
    }
}

/// Whether JSON writes a number that XML allows in the same way: without idle zeros before it, and digits around a point.
fn is_of_json(number: &str) -> bool {
    let unsigned = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, rest)| (whole, Some(rest)));
    let has_idle_zero = whole.len() > 1 && whole.starts_with('0');
    !whole.is_empty() && !has_idle_zero && fraction.is_none_or(|digits| !digits.is_empty())
}

fn unknown(element: Element<'_>) -> Value<'_> {
    if !element.has_children() {
        return Value::text(element.text());
    }
    let mut members = Members::default();
    for child in element.children() {
        members.add(child.local(), unknown(child));
    }
    Value::Object(members.finish())
}

/// The members of an object under way; what comes twice is a list.
#[derive(Default)]
struct Members<'t> {
    members: Vec<(Cow<'t, str>, Value<'t>, bool)>,
    /// Where each name stands, once there are so many that looking through them would take long.
    places: HashMap<Cow<'t, str>, usize>,
}

/// From so many members on, a map tells where a name stands.
const MANY: usize = 48;

impl<'t> Members<'t> {
    fn add(&mut self, name: &'t str, value: Value<'t>) {
        let Some(at) = self.find(name) else { return self.push(Cow::Borrowed(name), value, false) };
        let (_, there, is_several) = &mut self.members[at];
        match (there, value) {
            // A list in two pieces is one.
            (Value::List(list), Value::List(more)) if !*is_several => list.extend(more),
            (Value::List(list), value) if *is_several => list.push(value),
            (there, value) => {
                let first = std::mem::replace(there, Value::Null);
                *there = Value::List(vec![first, value]);
                *is_several = true;
            }
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        match self.members.len() > MANY {
            true => self.places.get(name).copied(),
            false => self.members.iter().position(|(other, ..)| other == name),
        }
    }

    fn push(&mut self, name: Cow<'t, str>, value: Value<'t>, is_several: bool) {
        if self.members.len() == MANY {
            self.places = self.members.iter().enumerate().map(|(at, (name, ..))| (name.clone(), at)).collect();
        }
        if self.members.len() >= MANY {
            self.places.insert(name.clone(), self.members.len());
        }
        self.members.push((name, value, is_several));
    }

    fn finish(self) -> Object<'t> {
        let mut object = Object::with_capacity(self.members.len());
        for (name, value, _) in self.members {
            object.push(name, value);
        }
        object
    }
}
