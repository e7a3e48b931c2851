//! What people are told of an error: what is the matter, and the form or the bound that is wanted.

use std::fmt;

use jiff::civil::Date;
use report::Lang;

use crate::near::Near;
use crate::schema::{Check, Field, Shape};
use crate::verdict::{FaultType, Value, earliest, read_date};

/// Of a value so many characters are repeated.
const LONGEST_CHARS: usize = 200;

/// An error, told when it is written.
pub(super) struct Sentence<'s> {
    pub(super) lang: Lang,
    pub(super) field: &'s Field,
    pub(super) kind: FaultType,
    /// What stood there, as far as it may be shown.
    pub(super) value: Option<&'s Value<'s>>,
    /// The values that there are, of a closed list.
    pub(super) near: Option<&'s Near<'s>>,
    pub(super) today: Date,
}

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lang {
            Lang::Fr => self.in_french(f),
            Lang::En => self.in_english(f),
        }
    }
}

impl Sentence<'_> {
    fn in_french(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use FaultType::{
            Avertissement, BoolParsing, BoolType, DateFromDatetimeInexact, DateFromDatetimeParsing, DateParsing,
            DateType, Enum, FiniteNumber, FloatParsing, FloatType, GreaterThanEqual, IntFromFloat, IntParsing,
            IntParsingSize, IntType, ListType, LiteralError, Missing, ModelType, SetType, StringPatternMismatch,
            StringTooLong, StringTooShort, StringType, TooShort, Union, UrlParsing, UrlScheme, UrlTooLong, UrlType,
            ValueError,
        };
        if self.value == Some(&Value::Null) && matches!(self.kind, StringType | DateType) {
            return f.write_str("Champ requis");
        }
        match self.kind {
            Missing => f.write_str("Champ requis"),
            ModelType => f.write_str("L'enregistrement doit être un objet, avec un nom devant chaque valeur"),
            StringType => f.write_str("La valeur doit être une chaîne de caractères valide, donc un texte"),
            StringTooShort => write!(f, "La chaîne doit contenir au moins {} caractères", self.bounds().0),
            StringTooLong => write!(f, "La chaîne doit contenir au plus {} caractères", self.bounds().1),
            StringPatternMismatch => write!(f, "La chaîne doit correspondre à la forme attendue : {}", self.form_fr()),
            Enum | LiteralError => self.unlisted(f, "La valeur", "n'existe pas", "Vouliez-vous dire"),
            Union => f.write_str(
                "La valeur doit être le code d'une commune (5 caractères), d'un département (2 ou 3), d'un EPCI (9 chiffres)",
            )
            .and_then(|()| f.write_str(if self.field.is_list() { ", d'un pays (99 et 3 chiffres), ou `france`" } else { "" })),
            SetType | ListType => f.write_str("La valeur doit être une liste valide, même pour une seule valeur"),
            TooShort => f.write_str("La liste doit contenir au moins 1 valeur, ou être absente"),
            DateType | DateParsing | DateFromDatetimeParsing | DateFromDatetimeInexact => {
                f.write_str("La valeur doit être une date valide au format AAAA-MM-JJ")
            }
            UrlType | UrlParsing => f.write_str("La valeur doit être une URL valide, qui commence par https:// ou http://"),
            UrlScheme => f.write_str("La valeur doit être une URL valide : elle commence par https:// ou http://, rien d'autre"),
            UrlTooLong => write!(f, "La valeur doit être une URL valide, de {} octets au plus", self.bounds().1),
            FloatType | FloatParsing => f.write_str("La valeur doit être un nombre valide, à virgule écrite comme un point : 2.35"),
            IntType | IntParsing | IntParsingSize | IntFromFloat | FiniteNumber => {
                f.write_str("La valeur doit être un entier valide, sans décimales")
            }
            GreaterThanEqual => write!(f, "La valeur doit être supérieure ou égale à {}", self.least()),
            BoolType | BoolParsing => f.write_str("La valeur doit être un booléen valide (true/false)"),
            ValueError if self.is_date() && self.is_early() => {
                write!(f, "La date doit être au plus tôt le {}", earliest())
            }
            ValueError if self.is_date() => write!(f, "La date doit être dans le passé : au plus tard le {}", self.today),
            ValueError if self.field.check == Some(Check::EveryoneAlone) => {
                f.write_str("`tous-publics` ne peut pas être utilisé avec d'autres valeurs")
            }
            ValueError => f.write_str("La valeur n'est pas un courriel valide : une seule adresse, avec un @ et un nom de domaine"),
            Avertissement => f.write_str("Le nom ne doit pas se terminer par un point, sauf celui de « etc. »"),
        }
    }

    fn in_english(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use FaultType::{
            Avertissement, BoolParsing, BoolType, DateFromDatetimeInexact, DateFromDatetimeParsing, DateParsing,
            DateType, Enum, FiniteNumber, FloatParsing, FloatType, GreaterThanEqual, IntFromFloat, IntParsing,
            IntParsingSize, IntType, ListType, LiteralError, Missing, ModelType, SetType, StringPatternMismatch,
            StringTooLong, StringTooShort, StringType, TooShort, Union, UrlParsing, UrlScheme, UrlTooLong, UrlType,
            ValueError,
        };
        if self.value == Some(&Value::Null) && matches!(self.kind, StringType | DateType) {
            return f.write_str("This field is required");
        }
        match self.kind {
            Missing => f.write_str("This field is required"),
            ModelType => f.write_str("The record has to be an object, with a name before each value"),
            StringType => f.write_str("The value has to be a text"),
            StringTooShort => write!(f, "The text has to have at least {} characters", self.bounds().0),
            StringTooLong => write!(f, "The text may have at most {} characters", self.bounds().1),
            StringPatternMismatch => write!(f, "The text has to be of the form that is wanted: {}", self.form_en()),
            Enum | LiteralError => self.unlisted(f, "The value", "does not exist", "Did you mean"),
            Union => f
                .write_str("The value has to be the code of a commune (5 characters), a département (2 or 3), an EPCI (9 digits)")
                .and_then(|()| f.write_str(if self.field.is_list() { ", a country (99 and 3 digits), or `france`" } else { "" })),
            SetType | ListType => f.write_str("The value has to be a list, even of one value"),
            TooShort => f.write_str("The list has to have at least 1 value, or to be absent"),
            DateType | DateParsing | DateFromDatetimeParsing | DateFromDatetimeInexact => {
                f.write_str("The value has to be a date, written YYYY-MM-DD")
            }
            UrlType | UrlParsing | UrlScheme => f.write_str("The value has to be a URL that begins with https:// or http://"),
            UrlTooLong => write!(f, "The URL may have at most {} bytes", self.bounds().1),
            FloatType | FloatParsing => f.write_str("The value has to be a number, with a point before the decimals: 2.35"),
            IntType | IntParsing | IntParsingSize | IntFromFloat | FiniteNumber => {
                f.write_str("The value has to be a whole number, without decimals")
            }
            GreaterThanEqual => write!(f, "The value has to be at least {}", self.least()),
            BoolType | BoolParsing => f.write_str("The value has to be a truth value (true/false)"),
            ValueError if self.is_date() && self.is_early() => write!(f, "The date may not be before {}", earliest()),
            ValueError if self.is_date() => write!(f, "The date may not be after {}", self.today),
            ValueError if self.field.check == Some(Check::EveryoneAlone) => {
                f.write_str("`tous-publics` cannot stand beside other values")
            }
            ValueError => f.write_str("The value is no e-mail address: one alone, with an @ and the name of a domain"),
            Avertissement => f.write_str("The name may not end in a full stop, but the one of \"etc.\""),
        }
    }

    /// `La valeur 'X' n'existe pas. Vouliez-vous dire 'Y' ?`
    fn unlisted(&self, f: &mut fmt::Formatter<'_>, begin: &str, fault: &str, question: &str) -> fmt::Result {
        let Some(value) = self.value else { return write!(f, "{begin} {fault}") };
        let shown = value.shown();
        let end = shown.char_indices().nth(LONGEST_CHARS).map_or(shown.len(), |(at, _)| at);
        write!(f, "{begin} '{}' {fault}", &shown[..end])?;
        match value.as_text().and_then(|text| self.near?.find(text)) {
            Some(near) => {
                let mark = if self.lang == Lang::Fr { " ?" } else { "?" };
                write!(f, ". {question} '{near}'{mark}")
            }
            None => Ok(()),
        }
    }

    /// Fewest and most characters.
    fn bounds(&self) -> (usize, usize) {
        match &self.field.shape {
            Shape::Text { least, most, .. } => (*least, most.unwrap_or(usize::MAX)),
            Shape::Url { most } => (1, *most),
            _ => (0, usize::MAX),
        }
    }

    fn least(&self) -> String {
        match &self.field.shape {
            Shape::Float { least: Some(least) } => least.to_string(),
            Shape::Integer { least: Some(least) } => least.to_string(),
            _ => String::new(),
        }
    }

    fn is_date(&self) -> bool {
        self.field.check == Some(Check::Century)
    }

    fn is_early(&self) -> bool {
        self.value.and_then(|value| read_date(value).ok()).is_none_or(|day| day < earliest())
    }

    fn form_fr(&self) -> &str {
        match self.form() {
            r"^\d{5}$" => "5 chiffres",
            r"^\d{14}$" => "14 chiffres",
            r"^\w{5}$" => "5 chiffres ou lettres",
            r"^W\d{9}$" => "W et 9 chiffres",
            other => other,
        }
    }

    fn form_en(&self) -> &str {
        match self.form() {
            r"^\d{5}$" => "5 digits",
            r"^\d{14}$" => "14 digits",
            r"^\w{5}$" => "5 digits or letters",
            r"^W\d{9}$" => "W and 9 digits",
            other => other,
        }
    }

    fn form(&self) -> &str {
        match &self.field.shape {
            Shape::Text { pattern: Some(pattern), .. } => &pattern.text,
            _ => "",
        }
    }
}

