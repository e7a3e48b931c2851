//! A contract as a value of the regulatory format, keys in their order.

use std::borrow::Cow;

use super::contract::{Contract, Modification};
use super::operators::Operators;
use super::row::Row;
use crate::lists::FORMES_PRIX_1;
use crate::target_path::TargetPath;
use crate::value::{Object, Value};

/// The contract in the form of 1.x; `published` is the date of contracts that have none.
pub(crate) fn of_1<'c>(contract: &'c Contract, published: Option<&'c str>) -> Value<'c> {
    let own = &contract.own;
    let mut object = Object::with_capacity(16);
    object.push("_type", text("Marché"));
    add_text(&mut object, "id", own, TargetPath::Id);
    let mut acheteur = Object::with_capacity(2);
    add_text(&mut acheteur, "id", own, TargetPath::AcheteurId);
    add_text(&mut acheteur, "nom", own, TargetPath::AcheteurNom);
    add_object(&mut object, "acheteur", acheteur);
    add_text(&mut object, "nature", own, TargetPath::Nature);
    add_text(&mut object, "objet", own, TargetPath::Objet);
    add_text(&mut object, "codeCPV", own, TargetPath::CodeCpv);
    add_text(&mut object, "procedure", own, TargetPath::Procedure);
    let mut lieu = Object::with_capacity(3);
    add_text(&mut lieu, "code", own, TargetPath::LieuCode);
    add_text(&mut lieu, "typeCode", own, TargetPath::LieuType);
    add_text(&mut lieu, "nom", own, TargetPath::LieuNom);
    add_object(&mut object, "lieuExecution", lieu);
    add_number(&mut object, "dureeMois", own, TargetPath::DureeMois);
    add_text(&mut object, "dateNotification", own, TargetPath::DateNotification);
    if let Some(date) = own.value(TargetPath::DatePublication).or(published) {
        object.push("datePublicationDonnees", text(date));
    }
    add_number(&mut object, "montant", own, TargetPath::Montant);
    add_text(&mut object, "formePrix", own, TargetPath::FormePrix);
    add_operators(&mut object, &contract.titulaires);
    object.push("modifications", Value::List(contract.modifications.iter().map(modification).collect()));
    Value::Object(object)
}

fn modification(modification: &Modification) -> Value<'_> {
    let own = &modification.own;
    let mut object = Object::with_capacity(6);
    add_text(&mut object, "objetModification", own, TargetPath::ModificationObjet);
    add_text(&mut object, "dateNotificationModification", own, TargetPath::ModificationNotification);
    add_text(&mut object, "datePublicationDonneesModification", own, TargetPath::ModificationPublication);
    add_number(&mut object, "dureeMois", own, TargetPath::ModificationDuree);
    add_number(&mut object, "montant", own, TargetPath::ModificationMontant);
    add_operators(&mut object, &modification.titulaires);
    Value::Object(object)
}

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

fn add_text<'c>(object: &mut Object<'c>, key: &'static str, own: &'c Row, place: TargetPath) {
    if let Some(value) = own.value(place) {
        object.push(key, text(value));
    }
}

fn add_number<'c>(object: &mut Object<'c>, key: &'static str, own: &'c Row, place: TargetPath) {
    if let Some(value) = own.value(place) {
        object.push(key, Value::Number(Cow::Borrowed(value)));
    }
}

fn add_object<'c>(object: &mut Object<'c>, key: &'static str, inner: Object<'c>) {
    if !inner.is_empty() {
        object.push(key, Value::Object(inner));
    }
}

fn add_operators<'c>(object: &mut Object<'c>, operators: &'c Operators) {
    if operators.is_empty() {
        return;
    }
    let list = operators.iter().map(|operator| {
        let mut object = Object::with_capacity(3);
        let parts = [("typeIdentifiant", operator.kind), ("id", operator.id), ("denominationSociale", operator.nom)];
        for (key, part) in parts {
            if let Some(part) = part {
                object.push(key, text(part));
            }
        }
        Value::Object(object)
    });
    object.push("titulaires", Value::List(list.collect()));
}

/// Takes a form of price that is of 2.0 already out of a contract in the form of 1.x.
pub(crate) fn forme_prix_of_2<'c>(contract: &mut Value<'c>) -> Option<Value<'c>> {
    let object = contract.as_object_mut()?;
    let is_of_1 = object.get("formePrix")?.as_text().is_some_and(|value| FORMES_PRIX_1.contains(&value));
    if is_of_1 { None } else { object.remove("formePrix") }
}

/// Adds what 2.0 alone has, in the place of what was derived.
pub(crate) fn add_of_2_0<'c>(contract: &'c Contract, value: &mut Value<'c>, forme_prix: Option<Value<'c>>) {
    let own = &contract.own;
    let Some(object) = value.as_object_mut() else { return };
    if let Some(forme_prix) = forme_prix {
        object.insert("formePrix", forme_prix);
    }
    for place in TargetPath::all().filter(|place| place.is_of_2_0()) {
        let key = place.key();
        let values =
            || own.cells().iter().filter(move |cell| cell.place == place).filter_map(|cell| own.value_of(cell));
        match place {
            TargetPath::Techniques => add_list(object, key, "technique", values()),
            TargetPath::ModalitesExecution => add_list(object, key, "modaliteExecution", values()),
            TargetPath::TypesPrix => add_list(object, key, "typePrix", values()),
            TargetPath::ConsiderationsSociales => add_list(object, key, "considerationSociale", values()),
            TargetPath::ConsiderationsEnvironnementales => {
                add_list(object, key, "considerationEnvironnementale", values())
            }
            TargetPath::MarcheInnovant | TargetPath::AttributionAvance | TargetPath::SousTraitance => {
                if let Some(value) = values().next() {
                    object.insert(key, Value::Bool(value == "true"));
                }
            }
            TargetPath::OffresRecues | TargetPath::TauxAvance | TargetPath::OrigineUe | TargetPath::OrigineFrance => {
                if let Some(value) = values().next() {
                    object.insert(key, Value::Number(Cow::Borrowed(value)));
                }
            }
            _ => {
                if let Some(value) = values().next() {
                    object.insert(key, text(value));
                }
            }
        }
    }
}

/// Adds values to a list that may be there already, each once.
fn add_list<'c>(
    object: &mut Object<'c>,
    key: &'static str,
    inner: &'static str,
    values: impl Iterator<Item = &'c str>,
) {
    let mut values = values.peekable();
    if values.peek().is_none() {
        return;
    }
    let mut list: Vec<Value<'c>> = match object.remove(key) {
        Some(Value::Object(mut wrapper)) => match wrapper.remove(inner) {
            Some(Value::List(list)) => list,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    for value in values {
        if !list.iter().any(|there| there.as_text() == Some(value)) {
            list.push(text(value));
        }
    }
    if !list.is_empty() {
        let wrapper = [(Cow::Borrowed(inner), Value::List(list))].into_iter().collect();
        object.push(key, Value::Object(wrapper));
    }
}
