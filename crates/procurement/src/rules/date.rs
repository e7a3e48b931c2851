//! Dates: whether they are days, and in an order that can be.

use std::ops::RangeInclusive;

use crate::day::{Day, has_shape};
use crate::fault::{Fault, Tell};
use crate::value::{Object, Value};
use crate::way::Way;

use super::Contract;

/// Contracts before or after are typing errors.
const PLAUSIBLE_YEARS: RangeInclusive<u16> = 2000..=2050;

/// By law, data are published so many months after the notification.
const MONTHS_TO_PUBLISH: u16 = 2;

/// What stands where a date is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reading {
    /// Nothing where there is no such day, or no date alone.
    day: Option<Day>,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Day,
    /// A day and a zone.
    Zoned,
    /// A date within more text.
    Surrounded,
    /// No date: for the schema to say.
    Other,
}

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
    judge_publication(contract, tell);
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
        let Some(text) = object.get(key).and_then(Value::as_text) else { continue };
        let reading = read(text);
        let mut tell_date = |rule| tell(Fault::new(rule, way.key(key).pointer()).value(text));
        match reading.form {
            Form::Surrounded if contract.version.is_2_0() => tell_date("date.format"),
            Form::Zoned => tell_date("date.timezone"),
            _ => {}
        }
        match reading.day {
            Some(day) if !PLAUSIBLE_YEARS.contains(&day.year()) => tell_date("date.implausible"),
            None if matches!(reading.form, Form::Day | Form::Zoned) => tell_date("date.calendar"),
            _ => {}
        }
    }
}

fn judge_publication(contract: &Contract<'_, '_>, tell: &mut Tell<'_>) {
    let Some(text) = contract.text("datePublicationDonnees") else { return };
    let (Some(published), Some(in_force)) = (day_of(text), contract.in_force) else { return };
    let rule = match published {
        published if published < in_force => "date.publication_before_notification",
        published if published > in_force.plus_months(MONTHS_TO_PUBLISH) => "date.published_late",
        _ => return,
    };
    tell(Fault::new(rule, "/datePublicationDonnees").value(text));
}

/// The day that a text means, whatever its zone.
pub(super) fn day_of(text: &str) -> Option<Day> {
    read(text).day
}

fn read(text: &str) -> Reading {
    if let Some((day, zone)) = text.split_at_checked(10)
        && has_shape(day.as_bytes())
        && (zone.is_empty() || is_zone(zone.as_bytes()))
    {
        return Reading { day: Day::read(day), form: if zone.is_empty() { Form::Day } else { Form::Zoned } };
    }
    let is_within = text.as_bytes().windows(10).any(has_shape);
    Reading { day: None, form: if is_within { Form::Surrounded } else { Form::Other } }
}

/// `Z`, `+01:00`, or both as some write it.
fn is_zone(zone: &[u8]) -> bool {
    match zone {
        b"Z" => true,
        [b'+' | b'-', a, b, b':', c, d, rest @ ..] => {
            [a, b, c, d].into_iter().all(u8::is_ascii_digit) && matches!(rest, b"" | b"Z")
        }
        _ => false,
    }
}
