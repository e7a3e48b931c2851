//! What a table across days has of an offer besides its normalised row.

use std::borrow::Cow;
use std::mem::take;

use crate::offre::given::{Given, Object};
use crate::offre::item::{Item, Raw, Text};
use crate::offre::text::clean;

/// The sources that are read here, and the first column that is made of each.
pub(crate) const SOURCES: [(&str, &str); 10] = [
    ("codeNAF", "/code_naf"),
    ("lieuTravail.codePostal", "/code_postal"),
    ("typeContrat", "/type_contrat"),
    ("natureContrat", "/nature_contrat"),
    ("alternance", "/alternance"),
    ("nombrePostes", "/nombre_postes"),
    ("qualificationCode", "/qualification_code"),
    ("entreprise.entrepriseAdaptee", "/entreprise_adaptee"),
    ("origineOffre.origine", "/origine"),
    ("offresManqueCandidats", "/manque_candidats"),
];

/// What is there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct More<'a> {
    pub(crate) code_naf: Option<Cow<'a, str>>,
    pub(crate) code_postal: Option<Cow<'a, str>>,
    pub(crate) type_contrat: Option<Cow<'a, str>>,
    pub(crate) nature_contrat: Option<Cow<'a, str>>,
    pub(crate) alternance: Option<bool>,
    pub(crate) nombre_postes: Option<i32>,
    pub(crate) qualification_code: Option<Cow<'a, str>>,
    pub(crate) entreprise_adaptee: Option<bool>,
    pub(crate) origine: Option<Cow<'a, str>>,
    pub(crate) manque_candidats: Option<bool>,
    /// Sources of another type than documented, by their place among [`SOURCES`].
    pub(crate) wrong: Vec<usize>,
}

impl<'a> More<'a> {
    /// What an item says besides its row, which takes nothing of what is taken out here.
    pub(crate) fn of(item: &mut Item<'a>) -> Self {
        let mut wrong = Vec::new();
        let code_naf = text(0, take(&mut item.code_naf), &mut wrong);
        let code_postal = inside(1, &mut item.lieu_travail, |lieu| take(&mut lieu.code_postal), &mut wrong);
        let code_postal = text(1, code_postal, &mut wrong);
        let type_contrat = item.type_contrat.clone().into_option().and_then(clean);
        let nature_contrat = text(3, take(&mut item.nature_contrat), &mut wrong);
        let alternance = truth(4, take(&mut item.alternance), &mut wrong);
        let nombre_postes = integer(item.nombre_postes, &mut wrong);
        let qualification_code = text(6, take(&mut item.qualification_code), &mut wrong);
        let adaptee =
            inside(7, &mut item.entreprise, |entreprise| take(&mut entreprise.entreprise_adaptee), &mut wrong);
        let entreprise_adaptee = truth(7, adaptee, &mut wrong);
        let origine = inside(8, &mut item.origine_offre, |origine| origine.origine.clone(), &mut wrong);
        let origine = text(8, origine, &mut wrong);
        let manque_candidats = truth(9, take(&mut item.offres_manque_candidats), &mut wrong);
        Self {
            code_naf,
            code_postal,
            type_contrat,
            nature_contrat,
            alternance,
            nombre_postes,
            qualification_code,
            entreprise_adaptee,
            origine,
            manque_candidats,
            wrong,
        }
    }
}

fn inside<T, V>(
    source: usize,
    object: &mut Given<Object<T>>,
    get: impl FnOnce(&mut T) -> Given<V>,
    wrong: &mut Vec<usize>,
) -> Given<V> {
    match object {
        Given::Is(Object(object)) => get(object),
        Given::Absent => Given::Absent,
        Given::Other => {
            wrong.push(source);
            Given::Absent
        }
    }
}

fn text<'a>(source: usize, text: Text<'a>, wrong: &mut Vec<usize>) -> Option<Cow<'a, str>> {
    if text.is_other() {
        wrong.push(source);
    }
    text.into_option().and_then(clean)
}

fn truth(source: usize, truth: Given<bool>, wrong: &mut Vec<usize>) -> Option<bool> {
    if truth.is_other() {
        wrong.push(source);
    }
    truth.into_option()
}

/// A whole number of 32 bits, however it is written.
fn integer(raw: Option<Raw<'_>>, wrong: &mut Vec<usize>) -> Option<i32> {
    let text = raw.map(|raw| raw.0).filter(|text| *text != "null")?;
    let number = text.parse::<f64>().ok().filter(|_| !text.starts_with('"'));
    let whole = number.filter(|number| number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX));
    if whole.is_none() {
        wrong.push(5);
    }
    whole.map(|number| number as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offre::read_item;

    fn of<T>(json: &str, take: impl FnOnce(More<'_>) -> T) -> T {
        read_item(json, |_, item| take(More::of(&mut item.unwrap())))
    }

    #[test]
    fn what_is_there_is_read() {
        let json = r#"{"codeNAF":"62.01Z","lieuTravail":{"codePostal":"01400"},"typeContrat":"CDI","natureContrat":"a",
            "alternance":false,"nombrePostes":3,"qualificationCode":"7","entreprise":{"entrepriseAdaptee":true},
            "origineOffre":{"origine":"1"},"offresManqueCandidats":true,"autre":["\ud800"]}"#;
        of(json, |more| {
            assert_eq!(more.code_naf.as_deref(), Some("62.01Z"));
            assert_eq!(more.code_postal.as_deref(), Some("01400"));
            assert_eq!(
                (more.alternance, more.nombre_postes, more.entreprise_adaptee),
                (Some(false), Some(3), Some(true))
            );
            assert_eq!((more.origine.as_deref(), more.manque_candidats), (Some("1"), Some(true)));
            assert!(more.wrong.is_empty());
        });
        of(r#"{"a":"\ud800","codeNAF":"62.01Z"}"#, |more| assert_eq!(more.code_naf.as_deref(), Some("62.01Z")));
        of("{}", |more| assert_eq!(more, More::default()));
    }

    #[test]
    fn another_type_is_told() {
        let json = r#"{"codeNAF":1,"lieuTravail":"x","natureContrat":[],"alternance":"oui","nombrePostes":1.5,
            "qualificationCode":{},"entreprise":{"entrepriseAdaptee":1},"origineOffre":{"origine":2},"offresManqueCandidats":"x"}"#;
        of(json, |more| assert_eq!(more.wrong, [0, 1, 3, 4, 5, 6, 7, 8, 9]));
        for (text, number) in [("2.0", Some(2)), ("1e2", Some(100)), ("\"3\"", None), ("1e10", None), ("null", None)] {
            of(&format!("{{\"nombrePostes\":{text}}}"), |more| assert_eq!(more.nombre_postes, number, "{text}"));
        }
    }
}
