//! Single values: numbers, truth values, days, codes, identifiers, values of closed lists.

use std::borrow::Cow;

use crate::cells::closed::key;
use crate::cells::{Read, Told, cpv, date, duree, identifier, number};
use crate::value::Value;
use crate::way::Way;
use crate::xsd::Simple;

use super::{Work, closed};

/// The longest number that becomes a text, or a text that becomes a number.
const LONGEST_NUMBER: usize = 40;

/// What a value is in its contract, as far as repairs differ by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role<'r> {
    /// `objet` of a contract.
    Subject,
    Cpv,
    Procedure,
    Months,
    /// Of a buyer or an operator; with its type, where there is one.
    Identifier(Option<&'r str>),
    /// A code or number that a spreadsheet may have taken for a number.
    Code,
    Other,
}

impl<'r> Role<'r> {
    pub(super) fn of(name: &str, is_contract: bool, operator_type: Option<&'r str>) -> Self {
        match name {
            "objet" if is_contract => Self::Subject,
            "codeCPV" => Self::Cpv,
            "procedure" if is_contract => Self::Procedure,
            "dureeMois" => Self::Months,
            "id" if !is_contract => Self::Identifier(operator_type),
            "id" | "uid" | "idAccordCadre" | "code" => Self::Code,
            _ => Self::Other,
        }
    }
}