/// What to do about an error, by its type.
pub(super) fn remedy(lang: Lang, field: &Field, kind: FaultType) -> &'static str {
    use FaultType::{
        Avertissement, DateFromDatetimeInexact, DateFromDatetimeParsing, DateParsing, DateType, Enum, FloatParsing,
        IntFromFloat, IntParsing, ListType, LiteralError, Missing, ModelType, SetType, StringPatternMismatch,
        StringTooLong, StringTooShort, StringType, TooShort, Union, UrlParsing, UrlScheme, ValueError,
    };
    let (fr, en) = match kind {
        Missing => ("renseigner ce champ dans chaque enregistrement", "fill this field in each record"),
        ModelType => ("écrire un objet par enregistrement", "write one object per record"),
        StringType if field.required => {
            ("écrire un texte : il manque, ou n'en est pas un", "write a text: it is missing, or none")
        }
        StringType => (
            "écrire la valeur comme un texte, entre guillemets dans du JSON",
            "write the value as a text, in quotes in JSON",
        ),
        StringTooShort | StringPatternMismatch if matches!(field.name, "siret" | "code_postal" | "code_insee") => (
            "vérifier le code : un tableur enlève les zéros du début, `map-contribution` les rend",
            "check the code: spreadsheets take zeros off its begin, `map-contribution` gives them back",
        ),
        StringTooShort if !field.required => {
            ("compléter la valeur, ou laisser le champ vide", "complete the value, or leave the field out")
        }
        StringTooShort => ("compléter la valeur", "complete the value"),
        StringTooLong => ("raccourcir la valeur", "shorten the value"),
        StringPatternMismatch => ("corriger la valeur", "correct the value"),
        Enum | LiteralError => (
            "prendre une valeur du référentiel du schéma ; une table de `map-contribution` le fait pour toutes",
            "take a value of the schema's list; a table of `map-contribution` does so for all of them",
        ),
        Union => ("écrire un code par zone, tel que l'INSEE le donne", "write one code per zone, as INSEE gives it"),
        SetType | ListType => ("écrire une liste : [\"valeur\"]", "write a list: [\"value\"]"),
        TooShort => ("donner une valeur, ou enlever le champ", "give a value, or take the field out"),
        DateType | DateParsing | DateFromDatetimeParsing | DateFromDatetimeInexact => (
            "écrire la date comme 2025-02-14 ; `map-contribution` convertit les dates françaises",
            "write the date like 2025-02-14; `map-contribution` converts French dates",
        ),
        UrlParsing | UrlScheme => {
            ("écrire l'adresse entière, avec https:// devant", "write the whole address, with https:// before it")
        }
        FloatParsing => {
            ("écrire un nombre seul, avec un point pour virgule", "write a number alone, with a decimal point")
        }
        IntParsing | IntFromFloat => ("écrire un nombre entier seul", "write a whole number alone"),
        ValueError if field.check == Some(Check::Century) => ("corriger la date", "correct the date"),
        ValueError if field.check == Some(Check::EveryoneAlone) => {
            ("enlever `tous-publics`, ou toutes les autres valeurs", "take out `tous-publics`, or all other values")
        }
        ValueError => ("corriger l'adresse, ou n'en garder qu'une", "correct the address, or keep one of several"),
        Avertissement => (
            "enlever le point final : valide, mais écarté à la publication",
            "take out the final full stop: valid, but dropped when published",
        ),
        _ => ("corriger la valeur", "correct the value"),
    };
    if lang == Lang::Fr { fr } else { en }
}
