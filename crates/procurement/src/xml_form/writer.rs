//! Contracts written as XML, a line each.

use std::borrow::Cow;
use std::io::{self, Write};

use xml::Unfit;

use crate::kind::Kind;
use crate::value::{Object, Value};
use crate::version::Version;
use crate::xsd::{Decl, Group, Schema};

use super::names::{in_json, in_schema};

/// Writes a document of contracts.
#[derive(Debug)]
pub(crate) struct Writer<W: Write> {
    xml: xml::Writer<W>,
}

impl<W: Write> Writer<W> {
    /// Begins the document.
    ///
    /// # Errors
    /// When the stream fails.
    pub(crate) fn begin(stream: W) -> io::Result<Self> {
        let mut xml = xml::Writer::new(stream, Unfit::Replace);
        xml.declaration()?;
        xml.start("marches")?;
        xml.break_line()?;
        Ok(Self { xml })
    }

    /// Writes a contract on a line of its own; the version decides on the names of what lists hold.
    ///
    /// # Errors
    /// When the stream fails.
    pub(crate) fn contract(&mut self, kind: Kind, contract: &Value<'_>, version: Version) -> io::Result<()> {
        write_contract(&mut self.xml, kind, contract, version)?;
        self.xml.break_line()
    }

    /// Ends the document; the stream.
    ///
    /// # Errors
    /// When the stream fails.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.xml.end()?;
        self.xml.break_line()?;
        Ok(self.xml.into_inner())
    }
}

/// A contract alone, for whoever judges it as XML.
pub(crate) fn write_alone(kind: Kind, contract: &Value<'_>, version: Version) -> Vec<u8> {
    let mut xml = xml::Writer::new(Vec::new(), Unfit::Replace);
    write_contract(&mut xml, kind, contract, version).expect("memory takes what it is given");
    xml.into_inner()
}

fn write_contract<W: Write>(
    xml: &mut xml::Writer<W>,
    kind: Kind,
    contract: &Value<'_>,
    version: Version,
) -> io::Result<()> {
    let decl = Schema::of(version).decl(kind);
    xml.start(kind.name())?;
    match contract.as_object() {
        Some(contract) => write_members(xml, contract, decl.group(), true)?,
        None => write_text(xml, contract)?,
    }
    xml.end()
}

/// The members of an object, each as an element or, of a list, as several.
fn write_members<W: Write>(
    xml: &mut xml::Writer<W>,
    object: &Object<'_>,
    group: Option<&Group>,
    is_contract: bool,
) -> io::Result<()> {
    // XSD asks for an order of its own in few places, such as the buyer of 1.x.
    let ordered = group.filter(|group| group.is_ordered && group.item().is_none());
    let first = ordered.into_iter().flat_map(|group| group.members.iter().map(|member| member.name.as_str()));
    for name in first {
        if let Some(value) = object.get(name) {
            write_member(xml, name, value, group)?;
        }
    }
    let is_written = |name: &str| ordered.is_some_and(|group| group.find(name, 0).is_some());
    for (name, value) in object.iter().filter(|(name, _)| !is_written(name)) {
        if !(is_contract && name == "_type") {
            write_member(xml, name, value, group)?;
        }
    }
    Ok(())
}

fn write_member<W: Write>(
    xml: &mut xml::Writer<W>,
    name: &str,
    value: &Value<'_>,
    group: Option<&Group>,
) -> io::Result<()> {
    let decl = group.and_then(|group| group.find(name, 0).map(|at| &group.members[at]));
    match value {
        Value::Null => Ok(()),
        Value::List(items) => match decl.and_then(Decl::group).and_then(Group::item) {
            Some(item) => {
                xml.start(&element_name(name))?;
                write_items(xml, items, item)?;
                xml.end()
            }
            None => items.iter().try_for_each(|item| write_element(xml, name, item, decl)),
        },
        _ => write_element(xml, name, value, decl),
    }
}

/// What a list holds: items as they are (1.x), or each in an object under its name (2.0).
fn write_items<W: Write>(xml: &mut xml::Writer<W>, items: &[Value<'_>], item: &Decl) -> io::Result<()> {
    for value in items {
        match value {
            Value::Null => {}
            Value::List(inner) => write_items(xml, inner, item)?,
            Value::Object(object) if is_wrapped(object, item) => {
                for (name, value) in object.iter() {
                    write_element(xml, in_schema(name, &item.name), value, Some(item))?;
                }
            }
            _ => write_element(xml, &item.name, value, Some(item))?,
        }
    }
    Ok(())
}

/// Whether an object holds nothing but the item, under its name. A `tarif` of 1.x has a number of the same name.
fn is_wrapped(object: &Object<'_>, item: &Decl) -> bool {
    let is_number_inside = item.group().is_some_and(|group| group.find(&item.name, 0).is_some());
    let is_it = |(name, value): (&str, &Value<'_>)| {
        in_json(name) == in_json(&item.name)
            && !(is_number_inside && matches!(value, Value::Number(_) | Value::Text(_)))
    };
    object.len() == 1 && object.iter().all(is_it)
}

fn write_element<W: Write>(
    xml: &mut xml::Writer<W>,
    name: &str,
    value: &Value<'_>,
    decl: Option<&Decl>,
) -> io::Result<()> {
    match value {
        Value::Null => Ok(()),
        Value::List(items) => items.iter().try_for_each(|item| write_element(xml, name, item, decl)),
        Value::Object(object) => {
            xml.start(&element_name(name))?;
            let group = decl.and_then(Decl::group);
            match group.and_then(Group::item).filter(|item| item.group().is_some()) {
                // One object in place of a list of them.
                Some(item) => write_items(xml, std::slice::from_ref(value), item)?,
                None => write_members(xml, object, group, false)?,
            }
            xml.end()
        }
        _ => {
            xml.start(&element_name(name))?;
            write_text(xml, value)?;
            xml.end()
        }
    }
}

fn write_text<W: Write>(xml: &mut xml::Writer<W>, value: &Value<'_>) -> io::Result<()> {
    match value {
        Value::Text(text) if text.is_empty() => Ok(()),
        Value::Text(text) => xml.text(text),
        other => xml.text(&other.to_json()),
    }
}

/// A name that XML allows: what it does not becomes a low line.
fn element_name(name: &str) -> Cow<'_, str> {
    if xml::is_name(name) && !name.contains(':') {
        return Cow::Borrowed(name);
    }
    let fit = |letter: char| if letter != ':' && xml::is_name(&format!("a{letter}")) { letter } else { '_' };
    let name: String = name.chars().map(fit).collect();
    Cow::Owned(if xml::is_name(&name) { name } else { format!("_{name}") })
}