impl Work<'_, '_> {
    pub(super) fn scalar<'a>(&mut self, value: Value<'a>, simple: &Simple, role: Role<'_>, way: &Way<'_>) -> Value<'a> {
        if simple.is_boolean() {
            return self.boolean(value, way);
        }
        if simple.is_number() {
            return match role {
                Role::Months => self.months(value, way),
                _ => self.number(value, way),
            };
        }
        let text = match value {
            Value::Text(text) => self.text(text, way),
            Value::Number(_) if simple.words().is_none() => match self.number_as_text(value, way) {
                Ok(text) => text,
                Err(value) => return value,
            },
            other => return self.unknown(other, way),
        };
        Value::Text(self.typed_text(text, simple, role, way))
    }

    fn typed_text<'a>(&mut self, text: Cow<'a, str>, simple: &Simple, role: Role<'_>, way: &Way<'_>) -> Cow<'a, str> {
        match role {
            _ if simple.is_date() => self.date(text, way),
            Role::Procedure if !self.kind.is_concession() => {
                let read = owned(self.repairer.procedures.read_cell(&text));
                self.rewrite(text, read, way)
            }
            Role::Subject => self.subject(text, way),
            Role::Cpv => {
                let read = owned(cpv::read(&text, self.repairer.cpv));
                self.rewrite(text, read, way)
            }
            Role::Identifier(kind) => self.identifier(text, kind, way),
            Role::Code => match identifier::without_float_suffix(&text).map(str::to_owned) {
                Some(whole) => self.change(text, whole, "id.float_suffix", way),
                None => text,
            },
            _ => match simple.words().and_then(|words| closed::find(&text, words, self.version())) {
                Some((word, rule)) => self.change(text, word.to_owned(), rule, way),
                None => text,
            },
        }
    }

    /// What a text says in words or digits, or a number that is 0 or 1.
    fn boolean<'a>(&mut self, value: Value<'a>, way: &Way<'_>) -> Value<'a> {
        let word = match &value {
            Value::Text(text) => key(text),
            Value::Number(number) => number.to_string(),
            _ => return value,
        };
        let truth = match word.as_str() {
            "oui" | "true" | "vrai" | "1" => true,
            "non" | "false" | "faux" | "0" => false,
            _ => return value,
        };
        self.tell_change("type.boolean", way, &value, if truth { "true" } else { "false" });
        Value::Bool(truth)
    }

    fn number<'a>(&mut self, value: Value<'a>, way: &Way<'_>) -> Value<'a> {
        let Some(read) = value.as_text().and_then(|text| owned(number::read(text)).value) else { return value };
        self.tell_change("type.number", way, &value, &read);
        Value::number(read)
    }

    /// Whole months, from a text or a number.
    fn months<'a>(&mut self, value: Value<'a>, way: &Way<'_>) -> Value<'a> {
        let text = match &value {
            Value::Text(text) => text.clone().into_owned(),
            Value::Number(_) => value.to_json(),
            _ => return value,
        };
        let read = owned(duree::read(&text));
        let Some(months) = read.value else { return value };
        for told in read.told.iter() {
            self.tell_change(told.rule(), way, &value, &months);
        }
        if value.as_text().is_some() {
            self.tell_change("type.number", way, &value, &months);
        } else if read.told.is_empty() {
            return value;
        }
        Value::number(months)
    }

    /// A number where the format wants a text; one of which digits are lost stays.
    fn number_as_text<'a>(&mut self, value: Value<'a>, way: &Way<'_>) -> Result<Cow<'a, str>, Value<'a>> {
        let plain = match &value {
            Value::Number(text) if !text.contains(['e', 'E']) => {
                value.as_number().and_then(|number| number.plain(LONGEST_NUMBER))
            }
            _ => None,
        };
        let Some(plain) = plain else { return Err(value) };
        self.tell_change("type.string", way, &value, &plain);
        Ok(Cow::Owned(plain))
    }

    fn date<'a>(&mut self, text: Cow<'a, str>, way: &Way<'_>) -> Cow<'a, str> {
        // A zone as 1.x allows it: `+01:00Z`.
        let plain = text.strip_suffix('Z').filter(|rest| rest.len() > 10).unwrap_or(&text);
        let read = [date::read(&text), date::read(plain)].into_iter().map(owned).find(|read| read.value.is_some());
        match read {
            // A number may be a day of a spreadsheet, or anything else.
            Some(read) if !read.told.iter().any(|told| told == Told::DateSerial) => self.rewrite(text, read, way),
            Some(_) => text,
            None => match day_inside(&text).filter(|day| self.is_2_0() && *day != text).map(str::to_owned) {
                Some(day) => self.change(text, day, "date.format", way),
                None => text,
            },
        }
    }

    /// Cut to the length that the version allows.
    fn subject<'a>(&mut self, text: Cow<'a, str>, way: &Way<'_>) -> Cow<'a, str> {
        let longest = if self.is_2_0() { 1_000 } else { 256 };
        let Some((end, _)) = text.char_indices().nth(longest) else { return text };
        let cut = text[..end].trim_end().to_owned();
        self.change(text, cut, "objet.truncated", way)
    }

    fn identifier<'a>(&mut self, text: Cow<'a, str>, kind: Option<&str>, way: &Way<'_>) -> Cow<'a, str> {
        let kind = kind.map(key);
        // How numbers of other countries are written is theirs to say.
        if kind.as_deref() == Some("hors ue") {
            return text;
        }
        let read = owned(identifier::read(&text));
        // In a contract only a SIRET may have lost its zeros: nothing there is a SIREN.
        let is_padded = read.told.iter().any(|told| told == Told::IdLeadingZero);
        let is_siret = read.value.as_deref().is_some_and(|id| id.len() == 14);
        match is_padded && !(is_siret && kind.as_deref().is_none_or(|kind| kind == "siret")) {
            true => text,
            false => self.rewrite(text, read, way),
        }
    }

    /// What a cell of a table would give; what that leaves out stays.
    fn rewrite<'a>(&mut self, text: Cow<'a, str>, read: Read<'static>, way: &Way<'_>) -> Cow<'a, str> {
        let Some(now) = read.value.filter(|now| *now != text) else { return text };
        let before = Value::Text(text);
        for told in read.told.iter() {
            self.tell_change(told.rule(), way, &before, &now);
        }
        now
    }

    fn change<'a>(&mut self, text: Cow<'a, str>, now: String, rule: &'static str, way: &Way<'_>) -> Cow<'a, str> {
        self.tell_change(rule, way, &Value::Text(text), &now);
        Cow::Owned(now)
    }
}

fn owned(read: Read<'_>) -> Read<'static> {
    Read { value: read.value.map(|value| Cow::Owned(value.into_owned())), told: read.told }
}

/// The one day that a text names in ISO, where more stands beside it.
fn day_inside(text: &str) -> Option<&str> {
    let is_day = |at: &usize| {
        let shape =
            |(place, byte): (usize, &u8)| if matches!(place, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() };
        text.as_bytes().get(*at..*at + 10).is_some_and(|day| day.iter().enumerate().all(shape))
    };
    let mut days = (0..text.len().saturating_sub(9)).filter(is_day);
    let at = days.next()?;
    let day = &text[at..at + 10];
    let is_other = days.any(|other| text[other..other + 10] != *day);
    (!is_other).then_some(day)
}
