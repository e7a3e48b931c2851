//! A contract as a value of the regulatory format, keys in their order.

use std::borrow::Cow;

use super::contract::{Contract, Modification};
use super::operators::Operators;
use super::place::Place;
use super::row::Row;
use crate::lists::FORMES_PRIX_1;
use crate::value::{Object, Value};

/// The contract in the form of 1.x; `published` is the date of contracts that have none.
pub(crate) fn of_1<'c>(contract: &'c Contract, published: Option<&'c str>) -> Value<'c> {
    let own = &contract.own;
    let mut object = Object::with_capacity(16);
    object.push("_type", text("Marché"));
    add_text(&mut object, "id", own, Place::Id);
    let mut acheteur = Object::with_capacity(2);
    add_text(&mut acheteur, "id", own, Place::AcheteurId);
    add_text(&mut acheteur, "nom", own, Place::AcheteurNom);
    add_object(&mut object, "acheteur", acheteur);
    add_text(&mut object, "nature", own, Place::Nature);
    add_text(&mut object, "objet", own, Place::Objet);
    add_text(&mut object, "codeCPV", own, Place::CodeCpv);
    add_text(&mut object, "procedure", own, Place::Procedure);
    let mut lieu = Object::with_capacity(3);
    add_text(&mut lieu, "code", own, Place::LieuCode);
    add_text(&mut lieu, "typeCode", own, Place::LieuType);
    add_text(&mut lieu, "nom", own, Place::LieuNom);
    add_object(&mut object, "lieuExecution", lieu);
    add_number(&mut object, "dureeMois", own, Place::DureeMois);
    add_text(&mut object, "dateNotification", own, Place::DateNotification);
    if let Some(date) = own.value(Place::DatePublication).or(published) {
        object.push("datePublicationDonnees", text(date));
    }
    add_number(&mut object, "montant", own, Place::Montant);
    add_text(&mut object, "formePrix", own, Place::FormePrix);
    add_operators(&mut object, &contract.titulaires);
    object.push("modifications", Value::List(contract.modifications.iter().map(modification).collect()));
    Value::Object(object)
}

fn modification(modification: &Modification) -> Value<'_> {
    let own = &modification.own;
    let mut object = Object::with_capacity(6);
    add_text(&mut object, "objetModification", own, Place::ModificationObjet);
    add_text(&mut object, "dateNotificationModification", own, Place::ModificationNotification);
    add_text(&mut object, "datePublicationDonneesModification", own, Place::ModificationPublication);
    add_number(&mut object, "dureeMois", own, Place::ModificationDuree);
    add_number(&mut object, "montant", own, Place::ModificationMontant);
    add_operators(&mut object, &modification.titulaires);
    Value::Object(object)
}

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

fn add_text<'c>(object: &mut Object<'c>, key: &'static str, own: &'c Row, place: Place) {
    if let Some(value) = own.value(place) {
        object.push(key, text(value));
    }
}

fn add_number<'c>(object: &mut Object<'c>, key: &'static str, own: &'c Row, place: Place) {
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
    for place in Place::all().filter(|place| place.is_of_2_0()) {
        let key = place.key();
        let values =
            || own.cells().iter().filter(move |cell| cell.place == place).filter_map(|cell| own.value_of(cell));
        match place {
            Place::Techniques => add_list(object, key, "technique", values()),
            Place::ModalitesExecution => add_list(object, key, "modaliteExecution", values()),
            Place::TypesPrix => add_list(object, key, "typePrix", values()),
            Place::ConsiderationsSociales => add_list(object, key, "considerationSociale", values()),
            Place::ConsiderationsEnvironnementales => add_list(object, key, "considerationEnvironnementale", values()),
            Place::MarcheInnovant | Place::AttributionAvance | Place::SousTraitance => {
                if let Some(value) = values().next() {
                    object.insert(key, Value::Bool(value == "true"));
                }
            }
            Place::OffresRecues | Place::TauxAvance | Place::OrigineUe | Place::OrigineFrance => {
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
