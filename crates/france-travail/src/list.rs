//! A list of codes and labels, as the APIs serve it and as the files hold it.

use anyhow::Error;
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use step::{ExitCode, Failure};
use tables::{Field, FieldType};
use transfer::{Response, ResponseError, StatusCode};

use crate::content_range::ContentRange;

/// One element of a list: what all of them have, and the whole as served.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    pub(crate) code: String,
    pub(crate) libelle: String,
    served: Box<RawValue>,
}

/// What `Content-Range` says of the length of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Announced {
    /// There is no such header.
    Nothing,
    /// `*/*`: documented as "size unknown" (OpenAPI of the offers, read 2025-11).
    Unknown,
    Total(usize),
}

#[derive(Deserialize)]
struct Identity {
    code: String,
    libelle: String,
}

impl Element {
    /// Reads more of the element, whatever shape it has for the caller.
    pub(crate) fn read<'a, T: Deserialize<'a>>(&'a self) -> serde_json::Result<T> {
        serde_json::from_str(self.served.get())
    }
}

/// Reads the list `name`, sorted by code, and what is announced of its length.
///
/// The order in which the services send is not documented, and theirs of countries follows nothing: sorted, the same list
/// gives the same file.
pub(crate) fn read(name: &str, response: &Response) -> Result<(Vec<Element>, Announced), ResponseError> {
    let announced = read_announced(response.header("content-range"))?;
    let items = if response.status == StatusCode::NO_CONTENT { Vec::new() } else { read_items(&response.body)? };
    match announced {
        Announced::Total(total) if total != items.len() => {
            Err(ResponseError::Inconsistent(format!("it holds {} elements and announces {total}", items.len())))
        }
        _ if items.is_empty() => Err(ResponseError::Inconsistent("it is empty".to_owned())),
        _ => {
            let mut elements = read_elements(name, &items).map_err(ResponseError::Final)?;
            elements.sort_by(|one, other| (&one.code, one.served.get()).cmp(&(&other.code, other.served.get())));
            ensure_none_repeated(&elements)?;
            Ok((elements, announced))
        }
    }
}

fn read_announced(header: Option<&str>) -> Result<Announced, ResponseError> {
    match header {
        None => Ok(Announced::Nothing),
        Some(text) if text.split_whitespace().any(|word| word == "*/*") => Ok(Announced::Unknown),
        Some(text) => match text.parse::<ContentRange>() {
            Ok(range) => Ok(Announced::Total(range.total as usize)),
            Err(()) => Err(ResponseError::Malformed("its `Content-Range` is none".to_owned())),
        },
    }
}

/// The items of a JSON array, byte for byte.
pub(crate) fn read_items(body: &[u8]) -> Result<Vec<&RawValue>, ResponseError> {
    serde_json::from_slice(body).map_err(|_| ResponseError::Malformed("it is not a JSON array".to_owned()))
}

fn read_elements(name: &str, items: &[&RawValue]) -> Result<Vec<Element>, Error> {
    let read = |(number, item): (usize, &&RawValue)| match serde_json::from_str::<Identity>(item.get()) {
        Ok(Identity { code, libelle }) if !code.is_empty() => Ok(Element { code, libelle, served: (*item).to_owned() }),
        _ => {
            let shown: String = item.get().chars().take(60).collect();
            let why = format!("element {} has no text `code` or no text `libelle`: `{shown}`", number + 1);
            Err(Failure::new(ExitCode::BadInput, format!("could not read {name}: {why}")).into())
        }
    };
    items.iter().enumerate().map(read).collect()
}

/// The number may be right, but one element stands in for another. Their codes alone may be the same: a commune has
/// several postal codes, and is in the list once for each.
fn ensure_none_repeated(sorted: &[Element]) -> Result<(), ResponseError> {
    match sorted.windows(2).find(|pair| pair[0].served.get() == pair[1].served.get()) {
        Some(pair) => Err(ResponseError::Inconsistent(format!("it holds the same element twice: `{}`", pair[0].code))),
        None => Ok(()),
    }
}

/// The file of a list: one JSON array, one element a line, each as served.
pub(crate) fn write(elements: &[Element]) -> Vec<u8> {
    let lines: Vec<&str> = elements.iter().map(|element| element.served.get()).collect();
    format!("[\n{}\n]\n", lines.join(",\n")).into_bytes()
}

