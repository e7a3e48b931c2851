//! What the official schema asks of each field, by version and list.
//!
//! The JSON Schemas and the enumerations of a release are read as they were published; what the official models check
//! in code alone (bounds of a date, a public that stands alone, the point after a name) is a [`Check`] of its field.

mod enumeration;
mod field;
mod pattern;
mod published;
mod version;

use std::collections::HashMap;
use std::sync::OnceLock;

use foldhash::fast::RandomState;

pub(crate) use enumeration::Enumeration;
pub(crate) use field::{Check, Field, Shape};
pub(crate) use pattern::Pattern;
pub(crate) use version::{Generation, Version};

/// Which of the two lists of a contribution a record belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Who offers something.
    Structures,
    /// What they offer.
    Services,
}

impl Kind {
    /// Both, in the order in which they are read and told.
    pub(crate) const ALL: [Self; 2] = [Self::Structures, Self::Services];

    /// As keys, sheets and findings name it: `structures`, `services`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Structures => "structures",
            Self::Services => "services",
        }
    }

    /// 0 for structures, 1 for services: for what is kept for each list.
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

/// The fields of both lists in one version.
#[derive(Debug)]
pub(crate) struct Schema {
    /// The version in full, such as `v1/1.0.10`.
    pub(crate) version: Version,
    lists: [List; 2],
}

static BUILT: [OnceLock<Schema>; Version::COUNT] = [const { OnceLock::new() }; Version::COUNT];

impl Version {
    /// Its fields, read once.
    pub(crate) fn schema(self) -> &'static Schema {
        BUILT[self.index()].get_or_init(|| published::build(self))
    }
}

impl Schema {
    /// The fields of one list.
    pub(crate) fn list(&self, kind: Kind) -> &List {
        &self.lists[kind.index()]
    }
}

/// The fields of one list, in the order in which the schema publishes them.
#[derive(Debug)]
pub(crate) struct List {
    /// Whose fields these are.
    pub(crate) kind: Kind,
    /// The fields.
    pub(crate) fields: Vec<Field>,
    positions: HashMap<&'static str, usize, RandomState>,
}

impl List {
    fn new(kind: Kind, fields: Vec<Field>) -> Self {
        let positions = fields.iter().enumerate().map(|(at, field)| (field.name, at)).collect();
        Self { kind, fields, positions }
    }

    /// Where among [`Self::fields`] the one of this exact name stands.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// The field of this exact name.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.position(name).map(|at| &self.fields[at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(version: &str, kind: Kind) -> &'static List {
        Version::read(version).expect("a version").schema().list(kind)
    }

    #[test]
    fn counts_the_fields_of_each_list() {
        let count = |version, kind| list(version, kind).fields.len();
        assert_eq!(count("v1", Kind::Structures), 20);
        assert_eq!(count("v1", Kind::Services), 33);
        assert_eq!(count("v0", Kind::Structures), 26);
        assert_eq!(count("v0", Kind::Services), 44);
    }

    #[test]
    fn knows_which_fields_are_required() {
        let required = |version, kind| {
            let fields = &list(version, kind).fields;
            fields.iter().filter(|field| field.required).map(|field| field.name).collect::<Vec<_>>()
        };
        assert_eq!(required("v1", Kind::Structures), ["date_maj", "id", "nom", "source"]);
        assert_eq!(required("v1", Kind::Services), ["date_maj", "description", "id", "nom", "source", "structure_id"]);
        assert_eq!(required("v0", Kind::Services), ["date_maj", "id", "nom", "source", "structure_id"]);
    }

    #[test]
    fn knows_the_shape_of_each_field() {
        let shape = |name: &str| &list("v1", Kind::Services).field(name).expect(name).shape;
        assert!(matches!(shape("date_maj"), Shape::Date));
        assert!(matches!(shape("courriel"), Shape::Email));
        assert!(matches!(shape("lien_source"), Shape::Url { most: 2083 }));
        assert!(matches!(shape("longitude"), Shape::Float { least: None }));
        assert!(matches!(shape("nombre_semaines"), Shape::Integer { least: Some(1) }));
        assert!(matches!(shape("type"), Shape::Choice(values) if values.choices().len() == 6));
        assert!(matches!(shape("publics"), Shape::List { unique: true, least: 1, .. }));
        assert!(matches!(shape("thematiques"), Shape::List { unique: true, least: 0, .. }));
        assert!(matches!(shape("nom"), Shape::Text { least: 3, most: Some(150), pattern: None }));
        let Shape::List { item, unique: false, least: 1 } = shape("zone_eligibilite") else { panic!("a list") };
        assert!(matches!(&**item, Shape::Union(branches) if branches.len() == 5));
        let v0 = &list("v0", Kind::Services).field("zone_diffusion_code").expect("a field").shape;
        assert!(matches!(v0, Shape::Union(branches) if branches.len() == 4));
    }

    #[test]
    fn takes_the_enumerations_of_an_older_release_from_the_history() {
        let carriers = |version| list(version, Kind::Structures).field("reseaux_porteurs").and_then(Field::enumeration);
        let has = |version, value| carriers(version).expect("an enumeration").has(value);
        assert!(has("v1", "mdph") && has("v1/1.0.8", "mdph"));
        assert!(!has("v1/1.0.7", "mdph") && !has("v1/1.0.2", "mdph"));
        assert!(has("v1/1.0.3", "esat") && !has("v1/1.0.2", "esat"));
        assert!(has("v1/1.0.2", "etti") && !has("v1/1.0.2", "siae"));
        assert_eq!(carriers("v1").expect("an enumeration").choices().len(), 108);
    }

    #[test]
    fn gives_the_label_of_a_value() {
        let cost = list("v1", Kind::Services).field("frais").and_then(Field::enumeration).expect("an enumeration");
        assert_eq!(cost.choice("payant").map(|choice| choice.label.as_str()), Some("Payant"));
        assert_eq!(cost.choice("Payant"), None);
    }
}
