//! Columns, and what stands in them.

use std::sync::Arc;

use anyhow::{Context, Result};
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::schema::types::{PrimitiveTypeBuilder, Type, TypePtr};

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8.
    Text,
    /// UTF-8 of which hardly two values are the same: not worth a dictionary.
    Prose,
    /// A double.
    Number,
    Truth,
    /// Of 32 bits.
    Integer,
    /// Days since 1970.
    Date,
    /// A point, as well-known binary.
    Point,
    /// Milliseconds of a wall clock since 1970, without a zone.
    Time,
    /// A list of texts.
    List,
}

/// What stands in one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    Absent,
    Text(&'a str),
    Number(f64),
    Truth(bool),
    Integer(i32),
    Date(i32),
    Point { x: f64, y: f64 },
    Time(i64),
    List(&'a [&'a str]),
}

impl Column {
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind }
    }

    pub(crate) fn schema(&self) -> Result<Type> {
        fn named(name: &str, physical: Physical) -> PrimitiveTypeBuilder<'_> {
            Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL)
        }
        let text = |name: &str| named(name, Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String)).build();
        let built = match self.kind {
            Kind::Text | Kind::Prose => text(&self.name),
            Kind::Number => named(&self.name, Physical::DOUBLE).build(),
            Kind::Truth => named(&self.name, Physical::BOOLEAN).build(),
            Kind::Integer => named(&self.name, Physical::INT32).build(),
            Kind::Date => named(&self.name, Physical::INT32).with_logical_type(Some(LogicalType::Date)).build(),
            Kind::Point => named(&self.name, Physical::BYTE_ARRAY).build(),
            Kind::Time => {
                let logical = LogicalType::timestamp(false, TimeUnit::MILLIS);
                named(&self.name, Physical::INT64).with_logical_type(Some(logical)).build()
            }
            Kind::List => text("element").and_then(|element| self.list_of(element)),
        };
        built.with_context(|| format!("could not describe the column `{}`", self.name))
    }

    /// The form of lists that all readers know: a group that repeats, inside one that may be absent.
    fn list_of(&self, element: Type) -> parquet::errors::Result<Type> {
        let list: TypePtr = Arc::new(
            Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![Arc::new(element)])
                .build()?,
        );
        Type::group_type_builder(&self.name)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(Some(LogicalType::List))
            .with_fields(vec![list])
            .build()
    }
}