/// What the keys of a list's elements hold, in the order in which they first appear. Lists pass as served, so there may be
/// keys of which nobody has said what they mean.
pub(crate) fn fields(elements: &[Element], meaning: impl Fn(&str) -> Option<&'static str>) -> Vec<Field> {
    let mut kinds: IndexMap<String, Option<FieldType>> = IndexMap::new();
    for (key, value) in elements.iter().flat_map(|element| element.read::<Map<String, Value>>().unwrap_or_default()) {
        let kind = kinds.entry(key).or_default();
        *kind = match (*kind, FieldType::of(&value)) {
            (Some(before), Some(this)) => Some(before.or(this)),
            (before, this) => before.or(this),
        };
    }
    let field = |(key, kind): (String, Option<FieldType>)| {
        let meaning = meaning(&key);
        Field::new(key, kind.unwrap_or(FieldType::Any), meaning)
    };
    kinds.into_iter().map(field).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use transfer::header::HeaderMap;

    use super::*;

    /// A sound response with that `Content-Range` and body.
    pub(crate) fn response(content_range: Option<&str>, body: &str) -> Response {
        let headers: HeaderMap =
            content_range.iter().map(|text| (transfer::header::CONTENT_RANGE, text.parse().unwrap())).collect();
        let url = "https://a.fr/".parse().unwrap();
        Response::new(StatusCode::OK, headers, url, body.to_owned())
    }

    const PERMIS: &str = include_str!("../testdata/referentiels/inner-spaces-and-an-unknown-field.json");

    #[test]
    fn elements_pass_byte_for_byte_and_sorted() {
        let (elements, announced) = read("`permis`", &response(Some("permis */3"), PERMIS)).unwrap();
        assert_eq!(announced, Announced::Total(3));
        let expected = include_str!("../testdata/referentiels/inner-spaces-and-an-unknown-field.written.json");
        assert_eq!(String::from_utf8(write(&elements)).unwrap(), expected);
    }

    #[test]
    fn every_key_is_told_with_its_type_and_with_what_is_known_of_it() {
        let body = r#"[{"code":"A","libelle":"a","n":1,"p":null},{"code":"B","libelle":"b","n":"2","o":{"code":"C"}}]"#;
        let elements = read("it", &response(None, body)).unwrap().0;
        let told = fields(&elements, |key| (key == "code").then_some("Le code"));
        let expected = [
            Field::text("code", "Le code"),
            Field::new("libelle", FieldType::String, None),
            Field::new("n", FieldType::Any, None),
            Field::new("p", FieldType::Any, None),
            Field::new("o", FieldType::Object, None),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_list_of_another_length_than_announced_contradicts_itself() {
        for announced in ["permis */2", "*/4"] {
            let refusal = read("`permis`", &response(Some(announced), PERMIS)).unwrap_err();
            assert!(matches!(refusal, ResponseError::Inconsistent(_)), "{announced}: {refusal:?}");
        }
        assert!(matches!(read("it", &response(None, "[]")).unwrap_err(), ResponseError::Inconsistent(_)));
        let twice = r#"[{"code":"A","libelle":"a"},{"code":"B","libelle":"b"},{"code":"A","libelle":"a"}]"#;
        assert!(matches!(read("it", &response(None, twice)).unwrap_err(), ResponseError::Inconsistent(_)));
        read("it", &response(None, &twice.replacen("\"a\"", "\"autre\"", 1))).unwrap();
        assert_eq!(read("it", &response(Some("permis */*"), PERMIS)).unwrap().1, Announced::Unknown);
        assert_eq!(read("it", &response(None, PERMIS)).unwrap().1, Announced::Nothing);
    }

    #[test]
    fn what_is_no_list_is_asked_again_and_what_has_no_code_is_not() {
        for body in ["<html></html>", "", "[{\"code\":\"A\"", "{\"message\":\"Erreur\"}"] {
            assert!(matches!(read("it", &response(None, body)).unwrap_err(), ResponseError::Malformed(_)));
        }
        assert!(matches!(read("it", &response(Some("permis"), PERMIS)).unwrap_err(), ResponseError::Malformed(_)));
        for body in [r#"[{"code":1,"libelle":"a"}]"#, r#"[{"code":"A"}]"#, r#"["A"]"#, r#"[{"code":"","libelle":""}]"#]
        {
            let ResponseError::Final(error) = read("the list", &response(None, body)).unwrap_err() else { panic!() };
            assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::BadInput);
            assert!(error.to_string().starts_with("could not read the list: element 1 has no text"), "{error}");
        }
    }
}
