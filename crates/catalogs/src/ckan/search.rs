//! CKAN's `package_search`: its questions, its pages, and what is found on them.

use anyhow::Result;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::query;
use crate::answer::Elements;
use crate::package_show::Wanted;
use crate::portal::{Body, Question};
use crate::reading::{elements, text};
use crate::settings::Settings;
use crate::{action, answer};

/// The most that CKAN gives at a time.
const ROWS: u64 = 1000;

/// What tells whether a package has to be asked for again.
const FIELDS: &str = "id,name,metadata_modified";

/// How the portal is searched.
#[derive(Debug)]
pub(super) struct Search {
    query: Option<String>,
    rows: u64,
    /// Only what tells whether a package has changed: the rest is known.
    is_for_changes: bool,
}

/// A page of the search.
#[derive(Debug)]
pub(super) struct Page<'a> {
    /// So many packages there are in all.
    pub(super) count: u64,
    pub(super) results: Vec<&'a RawValue>,
}

/// A package on a page.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) wanted: Wanted,
    /// When it was last changed, as it is written.
    pub(super) modified: Option<String>,
    /// All of it, where it came whole.
    pub(super) whole: Option<Value>,
}

impl Search {
    pub(super) fn new(settings: &Settings, is_known: bool) -> Self {
        Self {
            query: query::write(&settings.include, &settings.exclude),
            rows: settings.most_items.map_or(ROWS, |most| most.clamp(1, ROWS)),
            is_for_changes: is_known,
        }
    }

    /// The question for the page that starts there.
    pub(super) fn ask(&self, settings: &Settings, start: u64) -> Result<Question> {
        let (rows, from) = (self.rows.to_string(), start.to_string());
        let mut parameters = vec![("rows", rows.as_str()), ("start", &from), ("sort", "id asc")];
        parameters.extend(self.query.as_deref().map(|query| ("q", query)));
        parameters.extend(self.is_for_changes.then_some(("fl", FIELDS)));
        let name = format!("the packages from {start} on");
        let mut question = action::ask(settings, name, "package_search", &parameters)?;
        question.answers = action::NO_SUCH_ACTION.to_vec();
        Ok(question)
    }

    /// Whether the answer says that there is no search; a listing by filters has no other way, nor one that has begun.
    ///
    /// # Errors
    /// 69: the portal refuses, and there is no other way; 65: it is no answer of CKAN.
    pub(super) fn is_missing(&self, body: &Body) -> Result<bool> {
        let is_first = body.asked.query_pairs().any(|(key, value)| key == "start" && value == "0");
        let has_other_way = self.query.is_none() && is_first;
        let is_refused = action::NO_SUCH_ACTION.contains(&body.status);
        if is_refused && !has_other_way {
            return Err(action::refuse(body));
        }
        Ok(is_refused || (has_other_way && matches!(action::read(body)?, action::Reply::Refused(_))))
    }
}

/// A page that came.
///
/// # Errors
/// 65: it is none.
pub(super) fn read(body: &Body) -> Result<Page<'_>> {
    #[derive(Deserialize)]
    struct Results<'a> {
        count: u64,
        #[serde(borrow)]
        results: Elements<'a>,
    }
    let read = serde_json::from_str(action::read_result(body)?.get());
    let Results { count, results } = read.map_err(|why: serde_json::Error| {
        answer::refuse(body, "n'est pas une page de jeux", "it is no page of packages", &[why.to_string()])
    })?;
    Ok(Page { count, results: results.0 })
}

impl Found {
    /// What a page gives of one; what cannot be read has no identifier.
    ///
    /// # Errors
    /// 65: it is far too large.
    pub(super) fn read(body: &Body, result: &RawValue) -> Result<Self> {
        let value = answer::tree_of(body, result)?;
        let part = |key: &str| value.get(key).and_then(text);
        let wanted = Wanted { id: part("id"), name: part("name") };
        let modified = part("metadata_modified");
        let whole = value.get("resources").is_some().then_some(value);
        Ok(Self { wanted, modified, whole })
    }

    /// What is remembered of it with its page.
    pub(super) fn note(&self) -> Value {
        json!([self.wanted.id, self.wanted.name, self.modified])
    }
}

/// The packages of a page, as they were noted.
pub(super) fn read_notes(data: &Value) -> Vec<Found> {
    let notes = elements(&data["packages"]).iter();
    let found = notes.map(|note| Found {
        wanted: Wanted { id: text(&note[0]), name: text(&note[1]) },
        modified: text(&note[2]),
        whole: None,
    });
    found.collect()
}

