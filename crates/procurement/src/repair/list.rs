//! Lists brought to the shape of their version, each item repaired, items that repeat another left out.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::value::{Object, Value};
use crate::way::Way;
use crate::xsd::{Decl, Group};

use super::scalar::Role;
use super::{Work, is_void};

/// The one list whose items may repeat.
const MAY_REPEAT: &str = "tarif";

impl Work<'_, '_> {
    /// A list of objects: as they are (1.x), or each in an object under its name (2.0).
    pub(super) fn list<'a>(&mut self, value: Value<'a>, item: &Decl, way: &Way<'_>) -> Value<'a> {
        let is_wrapped = self.is_2_0();
        if !matches!(value, Value::List(_) | Value::Object(_)) {
            return self.unknown(value, way);
        }
        let name = in_json(&item.name);
        let mut shape = Shape { item, name, is_wrapped, items: vec![], has_changed: !matches!(value, Value::List(_)) };
        match value {
            Value::List(list) => list.into_iter().for_each(|value| shape.take(value)),
            other => shape.take(other),
        }
        if shape.has_changed {
            self.tell("list.shape", way);
        }
        let mut list = Unique::new(name != MAY_REPEAT);
        for value in shape.items {
            let here = way.item(list.items.len());
            if is_void(&value) {
                self.tell("null.omitted", &here);
                continue;
            }
            let before = self.faults.len();
            let value = self.item(value, item.group(), name, &here);
            if !list.add(value) {
                // What was repaired in it is not in the output.
                self.faults.truncate(before);
            }
        }
        self.finish(list, way)
    }

    fn item<'a>(&mut self, value: Value<'a>, group: Option<&Group>, name: &str, way: &Way<'_>) -> Value<'a> {
        let Value::Object(mut object) = value else { return self.unknown(value, way) };
        if !self.is_2_0() {
            return Value::Object(self.members(object, group, way));
        }
        if let Some(inner) = object.get_mut(name) {
            let taken = std::mem::replace(inner, Value::Null);
            let here = way.key(name);
            *inner = match taken {
                Value::Object(members) => Value::Object(self.members(members, group, &here)),
                other => self.unknown(other, &here),
            };
        }
        Value::Object(object)
    }

    /// An object with a list of texts, as 2.0 has it: `{"technique": ["Concours"]}`.
    pub(super) fn texts<'a>(&mut self, value: Value<'a>, item: &Decl, way: &Way<'_>) -> Value<'a> {
        let (object, has_changed) = match value {
            Value::Object(object) if object.contains(&item.name) => (object, false),
            // Something else under names of its own: nobody knows what.
            Value::Object(object) => return self.unknown(Value::Object(object), way),
            Value::List(_) | Value::Text(_) => (Object::from_iter([(Cow::Owned(item.name.clone()), value)]), true),
            other => return other,
        };
        let (mut object, mut has_changed) = (object, has_changed);
        let key = way.key(&item.name);
        let mut list = Unique::new(true);
        if let Some(there) = object.get_mut(&item.name) {
            let mut texts = vec![];
            has_changed |= !matches!(there, Value::List(_));
            flatten(std::mem::replace(there, Value::Null), item, &mut texts, &mut has_changed, true);
            if has_changed {
                self.tell("list.shape", way);
            }
            for text in texts {
                let here = key.item(list.items.len());
                if is_void(&text) {
                    self.tell("null.omitted", &here);
                    continue;
                }
                let before = self.faults.len();
                let text = self.value(text, Some(item), Role::Other, &here);
                if !list.add(text) {
                    self.faults.truncate(before);
                }
            }
        }
        let list = self.finish(list, &key);
        object.insert(item.name.clone(), list);
        Value::Object(object)
    }

    fn finish<'a>(&mut self, list: Unique<'a>, way: &Way<'_>) -> Value<'a> {
        if list.has_dropped {
            self.tell("list.duplicate", way);
        }
        Value::List(list.items)
    }
}

/// What JSON calls an item that XSD calls otherwise.
fn in_json(name: &str) -> &str {
    if name == "modificationActesSousTraitance" { "modificationActeSousTraitance" } else { name }
}

/// Items on their way to the shape of their version.
struct Shape<'s, 'a> {
    item: &'s Decl,
    name: &'s str,
    is_wrapped: bool,
    items: Vec<Value<'a>>,
    has_changed: bool,
}

impl<'a> Shape<'_, 'a> {
    fn take(&mut self, value: Value<'a>) {
        match value {
            Value::List(list) => {
                self.has_changed = true;
                list.into_iter().for_each(|value| self.take(value));
            }
            Value::Object(object) => self.take_object(object),
            other => self.items.push(other),
        }
    }

    fn take_object(&mut self, mut object: Object<'a>) {
        let Some(key) = self.wrapper(&object) else {
            self.has_changed |= self.is_wrapped;
            let bare = Value::Object(object);
            return self.push_inner(bare);
        };
        if object.len() > 1 {
            return self.items.push(Value::Object(object));
        }
        match object.remove(&key).unwrap_or(Value::Null) {
            Value::List(list) => {
                self.has_changed = true;
                list.into_iter().for_each(|value| self.take(value));
            }
            inner => {
                self.has_changed |= !self.is_wrapped || key != self.name;
                self.push_inner(inner);
            }
        }
    }

    /// The key under which an object holds an item, or several.
    fn wrapper(&self, object: &Object<'_>) -> Option<String> {
        // A price of a concession has a number of the same name as itself.
        let has_same = self.item.group().is_some_and(|group| group.find(&self.item.name, 0).is_some());
        let is_it = |(key, value): &(&str, &Value<'_>)| {
            let is_several = matches!(value, Value::Object(_) | Value::List(_));
            in_json(key) == self.name && (is_several || !has_same)
        };
        object.iter().find(is_it).map(|(key, _)| key.to_owned())
    }

    fn push_inner(&mut self, inner: Value<'a>) {
        self.items.push(match self.is_wrapped {
            true => Value::Object(Object::from_iter([(Cow::Owned(self.name.to_owned()), inner)])),
            false => inner,
        });
    }
}

/// Texts out of whatever holds them.
fn flatten<'a>(value: Value<'a>, item: &Decl, texts: &mut Vec<Value<'a>>, has_changed: &mut bool, is_top: bool) {
    match value {
        Value::List(list) => {
            *has_changed |= !is_top;
            list.into_iter().for_each(|value| flatten(value, item, texts, has_changed, false));
        }
        Value::Object(mut object) if object.len() == 1 && object.contains(&item.name) => {
            *has_changed = true;
            let inner = object.remove(&item.name).unwrap_or(Value::Null);
            flatten(inner, item, texts, has_changed, false);
        }
        other => texts.push(other),
    }
}

/// Items of which none says the same as another.
struct Unique<'a> {
    items: Vec<Value<'a>>,
    seen: HashSet<u128>,
    is_asked: bool,
    has_dropped: bool,
}

impl<'a> Unique<'a> {
    fn new(is_asked: bool) -> Self {
        Self { items: vec![], seen: HashSet::new(), is_asked, has_dropped: false }
    }

    /// Whether it is kept.
    fn add(&mut self, item: Value<'a>) -> bool {
        let is_new = !self.is_asked || self.seen.insert(item.fingerprint());
        match is_new {
            true => self.items.push(item),
            false => self.has_dropped = true,
        }
        is_new
    }
}
