//! The cases of the contract in XML: verdicts as libxml2 gives them, and both forms of one contract.

use std::collections::BTreeSet;

use crate::kind::Kind;
use crate::value::Value;
use crate::version::Version;
use crate::xml_form::{Found, Reader, Stop, Writer, to_value};
use crate::xsd::{Document, Entry, Schema};

/// The document as a whole.
const FILE: Entry = Entry { record: 0, line: None, id: None, kind: Kind::Marche };

/// Rules and paths of a document's faults.
fn judged(xml: &[u8], version: Version) -> Result<BTreeSet<(String, String)>, Stop> {
    let mut faults = BTreeSet::new();
    let mut tell = |_: &Entry, fault: crate::fault::Fault<'_>| {
        faults.insert((fault.rule.to_owned(), fault.path.into_owned()));
        Ok(())
    };
    let mut reader = Reader::open(xml)?;
    let root = reader.root().clone();
    if !root.is_conform() {
        tell(&FILE, crate::fault::Fault::new(crate::xsd::ELEMENT, root.path())).unwrap();
    }
    let mut document = if root.contract.is_some() { Document::of_contract() } else { Document::of_list(&root.name) };
    let mut entry = FILE;
    while let Some(found) = reader.next()? {
        entry.record += 1;
        match found {
            _ if !root.is_conform() => {}
            Found::Contract(kind, tree) => {
                document.contract(&entry, (kind, tree), Schema::of(version), &mut tell).map(drop).unwrap();
            }
            Found::Stray(tree) => document.stray(&entry, tree.root(), &mut tell).unwrap(),
        }
    }
    for rule in reader.root_faults() {
        tell(&FILE, crate::fault::Fault::new(rule, root.path())).unwrap();
    }
    document.finish(&mut tell).unwrap();
    Ok(faults)
}

fn paths(xml: &str, version: Version) -> Vec<String> {
    judged(xml.as_bytes(), version).unwrap().into_iter().map(|(_, path)| path).collect()
}

