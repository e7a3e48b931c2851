//! Dates: whether they are days, and in an order that can be.

use std::ops::RangeInclusive;

use crate::day::Day;
use crate::fault::{Fault, Tell};
use crate::value::{Object, Value};
use crate::version::Version;
use crate::way::Way;

use super::contract::Contract;
use super::reading::{Form, day_of, read};

/// Contracts before or after are typing errors.
const PLAUSIBLE_YEARS: RangeInclusive<u16> = 2000..=2050;

/// By law, data are published so many months after the notification.
const MONTHS_TO_PUBLISH: u16 = 2;

pub(super) fn judge(contract: &Contract<'_, '_>, tell: &mut Tell<'_>) {
    let keys: &[&str] = match contract.kind.is_concession() {
        true => &["dateSignature", "datePublicationDonnees", "dateDebutExecution"],
        false => &["dateNotification", "datePublicationDonnees"],
    };
    judge_dates(contract, contract.object, &Way::Root, keys, tell);
    if contract.kind.is_concession() {
        contract.entries("donneesExecution", "donneesAnnuelles", &mut |year, way| {
            judge_dates(contract, year, way, &["datePublicationDonneesExecution"], tell);
        });
    }
    if let Some(text) = contract.text("datePublicationDonnees") {
        judge_publication(text, contract.in_force, tell);
    }
}

/// The dates of an object.
pub(super) fn judge_dates(
    contract: &Contract<'_, '_>,
    object: &Object<'_>,
    way: &Way<'_>,
    keys: &[&str],
    tell: &mut Tell<'_>,
) {
    for key in keys {
        if let Some(text) = object.get(key).and_then(Value::as_text) {
            judge_date(text, contract.version, &way.key(key), tell);
        }
    }
}

/// One date.
pub(super) fn judge_date(text: &str, version: Version, way: &Way<'_>, tell: &mut Tell<'_>) {
    let reading = read(text);
    let mut tell_date = |rule| way.with_pointer(|path| tell(Fault::new(rule, path).value(text)));
    match reading.form {
        Form::Surrounded if version.is_2_0() => tell_date("date.format"),
        Form::Zoned => tell_date("date.timezone"),
        _ => {}
    }
    match reading.day {
        Some(day) if !PLAUSIBLE_YEARS.contains(&day.year()) => tell_date("date.implausible"),
        None if matches!(reading.form, Form::Day | Form::Zoned) => tell_date("date.calendar"),
        _ => {}
    }
}

/// The date of publication of a contract that came into force on a day.
pub(super) fn judge_publication(text: &str, in_force: Option<Day>, tell: &mut Tell<'_>) {
    let (Some(published), Some(in_force)) = (day_of(text), in_force) else { return };
    let rule = match published {
        published if published < in_force => "date.publication_before_notification",
        published if published > in_force.plus_months(MONTHS_TO_PUBLISH) => "date.published_late",
        _ => return,
    };
    tell(Fault::new(rule, "/datePublicationDonnees").value(text));
}
