//! Contracts in pieces beside the same as values.

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use report::{Findings, FindingsArgs, Lang};

use super::{OWN, Plain};
use crate::cells::Read;
use crate::cpv::Cpv;
use crate::judge::Judge;
use crate::judged::{Hearing, Judged, Verdicts};
use crate::kind::Kind;
use crate::lists;
use crate::messages;
use crate::table::contract::Contract;
use crate::table::operators::Operator;
use crate::table::shape;
use crate::table::teller::At;
use crate::target_path::{Reading, TargetPath as P};
use crate::telling::Place;
use crate::version::Version;

/// What stands in the places of a contract, by their order in `OWN`, and its operators: type, identifier, name.
type Written = (Vec<Option<(usize, String)>>, Vec<(Option<usize>, Option<String>, Option<String>)>);

fn contract(written: &Written, record: u64) -> Contract {
    let mut contract = Contract::default();
    contract.first = At { record, line: record + 1 };
    contract.own.begin(record, record + 1);
    for (place, said) in OWN.iter().flat_map(|(_, places)| *places).zip(&written.0) {
        let Some((nth, text)) = said else { continue };
        let one_of = |list: &[&'static str]| list[nth % list.len()];
        let value = match place.reading(Version::V1_5_0) {
            Reading::Closed(list) => one_of(list),
            Reading::Procedure => one_of(lists::procedures(Version::V1_5_0)),
            Reading::Date => one_of(&["2015-01-01", "1999-12-31", "2024-02-29", "2015-02-28", "2051-01-01"]),
            Reading::Cpv => one_of(&["45000000", "45000000-7", "99999999", "45000000-1"]),
            Reading::Amount => one_of(&["0", "0.5", "1000", "1000.50", "3000000001", "123456", "-5", "77777"]),
            Reading::Duree => one_of(&["0", "1", "12", "365", "400"]),
            _ => text,
        };
        contract.own.push(*place, 0, None, value, &Read::plain(value));
    }
    for (kind, id, nom) in &written.1 {
        let kind = kind.map(|nth| lists::TYPES_IDENTIFIANT[nth % lists::TYPES_IDENTIFIANT.len()]);
        if id.is_some() || nom.is_some() {
            let _ = contract.titulaires.add(Operator { kind, id: id.as_deref(), nom: nom.as_deref() });
        }
    }
    contract
}

/// Lines, findings and verdicts of contracts.
fn write(all: &[Written], in_pieces: bool) -> (String, String, Verdicts) {
    let cpv = Arc::new(Cpv::built_in());
    let judge = Judge::new(Version::V1_5_0, cpv.clone());
    let mut plain = Plain::new(&judge).expect("the schema of 1.5 asks for no more");
    let args = FindingsArgs { max_findings: 3, ..FindingsArgs::default() };
    let mut findings = Findings::new(messages::rules(Lang::Fr), &args, Path::new("."));
    let (mut judged, mut lines) = (Judged::json(), vec![]);
    for (nth, written) in all.iter().enumerate() {
        let record = nth as u64 + 1;
        let contract = contract(written, record);
        assert!(Plain::is(&contract));
        let id = contract.own.value(P::Id);
        let place = Place { record: Some(record), line: Some(record + 1), column: None, id, kind: Kind::Marche };
        let published = (nth % 2 == 0).then_some("2015-06-01");
        let mut is_told = |fault: &crate::fault::Fault<'_>| fault.rule == "text.entity";
        if in_pieces {
            let mut hearing = Hearing::new(&place, true, Lang::Fr, &mut findings, &mut is_told);
            plain.write(&contract, published, &cpv, &mut lines, &mut hearing);
            judged.end(hearing).unwrap();
        } else {
            let value = shape::of_1(&contract, published);
            judged.contract(&judge, &value, &place, true, Lang::Fr, &mut findings, &mut is_told).unwrap();
            value.write(&mut lines);
        }
        lines.push(b'\n');
    }
    let verdicts = judged.finish(Lang::Fr, &mut findings).unwrap();
    let mut found = vec![];
    let rules = findings.finish(&mut found).unwrap();
    (String::from_utf8(lines).unwrap(), String::from_utf8(found).unwrap() + &format!("{rules:?}"), verdicts)
}

#[test]
fn other_schemas_ask_for_more() {
    let cpv = Arc::new(Cpv::built_in());
    // 1.4 judges the first operator alone, and 2.0 has another shape.
    for version in [Version::V1_4_0, Version::V2_0_3] {
        assert!(Plain::new(&Judge::new(version, cpv.clone())).is_none(), "{version}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_contract_in_pieces_is_what_it_is_as_a_value(
        all in {
            let text = "[ a-zé\"\\\\&;\u{1}\u{7f}\u{85}Ãœ’©\u{fffd}]{0,12}|&eacute;|[0-9]{14}|FR[0-9]{11}|\\PC{250,260}";
            let text = move || text.prop_map(String::from).boxed();
            let own = proptest::collection::vec(proptest::option::of((0_usize..9, text())), 15);
            let operator = (proptest::option::of(0_usize..9), proptest::option::of(text()), proptest::option::of(text()));
            proptest::collection::vec((own, proptest::collection::vec(operator, 0..4)), 1..9)
        },
    ) {
        let count: usize = OWN.iter().map(|(_, places)| places.len()).sum();
        prop_assert_eq!(count, 15, "a value for each place");
        prop_assert_eq!(write(&all, true), write(&all, false));
    }
}
