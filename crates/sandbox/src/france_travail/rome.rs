//! ROME 4.0: grands domaines, domaines, métiers and appellations, with the selector of fields.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::error_response::ErrorResponse;
use super::metier::{APPELLATIONS, GRANDS_DOMAINES, appellation, domaines};
use super::state::FranceTravail;
use super::tables::Tables;

/// Paths below this are the API's.
pub(crate) const BASE: &str = "/partenaire/rome-metiers/v1/metiers";

pub(crate) async fn list(service: State<Arc<FranceTravail>>, Path(kind): Path<String>, query: RawQuery) -> Response {
    if kind == "version" {
        return answer(json!({ "version": "4.0-2026-06", "lastModifiedDate": "2026-06-16T22:00:00Z" }));
    }
    respond(&service.tables, &kind, None, query).unwrap_or_else(IntoResponse::into_response)
}

pub(crate) async fn one(
    service: State<Arc<FranceTravail>>,
    Path((kind, code)): Path<(String, String)>,
    query: RawQuery,
) -> Response {
    respond(&service.tables, &kind, Some(&code), query).unwrap_or_else(IntoResponse::into_response)
}

fn respond(
    tables: &Tables,
    kind: &str,
    code: Option<&str>,
    RawQuery(query): RawQuery,
) -> Result<Response, ErrorResponse> {
    let unknown = |what: &str| ErrorResponse { status: StatusCode::NOT_FOUND, message: what.to_owned() };
    let rows = rows(tables, kind).ok_or_else(|| unknown("Ressource inconnue."))?;
    let query = query.unwrap_or_default();
    let selector = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "champs");
    let fields = match &selector {
        Some((_, text)) => Fields::read(text).ok_or_else(bad_selector)?,
        None => Fields(vec![("code".to_owned(), None), ("libelle".to_owned(), None)]),
    };
    match code {
        None => {
            let rows: Result<Vec<Value>, ErrorResponse> = rows.iter().map(|row| fields.choose(row)).collect();
            Ok(answer(rows?.into()))
        }
        Some(code) => {
            let row = rows.iter().find(|row| row["code"] == code);
            Ok(answer(fields.choose(row.ok_or_else(|| unknown("Le code demandé n'existe pas."))?)?))
        }
    }
}

fn answer(value: Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json;charset=UTF-8")], value.to_string()).into_response()
}

fn bad_selector() -> ErrorResponse {
    ErrorResponse::bad("Le sélecteur de champs est incorrect.")
}

/// The rows of a level, with the levels above nested in them.
fn rows(tables: &Tables, kind: &str) -> Option<Vec<Value>> {
    let grand = |letter: &str| {
        let found = GRANDS_DOMAINES.iter().find(|(code, _)| *code == letter);
        found.map_or(Value::Null, |(code, libelle)| json!({ "code": code, "libelle": libelle }))
    };
    let domaine = |(code, libelle): &(String, String)| json!({ "code": code, "libelle": libelle, "grandDomaine": grand(&code[..1]) });
    let metier = |code: &str, libelle: &str, domaines: &[Value]| {
        let above = domaines.iter().find(|domaine| domaine["code"] == code[..3]).cloned().unwrap_or_default();
        json!({ "code": code, "libelle": libelle, "domaineProfessionnel": above })
    };
    let all: Vec<Value> = domaines().iter().map(domaine).collect();
    let metiers = || tables.metiers.iter().map(|one| metier(&one.code, &one.libelle, &all)).collect::<Vec<_>>();
    Some(match kind {
        "grand-domaine" => GRANDS_DOMAINES.iter().map(|(code, _)| grand(code)).collect(),
        "domaine-professionnel" => all,
        "metier" => metiers(),
        "appellation" => {
            let metiers = metiers();
            (0..APPELLATIONS)
                .map(|number| {
                    let (code, libelle, of) = appellation(&tables.metiers, number);
                    json!({ "code": code, "libelle": libelle, "metier": metiers[of] })
                })
                .collect()
        }
        _ => return None,
    })
}

/// `code,libelle,domaineprofessionnel(code,libelle)`: names in lower case, whatever the case of the answer.
#[derive(Debug, PartialEq)]
struct Fields(Vec<(String, Option<Fields>)>);

impl Fields {
    fn read(text: &str) -> Option<Self> {
        let mut rest = text;
        let fields = Self::read_list(&mut rest)?;
        rest.is_empty().then_some(fields)
    }

    fn read_list(rest: &mut &str) -> Option<Self> {
        let mut fields = Vec::new();
        loop {
            let end = rest.find([',', '(', ')']).unwrap_or(rest.len());
            let name = &rest[..end];
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase()) {
                return None;
            }
            *rest = &rest[end..];
            let mut inner = None;
            if let Some(inside) = rest.strip_prefix('(') {
                *rest = inside;
                inner = Some(Self::read_list(rest)?);
                *rest = rest.strip_prefix(')')?;
            }
            fields.push((name.to_owned(), inner));
            match rest.strip_prefix(',') {
                Some(after) => *rest = after,
                None => return Some(Self(fields)),
            }
        }
    }

    /// The chosen members of a row; a name it does not have is a bad selector.
    fn choose(&self, row: &Value) -> Result<Value, ErrorResponse> {
        let row = row.as_object().ok_or_else(bad_selector)?;
        let mut chosen = Map::new();
        for (name, inner) in &self.0 {
            let (key, value) = row.iter().find(|(key, _)| key.to_lowercase() == *name).ok_or_else(bad_selector)?;
            let value = match inner {
                Some(inner) => inner.choose(value)?,
                // An object asked for without its members comes with its own code and label.
                None if value.is_object() => json!({ "code": value["code"], "libelle": value["libelle"] }),
                None => value.clone(),
            };
            chosen.insert(key.clone(), value);
        }
        Ok(Value::Object(chosen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_nests_and_must_be_whole() {
        let nested = Fields::read("code,domaineprofessionnel(code,granddomaine(libelle)),libelle").unwrap();
        assert_eq!(nested.0.len(), 3);
        for bad in ["", "code,", "Code", "code(libelle", "code)", "(code)", "code libelle"] {
            assert_eq!(Fields::read(bad), None, "{bad}");
        }
    }
}