/// Whether both are there and mean the same: Solr writes moments with fewer digits than the database, and a `Z`.
pub(super) fn is_same_moment(one: Option<&str>, other: &Value) -> bool {
    one.is_some_and(|one| other.as_str().is_some_and(|other| in_milliseconds(one) == in_milliseconds(other)))
}

fn in_milliseconds(moment: &str) -> (&str, String) {
    let moment = moment.trim();
    let moment = moment.strip_suffix('Z').or_else(|| moment.strip_suffix("+00:00")).unwrap_or(moment);
    let (seconds, fraction) = moment.split_once('.').unwrap_or((moment, ""));
    (seconds, fraction.chars().chain("000".chars()).take(3).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expected::{any_json, body};
    use proptest::prelude::*;
    use step::{ExitCode, Failure};

    #[test]
    fn moments_are_compared_as_far_as_both_are_written() {
        let same = |one: &str, other: &str| is_same_moment(Some(one), &json!(other));
        assert!(same("2023-02-03T04:05:06.000007", "2023-02-03T04:05:06Z"));
        assert!(same("2023-02-03T04:05:06.120Z", "2023-02-03T04:05:06.120999"));
        assert!(!same("2023-02-03T04:05:06.121Z", "2023-02-03T04:05:06.120999"));
        assert!(!is_same_moment(None, &json!("2023")) && !is_same_moment(Some("2023"), &json!(null)));
    }

    #[test]
    fn a_package_is_whole_with_its_resources() {
        let read = |text: &str| Found::read(&body(""), &RawValue::from_string(text.to_owned()).unwrap()).unwrap();
        let named = read(r#"{"id":"a","name":"n","metadata_modified":"2020"}"#);
        assert!(named.whole.is_none());
        assert_eq!(read_notes(&json!({ "packages": [named.note()] }))[0].wanted, named.wanted);
        assert!(read(r#"{"id":"a","resources":[]}"#).whole.is_some());
        for odd in ["null", "[1]", "\"a\"", r#"{"id":["a"]}"#, r#"{"id":"\ud800"}"#] {
            assert_eq!(read(odd).wanted.id, None, "{odd}");
        }
    }

    /// The code with which the job fails.
    fn code(why: &anyhow::Error) -> Option<ExitCode> {
        why.downcast_ref::<Failure>().map(|failure| failure.code())
    }

    #[test]
    fn what_is_no_page_is_refused_and_said_why() {
        let nested = format!("{{\"success\":true,\"result\":{}", "[".repeat(100_000));
        for (bytes, told) in [
            ("<html></html>", "page of HTML"),
            ("  \n<!DOCTYPE html>", "page of HTML"),
            ("\"Some error\"", "not the JSON expected"),
            ("{\"success\": true", "not the JSON expected"),
            ("", "not the JSON expected"),
            ("{\"success\": false, \"error\": \"an error\"}", "the portal refuses"),
            ("{\"nhits\": 1}", "not one of CKAN"),
            ("{\"success\": true, \"result\": []}", "no page of packages"),
            ("{\"success\": true, \"result\": {\"count\": -1, \"results\": []}}", "no page of packages"),
            (&nested, "nested over 64"),
        ] {
            let why = read(&body(bytes.to_owned())).unwrap_err();
            assert!(format!("{why:#}").contains(told), "{told}: {why:#}");
            assert_eq!(code(&why), Some(ExitCode::BadInput), "{told}");
        }
        let why = read(&body(b"{\"a\": \"\xe9\"}".to_vec())).unwrap_err();
        assert!(format!("{why:#}").contains("not UTF-8"), "{why:#}");
    }

    const KEYS: &[&str] =
        &["success", "result", "error", "count", "results", "id", "name", "__type", "message", "resources"];

    proptest! {
        #[test]
        fn any_answer_is_a_page_or_refused(answer in any_json(KEYS), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let whole = json!({ "success": true, "result": { "count": 3, "results": [answer.clone(), answer.clone()] } });
            for text in [answer.to_string(), whole.to_string()] {
                let mut spoilt = text.clone().into_bytes();
                let place = at.index(spoilt.len());
                spoilt[place] = byte;
                for bytes in [text.clone().into_bytes(), spoilt, text.as_bytes()[..place].to_vec()] {
                    let body = body(bytes);
                    match read(&body) {
                        Ok(page) => page.results.into_iter().for_each(|result| drop(Found::read(&body, result).unwrap().note())),
                        Err(why) => prop_assert_eq!(code(&why), Some(ExitCode::BadInput)),
                    }
                }
            }
        }
    }
}
