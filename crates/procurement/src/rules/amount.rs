//! Amounts and durations: what no contract is worth, and what was made up to fill a field.

use crate::fault::Tell;
use crate::kind::Kind;
use crate::value::{Decimal, Object, Value};
use crate::version::Version;
use crate::way::Way;

use super::contract::{Contract, fault};

/// Beyond, the finance ministry's own tools take an amount for an error.
const TOO_HIGH: &str = "3000000000";

/// Below it, a duration of about a year in days is more likely than one of thirty years.
const LARGE: &str = "10000000";

/// Fewer euros a month, as a power of ten, are a sign that amount or duration is wrong.
const LEAST_A_MONTH: u8 = 2;

/// A longer number is nobody's filler.
const LONGEST_AMOUNT: usize = 400;

pub(super) fn judge(contract: &Contract<'_, '_>, tell: &mut Tell<'_>) {
    judge_amount(contract, contract.object, &Way::Root, tell);
    if let Some(duration) = contract.get("dureeMois") {
        judge_whole_duration(duration, contract.amount, contract.kind, tell);
    }
}

/// The duration of a contract, beside what it is worth.
pub(super) fn judge_whole_duration(
    duration_value: &Value<'_>,
    amount_value: Option<&Value<'_>>,
    kind: Kind,
    tell: &mut Tell<'_>,
) {
    let Some(duration) = duration_value.as_number() else { return };
    let way = Way::Root.key("dureeMois");
    judge_length(duration_value, &way, tell);
    let longest = if kind.is_concession() { "360" } else { "180" };
    if duration > Decimal::read(longest) {
        fault("duree.too_long", &way, duration_value, tell);
    }
    let Some((value, amount)) = amount_value.and_then(|value| Some((value, value.as_number()?))) else { return };
    let is_in_days = ["360", "365", "366"].into_iter().any(|days| duration == Decimal::read(days));
    if is_in_days && amount < Decimal::read(LARGE) {
        fault("duree.days", &way, duration_value, tell);
    }
    let is_little = duration > Decimal::read("0") && amount < duration.times_power_of_ten(LEAST_A_MONTH);
    if is_little && amount >= Decimal::read("1") {
        fault("montant.per_month", &Way::Root.key(kind.amount_key()), value, tell);
    }
}

/// The amount of a contract or of a modification.
pub(super) fn judge_amount(contract: &Contract<'_, '_>, object: &Object<'_>, way: &Way<'_>, tell: &mut Tell<'_>) {
    if let Some(value) = object.get(contract.kind.amount_key()) {
        judge_value(value, contract.version, &way.key(contract.kind.amount_key()), tell);
    }
}

/// What stands where an amount is expected.
pub(super) fn judge_value(value: &Value<'_>, version: Version, way: &Way<'_>, tell: &mut Tell<'_>) {
    let Some(amount) = value.as_number() else { return };
    if amount.is_negative() {
        fault("montant.negative", way, value, tell);
        return;
    }
    if amount > Decimal::read(TOO_HIGH) {
        fault("montant.too_high", way, value, tell);
    }
    if !version.is_2_0() && amount < Decimal::read("1") {
        fault("montant.too_low", way, value, tell);
    }
    let Some(digits) = amount.whole_digits(LONGEST_AMOUNT) else { return };
    if digits.len() >= 5 && digits.bytes().all(|digit| digit == digits.as_bytes()[0]) {
        fault("montant.repeated_digits", way, value, tell);
    }
    if matches!(&*digits, "123456" | "1234567" | "12345678") || digits.starts_with("123456789") {
        fault("montant.sequence", way, value, tell);
    }
}

/// The duration of a contract or of a modification.
pub(super) fn judge_duration(object: &Object<'_>, way: &Way<'_>, tell: &mut Tell<'_>) {
    if let Some(value) = object.get("dureeMois") {
        judge_length(value, &way.key("dureeMois"), tell);
    }
}

fn judge_length(value: &Value<'_>, way: &Way<'_>, tell: &mut Tell<'_>) {
    if value.as_number().is_some_and(|duration| duration <= Decimal::read("0")) {
        fault("duree.not_positive", way, value, tell);
    }
}
