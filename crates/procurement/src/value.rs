//! What JSON can say, borrowed from its text: the form in which every contract is handled, whatever file it came from.
//!
//! Numbers keep their exact text, objects the order of their keys.

mod decimal;
mod object;
mod parse;
mod same;
mod write;

use std::borrow::Cow;

pub(crate) use decimal::Decimal;
pub(crate) use object::Object;
pub(crate) use parse::{Flaw, Oddity, Parser, Why};
pub(crate) use same::print;

/// A value of JSON.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// As it was written; always a number that JSON allows.
    Number(Cow<'a, str>),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Object(Object<'a>),
}

impl<'a> Value<'a> {
    /// Reads a whole text.
    ///
    /// # Errors
    /// Where it is not JSON.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Flaw> {
        Parser::new(text).whole()
    }

    /// A number of which the text is at hand; it must be one that JSON allows.
    pub(crate) fn number(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Number(text.into())
    }

    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_number(&self) -> Option<Decimal<'_>> {
        match self {
            Self::Number(text) => Some(Decimal::read(text)),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Value<'a>]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    pub(crate) fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    pub(crate) fn as_object_mut(&mut self) -> Option<&mut Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// What an object has under a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.as_object()?.get(key)
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// As findings show it: a text as it is, all else as JSON.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(text) => Cow::Borrowed(text),
            other => Cow::Owned(other.to_json()),
        }
    }
}
