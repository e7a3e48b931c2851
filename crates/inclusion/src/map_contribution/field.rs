//! How the values of each field are read and repaired.

use jiff::civil::Date;

use super::validity;
use crate::contact;
use crate::repair::{Repaired, Step, code, day, mail, number, siret, telephone, text, web};
use crate::schema::{Field, Shape};

/// What its values are to the repairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// Prefixed by the source.
    Identifier,
    Source,
    Name,
    Description,
    Text,
    Hours,
    Siret,
    Postal,
    Commune,
    Longitude,
    Latitude,
    Number,
    Integer,
    Date,
    Telephone,
    Email,
    Url,
    /// One of a closed list.
    Choice,
    /// Several of a closed list, or codes of places.
    Several,
    /// A choice of which one wins.
    Cost,
}

/// A field of the list that is written.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) field: &'static Field,
    pub(super) nature: Nature,
    /// As a JSON Pointer.
    pub(super) path: String,
    /// Whether its values are shown nowhere.
    pub(super) is_private: bool,
}

impl Known {
    pub(super) fn new(field: &'static Field) -> Self {
        Self {
            field,
            nature: nature(field),
            path: format!("/{}", field.name),
            is_private: contact::is_private(field.name),
        }
    }

    /// What becomes of a text as its value.
    pub(super) fn repair<'t>(&self, text: &'t str, today: Date) -> Repaired<'t> {
        match self.nature {
            Nature::Name => text::repair_name(text),
            Nature::Description => text::repair_description(text),
            Nature::Text | Nature::Hours => text::repair(text),
            Nature::Siret => siret::repair(text),
            Nature::Postal => code::repair_postal(text),
            Nature::Commune => code::repair_commune(text),
            Nature::Longitude => number::repair_within(text, -180.0..=180.0),
            Nature::Latitude => number::repair_within(text, -90.0..=90.0),
            Nature::Number => number::repair(text),
            Nature::Integer => number::repair_whole(text),
            Nature::Date => day::repair(text, today),
            Nature::Telephone => telephone::repair(text),
            Nature::Email => mail::repair(text, |text| self.fault(text, today).is_none()),
            Nature::Url => web::repair(text),
            _ => Repaired::kept(text),
        }
    }

    /// What the schema finds wrong in a text as its value.
    pub(super) fn fault(&self, text: &str, today: Date) -> Option<&'static str> {
        match self.nature {
            // These are checked where they are read.
            Nature::Siret
            | Nature::Postal
            | Nature::Date
            | Nature::Longitude
            | Nature::Latitude
            | Nature::Telephone => None,
            // What the package reads in a text need not be a number of JSON, as which it is written.
            Nature::Number | Nature::Integer if !tables::is_json_number(text.as_bytes()) => {
                validity::fault(self.field, text, today).or(Some("unreadable"))
            }
            _ => validity::fault(self.field, text, today),
        }
    }

    /// What is told of a value that the schema refuses.
    pub(super) fn refusal(&self, fault: &'static str) -> Step {
        match self.nature {
            Nature::Url | Nature::Email | Nature::Commune => Step::Own("unreadable"),
            _ => Step::Own(fault),
        }
    }
}

fn nature(field: &Field) -> Nature {
    match (field.name, &field.shape) {
        ("id" | "structure_id", _) => Nature::Identifier,
        ("source", _) => Nature::Source,
        ("nom", _) => Nature::Name,
        ("description", _) => Nature::Description,
        ("horaires_accueil", _) => Nature::Hours,
        ("siret", _) => Nature::Siret,
        ("code_postal", _) => Nature::Postal,
        ("code_insee", _) => Nature::Commune,
        ("longitude", _) => Nature::Longitude,
        ("latitude", _) => Nature::Latitude,
        ("telephone", _) => Nature::Telephone,
        ("frais", _) => Nature::Cost,
        (_, Shape::Float { .. }) => Nature::Number,
        (_, Shape::Integer { .. }) => Nature::Integer,
        (_, Shape::Date) => Nature::Date,
        (_, Shape::Email) => Nature::Email,
        (_, Shape::Url { .. }) => Nature::Url,
        (_, Shape::Choice(_)) => Nature::Choice,
        (_, Shape::List { .. }) => Nature::Several,
        _ => Nature::Text,
    }
}
