//! What can be wrong with a value, by the names that the official package gives.

/// An error at a field, or at one of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Which of several values, from 0.
    pub(crate) item: Option<usize>,
    /// What it is.
    pub(crate) kind: FaultType,
}

impl Fault {
    /// At the field as a whole.
    pub(crate) fn of_field(kind: FaultType) -> Self {
        Self { item: None, kind }
    }
}

macro_rules! fault_types {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The type of an error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum FaultType {
            $($(#[$doc])* $variant,)*
        }

        impl FaultType {
            /// All of them.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As the official package calls it.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

fault_types! {
    /// A required field is absent.
    Missing = "missing",
    /// The record is no object.
    ModelType = "model_type",
    /// No text.
    StringType = "string_type",
    /// Fewer code points than wanted.
    StringTooShort = "string_too_short",
    /// More code points than allowed.
    StringTooLong = "string_too_long",
    /// Not of the form that is wanted.
    StringPatternMismatch = "string_pattern_mismatch",
    /// Not in the closed list.
    Enum = "enum",
    /// Not the one text that is allowed.
    LiteralError = "literal_error",
    /// No branch of a union takes it.
    Union = "union",
    /// No list, where a set is wanted.
    SetType = "set_type",
    /// No list.
    ListType = "list_type",
    /// Fewer values than wanted.
    TooShort = "too_short",
    /// Neither a text nor a number, where a date is wanted.
    DateType = "date_type",
    /// A day that no calendar of the package's language has.
    DateParsing = "date_parsing",
    /// No date and no moment.
    DateFromDatetimeParsing = "date_from_datetime_parsing",
    /// A moment that is not midnight.
    DateFromDatetimeInexact = "date_from_datetime_inexact",
    /// No text, where a web address is wanted.
    UrlType = "url_type",
    /// No web address.
    UrlParsing = "url_parsing",
    /// Another scheme than http and https.
    UrlScheme = "url_scheme",
    /// A web address that is too long.
    UrlTooLong = "url_too_long",
    /// No number.
    FloatType = "float_type",
    /// A text that is no number.
    FloatParsing = "float_parsing",
    /// No whole number.
    IntType = "int_type",
    /// A text that is no whole number.
    IntParsing = "int_parsing",
    /// Too large to be read as a whole number.
    IntParsingSize = "int_parsing_size",
    /// A number with a fraction.
    IntFromFloat = "int_from_float",
    /// Infinite, where a whole number is wanted.
    FiniteNumber = "finite_number",
    /// Below the bound.
    GreaterThanEqual = "greater_than_equal",
    /// No truth value.
    BoolType = "bool_type",
    /// A text or a number that is no truth value.
    BoolParsing = "bool_parsing",
    /// What the models check in code.
    ValueError = "value_error",
    /// Valid, but not published.
    Avertissement = "avertissement",
}

impl FaultType {
    /// Whether the record stays valid.
    pub(crate) fn is_warning(self) -> bool {
        self == Self::Avertissement
    }

    /// Where among [`Self::ALL`] it stands.
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}