fn cases(name: &str) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(trial::data(format!("procurement/cases/{name}"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn version(case: &serde_json::Value) -> Version {
    Version::find(case["version"].as_str().unwrap()).unwrap()
}

#[trial::test_with_data]
fn documents_are_judged_as_libxml2_does() {
    let mut count = 0;
    // Those in other encodings are read by the step.
    for case in cases("xml.jsonl").iter().filter(|case| case["xml"].is_string()) {
        let name = case["case"].as_str().unwrap();
        let verdict = judged(case["xml"].as_str().unwrap().as_bytes(), version(case));
        let expect = &case["expect"];
        if expect["refused"] == "xml.dtd" {
            assert!(matches!(verdict, Err(Stop::Xml(xml::Error::Doctype { .. }))), "{name}: {verdict:?}");
        } else if expect["wellformed"] == false {
            assert!(matches!(verdict, Err(Stop::Xml(xml::Error::Syntax { .. }))), "{name}: {verdict:?}");
        } else {
            let paths: BTreeSet<String> = verdict.unwrap().into_iter().map(|(_, path)| path).collect();
            let expected: BTreeSet<String> =
                expect["elements"].as_array().unwrap().iter().map(|path| path.as_str().unwrap().to_owned()).collect();
            assert_eq!(paths, expected, "{name}");
        }
        count += 1;
    }
    assert!(count > 50, "{count}");
}

#[trial::test_with_data]
fn a_contract_says_the_same_in_both_forms() {
    for case in cases("xml_pairs.jsonl") {
        let (name, version) = (case["case"].as_str().unwrap(), version(&case));
        let json: Vec<String> = case["json"].as_array().unwrap().iter().map(ToString::to_string).collect();
        let mut reader = Reader::open(case["xml"].as_str().unwrap().as_bytes()).unwrap();
        let mut writer = Writer::begin(Vec::new()).unwrap();
        for expected in &json {
            let Ok(Some(Found::Contract(kind, tree))) = reader.next() else { panic!("{name}: no contract") };
            let (read, expected) = (to_value(kind, tree.root(), version), Value::parse(expected).unwrap());
            assert!(read.is_same(&expected), "{name}: {}\n{}", read.to_json(), expected.to_json());
            writer.contract(kind, &expected, version).unwrap();
        }
        assert!(matches!(reader.next(), Ok(None)), "{name}");
        let written = writer.finish().unwrap();
        assert_eq!(judged(&written, version).unwrap(), BTreeSet::new(), "{name}");
        let theirs = without_layout(case["xml"].as_str().unwrap());
        let ours = String::from_utf8(written).unwrap();
        assert_eq!(sorted_elements(&ours), sorted_elements(&theirs), "{name}");
    }
}

fn without_layout(xml: &str) -> String {
    xml.lines().map(str::trim).collect()
}

/// Leaves with their text: what an order of elements and a way to write numbers do not change.
fn sorted_elements(xml: &str) -> Vec<String> {
    let mut reader = Reader::open(xml.as_bytes()).unwrap();
    let mut all = vec![];
    while let Some(Found::Contract(_, tree)) = reader.next().unwrap() {
        let mut leaves = vec![];
        collect(tree.root(), String::new(), &mut leaves);
        leaves.sort();
        all.extend(leaves);
    }
    all
}

fn collect(element: crate::element::Element<'_>, way: String, leaves: &mut Vec<String>) {
    let way = format!("{way}/{}", element.name());
    if !element.has_children() {
        let text = element.text();
        let text = text.strip_suffix(".0").unwrap_or(text);
        leaves.push(format!("{way}={text}"));
    }
    element.children().for_each(|child| collect(child, way.clone(), leaves));
}

#[test]
fn a_number_stands_in_a_path_only_where_there_is_another() {
    let contract = "<marche><id>1</id></marche>";
    let of = |inner: &str| paths(&format!("<marches>{inner}</marches>"), Version::V2_0_3);
    assert_eq!(of(contract), ["/marches/marche"]);
    assert_eq!(of(&contract.repeat(3)), ["/marches/marche[1]", "/marches/marche[2]", "/marches/marche[3]"]);
    assert_eq!(
        of(&format!("{contract}<contrat-concession/>{contract}")),
        ["/marches/contrat-concession", "/marches/marche[1]", "/marches/marche[2]"]
    );
    assert_eq!(of("<x/>"), ["/marches/x"]);
    assert_eq!(of("<x/><y/><x/>"), ["/marches/x[1]", "/marches/x[2]", "/marches/y"]);
    assert_eq!(of("<x xmlns='u'/>"), ["/marches/*"]);
    assert_eq!(of("<x xmlns='u'/><p:y xmlns:p='u'/>"), ["/marches/*[1]", "/marches/p:y"]);
    assert_eq!(of("<y/><x xmlns='u'/>"), ["/marches/*[2]", "/marches/y"]);
    assert_eq!(of("text"), ["/marches"]);
    assert_eq!(paths("<marche><id/></marche>", Version::V2_0_3), ["/marche", "/marche/id"]);
    assert_eq!(paths("<marches lang='fr'/>", Version::V2_0_3), ["/marches"]);
}

/// Each line was put to libxml2 2.14; where it stops at the first fault of an element, we go on.
#[trial::test_with_data]
fn faults_in_a_contract_are_where_libxml2_finds_them() {
    let base = |name: &str| {
        let found = cases("xml.jsonl").into_iter().find(|case| case["case"] == name).unwrap();
        found["xml"].as_str().unwrap().to_owned()
    };
    let (new, old) = (base("xml-2.0.3-valid-1"), base("xml-1.5.0-valid-4"));
    let of = |from: &str, to: &str| {
        let (xml, version) = if new.contains(from) { (&new, Version::V2_0_3) } else { (&old, Version::V1_5_0) };
        assert!(xml.contains(from), "{from}");
        let faults = judged(xml.replacen(from, to, 1).as_bytes(), version).unwrap();
        let told = faults.into_iter().map(|(rule, path)| format!("{rule} {}", path.trim_start_matches("/marches")));
        told.collect::<Vec<_>>()
    };
    let nil = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='false'";
    for (from, to, faults) in [
        ("<marche>", "<marche foo='1'>", &["xsd.element /marche"][..]),
        ("<ccag>", "<ccag foo='1'>", &["xsd.element /marche/ccag"]),
        ("<ccag>", &format!("<ccag {nil}>"), &["xsd.element /marche/ccag"]),
        ("<marche>", "<marche>hello", &["xsd.value /marche"]),
        ("<marche>", "<marche><![CDATA[  ]]>", &[]),
        ("<marche>", "<marche>\u{a0}", &["xsd.value /marche"]),
        ("<titulaires>", "<titulaires>x", &["xsd.value /marche/titulaires"]),
        ("<acheteur>", "<acheteur>x", &[]),
        ("</acheteur>", "x</acheteur>", &[]),
        ("<ccag>Travaux", "<ccag><b>Travaux</b>", &["xsd.value /marche/ccag"]),
        ("42250.5", "42250.5<b/>", &["xsd.value /marche/montant"]),
        (
            "<ccag>Travaux</ccag>",
            "x<ccag>T</ccag><b/>",
            &["xsd.element /marche/b", "xsd.value /marche", "xsd.value /marche/ccag"],
        ),
        ("<ccag>Travaux</ccag>", "<b/><ccag>T</ccag>", &["xsd.element /marche/b", "xsd.value /marche/ccag"]),
        (
            "<ccag>Travaux</ccag>",
            "<b/><b/><ccag>Travaux</ccag>",
            &["xsd.element /marche/b[1]", "xsd.element /marche/b[2]"],
        ),
        ("<ccag>Travaux</ccag>", "", &["xsd.element /marche"]),
        ("<ccag>Travaux</ccag>", "<ccag xmlns='u'>Travaux</ccag>", &["xsd.element /marche/*[9]"]),
        ("<ccag>Travaux</ccag>", "<p:ccag xmlns:p='u'>Travaux</p:ccag>", &["xsd.element /marche/p:ccag"]),
        ("</titulaires>", "<titulaire/></titulaires>", &["xsd.element /marche/titulaires/titulaire[2]"]),
        (
            "<titulaires>",
            "<titulaires foo='1'><foo/>",
            &["xsd.element /marche/titulaires", "xsd.element /marche/titulaires/foo"],
        ),
        (
            "<technique>Sans objet",
            "<technique>Foo</technique><technique>",
            &["xsd.value /marche/techniques/technique[1]", "xsd.value /marche/techniques/technique[2]"],
        ),
        (
            "<id>80008710900479</id>\n      <nom>Ville d'essai n°1</nom>",
            "<nom>V</nom><id>80008710900479</id>",
            &["xsd.element /marche/acheteur/nom"],
        ),
        ("<nom>Ville d'essai n°1</nom>", "<x/><nom>V</nom>", &["xsd.element /marche/acheteur/x"]),
        ("<nom>Ville d'essai n°1</nom>", "<nom>V</nom><x/>", &["xsd.element /marche/acheteur/x"]),
        ("<nom>Ville d'essai n°1</nom>", "<nom>V</nom><nom>W</nom>", &["xsd.element /marche/acheteur/nom[2]"]),
    ] {
        assert_eq!(of(from, to), faults, "{from} -> {to}");
    }
}

#[test]
fn what_json_has_besides_is_written_as_xml_allows() {
    let json = r#"{"_type":"Marché","acheteur":{"nom":"V","autre":1,"id":"1"},"a b":"x","1":null,"vide":[],
        "tags":["a",{"b":true}],"titulaires":[{"id":"1"},{"titulaire":{"id":"2"}}],"modifications":[],"objet":"a\u0000<"}"#;
    let contract = Value::parse(json).unwrap();
    let mut writer = Writer::begin(Vec::new()).unwrap();
    writer.contract(Kind::Marche, &contract, Version::V1_5_0).unwrap();
    let xml = String::from_utf8(writer.finish().unwrap()).unwrap();
    let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<marches>\n<marche><acheteur><id>1</id><nom>V</nom><autre>1</autre>\
        </acheteur><a_b>x</a_b><tags>a</tags><tags><b>true</b></tags><titulaires><titulaire><id>1</id></titulaire><titulaire>\
        <id>2</id></titulaire></titulaires><modifications/><objet>a\u{fffd}&lt;</objet></marche>\n</marches>\n";
    assert_eq!(xml, expected);
}

#[test]
fn what_xml_has_besides_keeps_its_text() {
    let xml = "<marche><montant>1e3</montant><dureeMois>013</dureeMois><x>1</x><x><y>2</y></x><titulaires><titulaire/>\
               </titulaires><titulaires><autre/></titulaires><objet>a<b>c</b>d</objet><lieuExecution/></marche>";
    let of = |version| {
        let mut reader = Reader::open(xml.as_bytes()).unwrap();
        let Ok(Some(Found::Contract(kind, tree))) = reader.next() else { panic!("no contract") };
        to_value(kind, tree.root(), version).to_json()
    };
    assert_eq!(
        of(Version::V1_5_0),
        r#"{"_type":"Marché","montant":"1e3","dureeMois":13,"x":["1",{"y":"2"}],"titulaires":[{},{"autre":""}],"objet":"acd","lieuExecution":{}}"#
    );
    assert_eq!(
        of(Version::V2_0_3),
        r#"{"montant":"1e3","dureeMois":13,"x":["1",{"y":"2"}],"titulaires":[{"titulaire":{}},{"autre":""}],"objet":"acd","lieuExecution":{}}"#
    );
}

#[test]
fn empty_elements_are_left_out_where_xml_has_them_at_will() {
    let xml = "<marche><origineUE/><origineFrance> </origineFrance><tauxAvance></tauxAvance><marcheInnovant>oui\
               </marcheInnovant><attributionAvance>OUI</attributionAvance><modifications/><techniques/><ccag/></marche>";
    let mut reader = Reader::open(xml.as_bytes()).unwrap();
    let Ok(Some(Found::Contract(kind, tree))) = reader.next() else { panic!("no contract") };
    assert_eq!(
        to_value(kind, tree.root(), Version::V2_0_3).to_json(),
        r#"{"marcheInnovant":true,"attributionAvance":"OUI","modifications":[],"techniques":{"technique":[]},"ccag":""}"#
    );
}
