//! A release as it was published: two JSON Schemas, the enumerations, and what changed in these since older releases.

use indexmap::IndexMap;
use serde::Deserialize;

use super::enumeration::{Choice, Enumeration};
use super::field::{Check, Field, Shape};
use super::pattern::Pattern;
use super::version::{Generation, Version};
use super::{Kind, List, Schema};

const HISTORY: &str = include_str!("../../data/schemas/enum_history.json");

/// Longest web address of the official type, should a schema not say so.
const URL_MOST: usize = 2083;

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    properties: IndexMap<&'a str, Property<'a>>,
    #[serde(borrow)]
    required: Vec<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Property<'a> {
    #[serde(borrow, default, rename = "anyOf")]
    any_of: Vec<Property<'a>>,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    format: Option<&'a str>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    #[serde(default)]
    min_items: usize,
    minimum: Option<f64>,
    pattern: Option<String>,
    #[serde(rename = "const")]
    constant: Option<&'a str>,
    #[serde(borrow)]
    items: Option<Box<Property<'a>>>,
    #[serde(default)]
    unique_items: bool,
    #[serde(rename = "$ref")]
    reference: Option<&'a str>,
}

type Enumerations = IndexMap<&'static str, Vec<Choice>>;

#[derive(Deserialize)]
struct History<'a> {
    #[serde(borrow)]
    v0: Vec<Step<'a>>,
    #[serde(borrow)]
    v1: Vec<Step<'a>>,
}

#[derive(Deserialize)]
struct Step<'a> {
    to: &'a str,
    #[serde(borrow)]
    diff: IndexMap<&'a str, Difference<'a>>,
}

#[derive(Deserialize)]
struct Difference<'a> {
    #[serde(borrow)]
    added: Vec<&'a str>,
    #[serde(borrow)]
    removed: Vec<&'a str>,
}

/// Reads the schema of a version out of the folder of its generation's latest release.
pub(super) fn build(version: Version) -> Schema {
    let folder = version.folder();
    let mut enumerations: Enumerations = read(folder.enumerations);
    go_back(&mut enumerations, version);
    let list = |kind, text| read_list(kind, text, &enumerations, version.generation());
    Schema { version, lists: [list(Kind::Structures, folder.structure), list(Kind::Services, folder.service)] }
}

fn read<T: Deserialize<'static>>(text: &'static str) -> T {
    serde_json::from_str(text).expect("what is built in was read by the tests")
}

/// Undoes what releases after this one changed.
fn go_back(enumerations: &mut Enumerations, version: Version) {
    let history: History<'static> = read(HISTORY);
    let steps = match version.generation() {
        Generation::V0 => history.v0,
        Generation::V1 => history.v1,
    };
    let own = numbers(version.name().split('/').nth(1).expect("a version in full"));
    for step in steps.iter().rev().take_while(|step| numbers(step.to) > own) {
        for (name, change) in &step.diff {
            let Some(choices) = enumerations.get_mut(name) else { continue };
            choices.retain(|choice| !change.added.contains(&&*choice.value));
            choices.extend(change.removed.iter().map(|value| gone(value)));
        }
    }
}

/// A value that the latest release lacks: its label went with it.
fn gone(value: &str) -> Choice {
    Choice { value: value.to_owned(), label: value.to_owned(), description: None }
}

/// `1.0.10/v1` as numbers, so that 10 comes after 9.
fn numbers(version: &str) -> Vec<u32> {
    let number = version.split('/').next().expect("split gives at least one piece");
    number.split('.').map(|part| part.parse().expect("a version of the history")).collect()
}

fn read_list(kind: Kind, text: &'static str, enumerations: &Enumerations, generation: Generation) -> List {
    let document: Document<'static> = read(text);
    let fields = document.properties.into_iter().map(|(name, property)| Field {
        name,
        required: document.required.contains(&name),
        shape: shape(property, enumerations),
        check: if generation == Generation::V1 { check(name) } else { None },
    });
    List::new(kind, fields.collect())
}

fn check(name: &str) -> Option<Check> {
    match name {
        "nom" => Some(Check::FinalPoint),
        "date_maj" => Some(Check::Century),
        "publics" => Some(Check::EveryoneAlone),
        _ => None,
    }
}

fn shape(property: Property<'static>, enumerations: &Enumerations) -> Shape {
    let mut branches: Vec<Property<'static>> =
        property.any_of.into_iter().filter(|branch| branch.kind != Some("null")).collect();
    match branches.len() {
        0 => plain_shape(Property { any_of: Vec::new(), ..property }, enumerations),
        1 => shape(branches.remove(0), enumerations),
        _ => Shape::Union(branches.into_iter().map(|branch| shape(branch, enumerations)).collect()),
    }
}

fn plain_shape(property: Property<'static>, enumerations: &Enumerations) -> Shape {
    if let Some(reference) = property.reference {
        let name = reference.rsplit('/').next().expect("split gives at least one piece");
        return Shape::Choice(Enumeration::new(name, enumerations[name].clone()));
    }
    if let Some(constant) = property.constant {
        return Shape::Const(constant);
    }
    match (property.kind, property.format) {
        (Some("string"), Some("date")) => Shape::Date,
        (Some("string"), Some("uri")) => Shape::Url { most: property.max_length.unwrap_or(URL_MOST) },
        (Some("string"), Some("email")) => Shape::Email,
        (Some("string"), _) => Shape::Text {
            least: property.min_length.unwrap_or(0),
            most: property.max_length,
            pattern: property.pattern.map(Pattern::new),
        },
        (Some("number"), _) => Shape::Float { least: property.minimum },
        (Some("integer"), _) => Shape::Integer { least: property.minimum.map(|least| least as i64) },
        (Some("boolean"), _) => Shape::Boolean,
        (Some("array"), _) => Shape::List {
            item: Box::new(shape(*property.items.expect("the schema types its lists"), enumerations)),
            unique: property.unique_items,
            least: property.min_items,
        },
        other => unreachable!("the schema has no type {other:?}"),
    }
}
