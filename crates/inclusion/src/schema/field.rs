//! One field: its name, whether it must be there, what its value looks like.

use super::{Enumeration, Pattern};

/// One field of a list.
#[derive(Debug)]
pub(crate) struct Field {
    /// Exact name, as columns have it.
    pub(crate) name: &'static str,
    /// Whether a record without it, or with null, is invalid.
    pub(crate) required: bool,
    /// What its value must look like.
    pub(crate) shape: Shape,
    /// What the official models check of it in code besides.
    pub(crate) check: Option<Check>,
}

impl Field {
    /// The closed list that its value, or each of its values, must come from.
    pub(crate) fn enumeration(&self) -> Option<&Enumeration> {
        match &self.shape {
            Shape::Choice(values) => Some(values),
            Shape::List { item, .. } => match &**item {
                Shape::Choice(values) => Some(values),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether it holds a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.shape, Shape::List { .. })
    }
}

/// What a value must look like.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Text of so many code points, of this form where there is one.
    Text {
        /// Fewest code points.
        least: usize,
        /// Most code points.
        most: Option<usize>,
        /// The form.
        pattern: Option<Pattern>,
    },
    /// A day.
    Date,
    /// A web address of at most so many code points.
    Url {
        /// Most code points.
        most: usize,
    },
    /// One e-mail address.
    Email,
    /// A number, at least this.
    Float {
        /// The bound, itself allowed.
        least: Option<f64>,
    },
    /// A whole number, at least this.
    Integer {
        /// The bound, itself allowed.
        least: Option<i64>,
    },
    /// True or false.
    Boolean,
    /// One of a closed list.
    Choice(Enumeration),
    /// Exactly this text.
    Const(&'static str),
    /// One of several shapes.
    Union(Vec<Shape>),
    /// Several values of one shape.
    List {
        /// The shape of each.
        item: Box<Shape>,
        /// Whether repeats merge (a set).
        unique: bool,
        /// Fewest values.
        least: usize,
    },
}

/// What the official models of v1 check in code, which their JSON Schema cannot say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// `nom`: ends in a point that is not the one of `etc.`: a warning.
    FinalPoint,
    /// `date_maj`: from 2000-01-01 to today.
    Century,
    /// `publics`: `tous-publics` stands alone.
    EveryoneAlone,
}
