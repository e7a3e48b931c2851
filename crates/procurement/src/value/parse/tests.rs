use proptest::prelude::*;

use super::*;

fn why(text: &str) -> Why {
    Value::parse(text).unwrap_err().why
}

#[test]
fn values_borrow_from_their_text() {
    let value = Value::parse(r#"{"a":"plain","b":"esc\u0041ped"}"#).unwrap();
    assert!(matches!(value.get("a"), Some(Value::Text(Cow::Borrowed("plain")))));
    assert_eq!(value.get("b").and_then(Value::as_text), Some("escAped"));
}

#[test]
fn of_a_key_that_stands_twice_the_last_counts_in_the_first_place() {
    for filling in [0, 100] {
        let keys: String = (0..filling).map(|key| format!("\"k{key}\":0,")).collect();
        let text = format!(r#"[{{"a":1,{keys}"b":2,"a":3}}]"#);
        let mut parser = Parser::new(&text);
        let value = parser.value().unwrap();
        let object = value.as_list().unwrap()[0].as_object().unwrap();
        assert_eq!(object.keys().next(), Some("a"));
        assert_eq!(object.get("a"), Some(&Value::number("3")));
        assert_eq!(object.len(), filling + 2);
        assert_eq!(parser.into_oddities(), [Oddity::DuplicateKey { path: "/0/a".to_owned() }]);
    }
}

#[test]
fn numbers_that_are_none_are_refused_or_read_as_null() {
    let text = r#"{"a~/b":[NaN,-Infinity]}"#;
    assert_eq!(why(text), Why::NotFinite("NaN"));
    let mut parser = Parser::new(text).reads_not_finite(true);
    assert_eq!(parser.value().unwrap().to_json(), r#"{"a~/b":[null,null]}"#);
    let path = |place| format!("/a~0~1b/{place}");
    assert_eq!(
        parser.into_oddities(),
        [Oddity::NotFinite { path: path(0), text: "NaN" }, Oddity::NotFinite { path: path(1), text: "-Infinity" }]
    );
}

#[test]
fn nesting_has_an_end() {
    assert!(Value::parse(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_ok());
    assert_eq!(why(&"[".repeat(100_000)), Why::TooDeep);
    assert_eq!(Parser::new("[]").depth(64).value().unwrap_err().why, Why::TooDeep);
}

#[test]
fn what_is_cut_is_told_from_what_is_wrong() {
    for text in ["", "[", "[1", "[1,", "{\"a", "{\"a\"", "{\"a\":", "\"\\", "\"\\u00", "tru", "-", "1.", "1e", "[-Inf"]
    {
        assert_eq!(why(text), Why::Cut, "{text}");
    }
    for text in ["[1 2]", "{\"a\" 1}", "[01]", "\"\\x\"", "\"\\u0g", "tru ", "[1,]", "{,}", "1]", "\"a\nb\""] {
        assert!(matches!(why(text), Why::Syntax(_)), "{text}");
    }
    assert_eq!(Parser::new("12").may_go_on(true).value().unwrap_err().why, Why::Cut);
    assert!(Parser::new("12 ").may_go_on(true).value().is_ok());
}

fn of_serde(value: &serde_json::Value) -> Value<'static> {
    Value::parse(value.to_string().leak()).unwrap()
}

proptest! {
    #[test]
    fn texts_are_judged_and_read_as_another_reader_does(json in "[\\[\\]{}\",: 0-9a\\\\tu-]{0,24}") {
        match (serde_json::from_str::<serde_json::Value>(&json), Value::parse(&json)) {
            (Ok(theirs), Ok(ours)) => prop_assert!(ours.is_same(&of_serde(&theirs)), "{}", json),
            (theirs, ours) => prop_assert_eq!(theirs.is_ok(), ours.is_ok(), "{}", json),
        }
    }

    #[test]
    fn every_beginning_of_a_text_is_cut(numbers in proptest::collection::vec(-1e9..1e9, 0..4), text in "\\PC{0,8}") {
        let json = serde_json::json!({ "a": numbers, "b": text, "c": [null, true] }).to_string();
        for (end, _) in json.char_indices() {
            prop_assert_eq!(Parser::new(&json[..end]).may_go_on(true).value().unwrap_err().why, Why::Cut);
        }
        prop_assert!(Value::parse(&json).is_ok());
    }
}
