//! From an item of the service to a row.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::offre::given::{Given, Object};
use crate::offre::item::{Item, Labelled, LieuTravail, Raw, Text, served};
use crate::offre::mended::mended;
use crate::offre::notice::{Flaw, Notice, SOURCES};
use crate::offre::reject::Reject;
use crate::offre::salary::{Period, Salary};
use crate::offre::scan::Scan;
use crate::offre::text::{clean, collapse};
use crate::offre::{Cell, Row, SOURCE, at, contract, experience, hours, place, time};

/// What filters look at: whether there is an origin, and the row.
#[derive(Debug)]
pub(crate) struct Filled<'a> {
    pub(crate) row: Row<'a>,
    pub(crate) has_origine: bool,
}

/// Reads an item; the row lives as long as `item`, which may be another text than was served.
///
/// # Errors
/// The reason for which it can be no row.
pub(crate) fn read<T>(item: &RawValue, take: impl FnOnce(Result<Filled<'_>, Reject>) -> T) -> T {
    read_text(item.get(), take)
}

/// [`read`] of a text that is known to be JSON.
pub(crate) fn read_text<T>(text: &str, take: impl FnOnce(Result<Filled<'_>, Reject>) -> T) -> T {
    read_item(text, |raw, item| take(item.ok_or(Reject::Shape).and_then(|item| fill(raw, item))))
}

/// The item of a text that is known to be JSON, with the text that it was read from, which may be another than was served;
/// none if that is no object.
pub(crate) fn read_item<T>(text: &str, take: impl FnOnce(&str, Option<Item<'_>>) -> T) -> T {
    if !text.starts_with('{') {
        return take(text, None);
    }
    match Scan::of(text).item().or_else(|| serde_json::from_str(text).ok()) {
        Some(item) => take(text, Some(item)),
        None => match mended(text) {
            Some(mended) => take(mended.get(), serde_json::from_str::<Item>(mended.get()).ok()),
            None => take(text, None),
        },
    }
}

/// Reads the item that is next in a text of several. None where it is out of the ordinary: [`read`] says of each item by
/// itself what is to be said.
pub(crate) fn read_next<'a>(scan: &mut Scan<'a>) -> Option<Filled<'a>> {
    let (item, text) = scan.with_text(Scan::item)?;
    fill(text, item).ok()
}

/// The row of an item that was read from `raw`.
///
/// # Errors
/// The reason for which it can be none.
pub(crate) fn fill<'a>(raw: &'a str, item: Item<'a>) -> Result<Filled<'a>, Reject> {
    let id = item.id.into_option().and_then(clean).ok_or(Reject::Id)?;
    let created = item.date_creation.into_option().and_then(|text| time::read(&text)).ok_or(Reject::Date)?;
    let mut filler = Filler { raw, row: Row::default() };
    filler.set(at::ID, Cell::Text(id));
    filler.set(at::SOURCE, Cell::of(SOURCE));
    filler.set(at::DATE_CREATED, Cell::Time(created));
    filler.text(at::TITLE, "intitule", item.intitule);
    filler.text(at::DESCRIPTION, "description", item.description);
    let nom = filler.inside("entreprise.nom", item.entreprise, |entreprise| entreprise.nom);
    filler.text(at::COMPANY_NAME, "entreprise.nom", nom);
    filler.updated(item.date_actualisation);
    filler.text(at::CODE_ROME, "romeCode", item.rome_code);
    filler.text(at::CATEGORY, "romeLibelle", item.rome_libelle);
    filler.text(at::SECTOR, "secteurActiviteLibelle", item.secteur_activite_libelle);
    filler.text(at::WORKING_HOURS, "dureeTravailLibelleConverti", item.duree_travail_libelle_converti);
    filler.place(item.lieu_travail);
    filler.contract(item.type_contrat, item.type_contrat_libelle);
    filler.salary(item.salaire);
    filler.experience(item.experience_exige, item.experience_libelle);
    filler.hours(item.duree_travail_libelle);
    let url = filler.inside("contact.urlPostulation", item.contact, |contact| contact.url_postulation);
    filler.text(at::APPLICATION_URL, "contact.urlPostulation", url);
    let (origine, url) = match item.origine_offre {
        Given::Is(Object(origine)) => (origine.origine, origine.url_origine),
        Given::Other => (Given::Absent, Given::Other),
        Given::Absent => (Given::Absent, Given::Absent),
    };
    filler.text(at::SOURCE_URL, "origineOffre.urlOrigine", url);
    filler.labels(at::SKILLS, "competences[].libelle", item.competences);
    filler.labels(at::LANGUES, "langues[].libelle", item.langues);
    let conditions = filler
        .inside("contexteTravail.conditionsExercice[]", item.contexte_travail, |contexte| contexte.conditions_exercice);
    filler.remote_work(conditions);
    filler.accessible(item.accessible_th);
    Ok(Filled { row: filler.row, has_origine: matches!(origine, Given::Is(_)) })
}

struct Filler<'a> {
    /// The item as it was read.
    raw: &'a str,
    row: Row<'a>,
}

