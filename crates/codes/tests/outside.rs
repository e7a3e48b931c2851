//! The codes as other crates meet them: in JSON, in a schema, in messages, in maps.

use std::collections::BTreeSet;

use codes::{CodeDepartement, CodeInsee, CodeNaf, CodePostal, CodeRegion, CodeRome, Cpv, Flaw, Siren, Siret};

/// What holds for every code, given one right text and one wrong one.
macro_rules! behaves {
    ($($code:ident: $right:literal, not $wrong:literal;)*) => {$(
        let code: $code = $right.parse().unwrap();
        let json = format!("\"{}\"", $right);
        assert_eq!(serde_json::to_string(&code).unwrap(), json);
        assert_eq!(serde_json::from_str::<$code>(&json).unwrap(), code);
        assert_eq!($code::try_from($right.to_owned()), Ok(code.clone()));
        assert_eq!((code.as_ref(), code.to_string(), String::from(code.clone())), ($right, $right.into(), $right.into()));

        let error = serde_json::from_str::<$code>(concat!("\"", $wrong, "\"")).unwrap_err().to_string();
        assert!(error.starts_with(concat!("`", $wrong, "` is not a")), "{error}");

        let schema = schemars::schema_for!($code).to_value();
        assert_eq!(schema["title"], stringify!($code));
        assert_eq!(schema["type"], "string");
        let example = schema["examples"][0].as_str().unwrap();
        assert!(example.parse::<$code>().is_ok(), "the example of a refusal must be right: {example}");
    )*};
}

#[test]
fn every_code_is_a_checked_string() {
    behaves! {
        CodeRome: "M1805", not "M18";
        CodeInsee: "2A004", not "20004";
        CodeDepartement: "974", not "97";
        CodePostal: "35000", not "3500";
        CodeRegion: "53", not "5";
        CodeNaf: "62.01Z", not "62.01";
        Cpv: "45000000-7", not "45";
        Siren: "732829320", not "732829321";
        Siret: "73282932000074", not "73282932000075";
    }
}

#[test]
fn codes_sort_as_their_text() {
    let sorted: BTreeSet<CodeDepartement> = ["974", "2B", "01", "2A", "19"].map(|text| text.parse().unwrap()).into();
    assert_eq!(sorted.iter().map(CodeDepartement::as_str).collect::<Vec<_>>(), ["01", "19", "2A", "2B", "974"]);
}

#[test]
fn a_caller_tells_a_wrong_key_from_a_wrong_shape() {
    let error = "73282932000075".parse::<Siret>().unwrap_err();
    assert_eq!(error.value, "73282932000075");
    assert!(matches!(error.flaw, Flaw::Key(_)));
    assert!(matches!("7328".parse::<Siret>().unwrap_err().flaw, Flaw::Shape(_)));
}

#[test]
fn a_number_is_not_a_code() {
    assert!(serde_json::from_str::<CodeRegion>("53").is_err(), "JSON numbers lose leading zeros: 01 came in as 1");
}
