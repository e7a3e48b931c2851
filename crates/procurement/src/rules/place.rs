//! The code of a place, by its type.

use crate::fault::{Fault, Tell};
use crate::value::Value;

use super::contract::Contract;

pub(super) fn judge(contract: &Contract<'_, '_>, tell: &mut Tell<'_>) {
    let Some(place) = contract.get("lieuExecution") else { return };
    let text = |key| place.get(key).and_then(Value::as_text);
    if let (Some(code), Some(kind)) = (text("code"), text("typeCode")) {
        judge_code(code, kind, tell);
    }
}

pub(super) fn judge_code(code: &str, kind: &str, tell: &mut Tell<'_>) {
    if !fits(code, kind) {
        tell(Fault::new("lieu.code_shape", "/lieuExecution/code").value(code));
    }
}

fn fits(code: &str, kind: &str) -> bool {
    let is_number = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    match kind {
        "Code postal" => is_number(code, 5),
        "Code commune" => code.split_at_checked(2).is_some_and(|(departement, number)| {
            (is_number(departement, 2) || matches!(departement, "2A" | "2B")) && is_number(number, 3)
        }),
        "Code département" => is_departement(code),
        "Code région" => is_number(code, 2),
        "Code pays" => {
            (code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
                || code.strip_prefix("99").is_some_and(|number| is_number(number, 3))
        }
        _ => true,
    }
}

fn is_departement(code: &str) -> bool {
    matches!(code, "2A" | "2B" | "984" | "986" | "987" | "988")
        || (code.len() == 2
            && matches!(code.parse::<u8>(), Ok(1..=95))
            && code.bytes().all(|byte| byte.is_ascii_digit()))
        || (code.len() == 3 && code.starts_with("97") && matches!(code.as_bytes()[2], b'1'..=b'8'))
}