impl<'a> Filler<'a> {
    fn set(&mut self, column: usize, cell: Cell<'a>) {
        self.row.cells[column] = cell;
    }

    fn tell(&mut self, flaw: Flaw, value: impl Into<Cow<'a, str>>) {
        let value = value.into();
        self.row.notices.push(Notice { flaw, value });
    }

    /// Tells that a source is of another type than documented; one thing a cell.
    fn tell_type(&mut self, source: &str) {
        let number = SOURCES.iter().position(|(name, _)| *name == source).expect("each source is known");
        let flaw = Flaw::Type(number as u8);
        if self.row.has(flaw) {
            return;
        }
        // Whatever stands in the place of a contact may be one.
        let value = if source.starts_with("contact") { Cow::Borrowed("") } else { served(self.raw, source) };
        self.tell(flaw, value);
    }

    /// A text that is documented as one; tells where it is none.
    fn take(&mut self, source: &str, text: Text<'a>) -> Option<Cow<'a, str>> {
        if text.is_other() {
            self.tell_type(source);
        }
        text.into_option().and_then(clean)
    }

    fn text(&mut self, column: usize, source: &str, text: Text<'a>) {
        if let Some(text) = self.take(source, text) {
            self.set(column, Cell::Text(text));
        }
    }

    /// What an object holds; where it is no object, that is told of what is looked for in it.
    fn inside<T, V>(&mut self, source: &str, object: Given<Object<T>>, get: impl FnOnce(T) -> Given<V>) -> Given<V> {
        match object {
            Given::Is(Object(object)) => get(object),
            Given::Absent => Given::Absent,
            Given::Other => {
                self.tell_type(source);
                Given::Absent
            }
        }
    }

    fn updated(&mut self, text: Text<'a>) {
        let Some(text) = self.take("dateActualisation", text) else { return };
        match time::read(&text) {
            Some(updated) => self.set(at::DATE_UPDATED, Cell::Time(updated)),
            None => self.tell(Flaw::DateUnread, text),
        }
    }

    fn place(&mut self, lieu: Given<Object<LieuTravail<'a>>>) {
        let lieu = match lieu {
            Given::Is(Object(lieu)) => lieu,
            Given::Absent => return,
            Given::Other => {
                for source in
                    ["lieuTravail.libelle", "lieuTravail.latitude", "lieuTravail.longitude", "lieuTravail.commune"]
                {
                    self.tell_type(source);
                }
                return;
            }
        };
        let libelle = self.take("lieuTravail.libelle", lieu.libelle);
        let commune = self.take("lieuTravail.commune", lieu.commune);
        let latitude = self.number("lieuTravail.latitude", lieu.latitude);
        let longitude = self.number("lieuTravail.longitude", lieu.longitude);
        if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
            self.coordinates(latitude, longitude);
        }
        let departement = match &commune {
            Some(commune) => Some(place::of_commune(commune).to_owned()),
            None => libelle.as_deref().and_then(place::of_label).map(str::to_owned),
        };
        for (column, text) in
            [(at::LOCATION_NAME, libelle), (at::COMMUNE, commune), (at::DEPARTEMENT, departement.map(Cow::Owned))]
        {
            if let Some(text) = text {
                self.set(column, Cell::Text(text));
            }
        }
    }

    /// A number, and how it was written.
    fn number(&mut self, source: &str, raw: Option<Raw<'a>>) -> Option<(f64, &'a str)> {
        let Raw(text) = raw?;
        match text.as_bytes().first() {
            Some(b'-' | b'0'..=b'9') => text.parse().ok().map(|number| (number, text)),
            Some(b'n') => None,
            _ => {
                self.tell_type(source);
                None
            }
        }
    }

    fn coordinates(&mut self, (latitude, of_latitude): (f64, &'a str), (longitude, of_longitude): (f64, &'a str)) {
        let (most_latitude, most_longitude) = place::FARTHEST;
        // A number that no double holds is beyond, too.
        let is_beyond = |number: f64, most: f64| number.abs() > most;
        if is_beyond(latitude, most_latitude) {
            self.tell(Flaw::LatitudeRange, of_latitude);
        } else if is_beyond(longitude, most_longitude) {
            self.tell(Flaw::LongitudeRange, of_longitude);
        } else {
            self.set(at::LATITUDE, Cell::Number(latitude));
            self.set(at::LONGITUDE, Cell::Number(longitude));
        }
    }

