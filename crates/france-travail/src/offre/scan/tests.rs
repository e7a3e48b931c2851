use proptest::prelude::*;

use super::*;
use crate::offre::item::Item;

/// As the service writes one, with all that is read and some that is not.
const ITEM: &str = r#"{"id":"203XVYZ","intitule":"Technicien d’atelier (H/F)","description":"Vos missions :\n- régler\t\"vite\"\r\n\u0092 \ud83d\ude80 🚀\\ 12,50 €","dateCreation":"2025-08-21T06:32:43.000Z","dateActualisation":null,"lieuTravail":{"libelle":"35 - RENNES","latitude":48.1,"longitude":-1.68e0,"codePostal":"35000","commune":"35238"},"romeCode":"I1304","romeLibelle":"Installation","appellationlibelle":"Technicien","entreprise":{"nom":"Ormevert","entrepriseAdaptee":false},"typeContrat":"CDD","typeContratLibelle":"CDD - 6 Mois","natureContrat":"Contrat travail","experienceExige":"E","experienceLibelle":"2 An(s)","formations":[{"codeFormation":"24054","exigence":"E"}],"langues":[{"libelle":"Anglais","exigence":"S"}],"permis":[],"competences":[{"code":"104","libelle":"Régler","exigence":"S"},{"libelle":"Lire un plan"}],"salaire":{"libelle":"Mensuel de 2000 Euros","complement1":"Prime"},"dureeTravailLibelle":"35H/semaine\nTravail en journée","dureeTravailLibelleConverti":"Temps plein","alternance":false,"contact":{"nom":"x","urlPostulation":"https://a.fr/?b=1"},"agence":{},"nombrePostes":1,"accessibleTH":true,"secteurActivite":"33","secteurActiviteLibelle":"Réparation","origineOffre":{"origine":"1","urlOrigine":"https://b.fr","partenaires":[{"nom":"p","logo":null}]},"contexteTravail":{"horaires":[],"conditionsExercice":["Possibilité de télétravail",null]}}"#;

fn at_once(text: &str) -> Option<Item<'_>> {
    let mut scan = Scan::of(text);
    let item = scan.item()?;
    scan.end().map(|()| item)
}

#[test]
fn what_the_service_writes_is_read_at_once() {
    assert_eq!(at_once(ITEM), Some(serde_json::from_str(ITEM).unwrap()));
    let spaced = ITEM.replace("\":", "\" : ").replace(",\"", ",\n\t\"").replace("[]", "[ ]");
    assert_eq!(at_once(&spaced), Some(serde_json::from_str(&spaced).unwrap()));
    assert_eq!(at_once("{}"), Some(Item::default()));
}

#[test]
fn what_is_out_of_the_ordinary_is_left_to_another() {
    for text in [
        "",
        "[]",
        "{",
        "{}}",
        r#"{"id":7}"#,
        r#"{"id":"7","id":"8"}"#,
        r#"{"id":null,"id":"8"}"#,
        r#"{"salaire":{"libelle":"a","libelle":"b"}}"#,
        r#"{"\u0069d":"7"}"#,
        r#"{"id":"\ud83d"}"#,
        r#"{"id":"\ude80"}"#,
        r#"{"id":"\ud83d\u0041"}"#,
        r#"{"id":"\x"}"#,
        r#"{"id":"\u00g0"}"#,
        "{\"id\":\"a\nb\"}",
        r#"{"id":"7",}"#,
        r#"{"a":01}"#,
        r#"{"a":tru}"#,
        r#"{"a":[1,]}"#,
        r#"{"accessibleTH":"true"}"#,
        r#"{"lieuTravail":{"latitude":"48.1"}}"#,
        r#"{"competences":{}}"#,
    ] {
        assert_eq!(at_once(text), None, "{text}");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
    assert_eq!(at_once(&deep), None);
}

/// Something in its text is replaced.
fn spoilt() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("null".to_owned()),
        Just("\\ud83d".to_owned()),
        Just("\"id\":\"9\",".to_owned()),
        Just("[]".to_owned()),
        "[{}:,\\[\\]0-9.eE+-]{0,3}",
        "\\PC{0,3}",
        "[\\x00-\\x20]{0,2}",
    ];
    let places: Vec<usize> = ITEM.char_indices().map(|(place, _)| place).collect();
    (prop::sample::select(places.clone()), 0..30_usize, piece).prop_map(move |(from, length, piece)| {
        let nth = places.iter().position(|place| *place == from).unwrap();
        let to = places.get(nth + length / 3).copied().unwrap_or(ITEM.len());
        format!("{}{piece}{}", &ITEM[..from], &ITEM[to..])
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn what_is_read_at_once_is_what_another_reader_finds(text in spoilt()) {
        if let Some(item) = at_once(&text) {
            prop_assert_eq!(item, serde_json::from_str(&text).unwrap());
        }
    }

    #[test]
    fn strings_mean_what_another_reader_says(inside in "([a-zé’🚀 ]{0,9}(\\\\[nrtbf/\\\\\"]|\\\\u[0-9a-fA-F]{4}|\\\\ud83d\\\\ude80)?){0,4}") {
        let text = format!("{{\"id\":\"{inside}\"}}");
        let halves = serde_json::from_str::<Item>(&text).is_err();
        match at_once(&text) {
            Some(item) => prop_assert_eq!(item, serde_json::from_str(&text).unwrap()),
            None => prop_assert!(halves, "{}", text),
        }
    }
}
