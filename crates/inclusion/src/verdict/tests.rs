use super::*;
use crate::schema::{Kind, Version};

const TODAY: Date = Date::constant(2026, 11, 22);

fn faults(version: &str, kind: Kind, field: &str, value: &Value<'_>) -> Vec<(Option<usize>, &'static str)> {
    let list = Version::read(version).expect("a version").schema().list(kind);
    let mut faults = vec![];
    judge(list.field(field).expect("a field"), value, TODAY, &mut |fault| faults.push((fault.item, fault.kind.name())));
    faults
}

fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
}

fn texts<'a>(values: &[&'a str]) -> Value<'a> {
    Value::List(values.iter().map(|value| text(value)).collect())
}

fn of_service(field: &str, value: &Value<'_>) -> Vec<(Option<usize>, &'static str)> {
    faults("v1", Kind::Services, field, value)
}

#[test]
fn length_is_judged_before_the_form() {
    assert_eq!(of_service("code_postal", &text("7500A")), [(None, "string_pattern_mismatch")]);
    assert_eq!(of_service("code_postal", &text("7500")), [(None, "string_too_short")]);
    assert_eq!(of_service("code_postal", &text("12345\n")), [(None, "string_too_long")]);
    assert_eq!(of_service("code_postal", &Value::Number("75001")), [(None, "string_type")]);
    assert_eq!(of_service("code_postal", &text("٠١٢٣٤")), []);
}

#[test]
fn a_final_point_is_a_warning_but_that_of_etc() {
    assert_eq!(of_service("nom", &text("Nom.")), [(None, "avertissement")]);
    assert_eq!(of_service("nom", &text("Ateliers, etc.")), []);
    assert_eq!(of_service("nom", &text("a.")), [(None, "string_too_short")]);
    let list = Version::LATEST.schema().list(Kind::Services);
    assert_eq!(fault_of(list.field("nom").expect("a field"), &text("Nom."), TODAY), None);
}

#[test]
fn a_date_of_update_is_of_this_century_and_not_to_come() {
    for wrong in ["1999-12-31", "2026-11-23"] {
        assert_eq!(of_service("date_maj", &text(wrong)), [(None, "value_error")], "{wrong}");
    }
    for right in ["2000-01-01", "2026-11-22"] {
        assert_eq!(of_service("date_maj", &text(right)), [], "{right}");
    }
    assert_eq!(of_service("date_maj", &Value::Null), [(None, "date_type")]);
    assert_eq!(faults("v0", Kind::Services, "date_maj", &text("1999-12-31")), []);
}

#[test]
fn every_value_of_a_list_is_judged_and_then_their_number() {
    assert_eq!(of_service("publics", &texts(&["x", "femmes", "y"])), [(Some(0), "enum"), (Some(2), "enum")]);
    assert_eq!(of_service("publics", &texts(&["tous-publics", "femmes"])), [(None, "value_error")]);
    assert_eq!(of_service("publics", &texts(&["tous-publics", "tous-publics"])), []);
    assert_eq!(of_service("publics", &texts(&[])), [(None, "too_short")]);
    assert_eq!(of_service("thematiques", &texts(&[])), []);
    assert_eq!(of_service("thematiques", &text("a,b")), [(None, "set_type")]);
    assert_eq!(of_service("zone_eligibilite", &text("35")), [(None, "list_type")]);
    assert_eq!(of_service("zone_eligibilite", &Value::Null), []);
}

#[test]
fn a_union_is_one_fault() {
    let zones = texts(&["75056", "2A", "200093201", "99100", "france", "France", "1"]);
    assert_eq!(of_service("zone_eligibilite", &zones), [(Some(5), "union"), (Some(6), "union")]);
    assert_eq!(faults("v0", Kind::Services, "zone_diffusion_code", &text("1")), [(None, "union")]);
}

#[test]
fn a_version_has_its_own_values() {
    let carriers = texts(&["mdph"]);
    assert_eq!(faults("v1/1.0.8", Kind::Structures, "reseaux_porteurs", &carriers), []);
    assert_eq!(faults("v1/1.0.7", Kind::Structures, "reseaux_porteurs", &carriers), [(Some(0), "enum")]);
}