    fn contract(&mut self, code: Text<'a>, libelle: Text<'a>) {
        let code = self.take("typeContrat", code);
        let libelle = self.take("typeContratLibelle", libelle);
        let kind = code.map(|code| contract::label(&code).map_or(code, Cow::Borrowed));
        if let Some(libelle) = libelle {
            match contract::length(&libelle) {
                Some((length, unit)) => {
                    self.set(at::CONTRACT_LENGTH, Cell::Number(length));
                    self.set(at::CONTRACT_UNIT, Cell::of(unit));
                }
                None => self.tell_if_digits(Flaw::ContractUnread, &libelle),
            }
            if Some(&libelle) != kind.as_ref() {
                self.set(at::CONTRACT_DURATION, Cell::Text(libelle));
            }
        }
        if let Some(kind) = kind {
            self.set(at::CONTRACT_TYPE, Cell::Text(kind));
        }
    }

    fn salary(&mut self, salaire: Given<Object<Labelled<'a>>>) {
        let libelle = self.inside("salaire.libelle", salaire, |salaire| salaire.libelle);
        let Some(libelle) = self.take("salaire.libelle", libelle) else { return };
        let Some(salary) = Salary::read(&libelle) else {
            self.tell(Flaw::SalaryUnread, libelle);
            return;
        };
        self.set(at::SALARY_MIN, Cell::Number(salary.min));
        self.set(at::SALARY_MAX, Cell::Number(salary.max));
        self.set(at::SALARY_CURRENCY, Cell::of("EUR"));
        if let Some(period) = salary.period.map(Period::name) {
            self.set(at::SALARY_PERIOD, Cell::of(period));
        }
        if !salary.is_plausible() {
            self.tell(Flaw::SalaryImplausible, libelle);
        }
    }

    fn experience(&mut self, code: Text<'a>, libelle: Text<'a>) {
        let code = self.take("experienceExige", code);
        let libelle = self.take("experienceLibelle", libelle);
        match experience::months(code.as_deref(), libelle.as_deref()) {
            Some(months) => self.set(at::EXPERIENCE_MONTHS, Cell::Number(months)),
            None => libelle.iter().for_each(|libelle| self.tell_if_digits(Flaw::ExperienceUnread, libelle)),
        }
        let required = code.and_then(|code| experience::label(&code)).map(Cow::Borrowed).or(libelle);
        if let Some(required) = required {
            self.set(at::EXPERIENCE_REQUIRED, Cell::Text(required));
        }
    }

    fn hours(&mut self, libelle: Text<'a>) {
        let Some(libelle) = self.take("dureeTravailLibelle", libelle) else { return };
        match hours::read(&libelle) {
            Some(hours) => self.set(at::WEEKLY_HOURS, Cell::Number(hours)),
            None => self.tell_if_digits(Flaw::HoursUnread, &libelle),
        }
    }

    /// A label without a digit has nothing to read.
    fn tell_if_digits(&mut self, flaw: Flaw, label: &str) {
        if label.bytes().any(|byte| byte.is_ascii_digit()) {
            self.tell(flaw, label.to_owned());
        }
    }

    fn labels(&mut self, column: usize, source: &str, list: Given<Vec<Given<Object<Labelled<'a>>>>>) {
        if list.is_other() {
            self.tell_type(source);
        }
        let mut labels = Vec::new();
        for element in list.into_option().into_iter().flatten() {
            let libelle = self.inside(source, element, |element| element.libelle);
            labels.extend(self.take(source, libelle));
        }
        if !labels.is_empty() {
            self.set(column, Cell::List(labels));
        }
    }

    fn remote_work(&mut self, conditions: Given<Vec<Text<'a>>>) {
        const SOURCE: &str = "contexteTravail.conditionsExercice[]";
        if conditions.is_other() {
            self.tell_type(SOURCE);
        }
        for condition in conditions.into_option().into_iter().flatten() {
            let Some(text) = self.take(SOURCE, condition) else { continue };
            if self.row.cells[at::REMOTE_WORK] == Cell::Absent && tables::fold(&collapse(&text)).contains("teletravail")
            {
                self.set(at::REMOTE_WORK, Cell::Text(text));
            }
        }
    }

    fn accessible(&mut self, accessible: Given<bool>) {
        if accessible.is_other() {
            self.tell_type("accessibleTH");
        }
        if let Given::Is(accessible) = accessible {
            self.set(at::IS_HANDICAP_ACCESSIBLE, Cell::Truth(accessible));
        }
    }
}

#[cfg(test)]
mod tests;
