//! A finding as it is written: one JSON object, whose order of keys is part of the interface.

use std::fmt::{self, Write as _};

use tables::{escape_json, write_json_text};

use crate::finding::{Finding, Part};
use crate::rule::{Level, Rule};

/// What is the same in every line of a rule, as JSON; a file tells of few rules, and of each a thousand times.
#[derive(Debug)]
pub(crate) struct RuleJson {
    head: Vec<u8>,
    message: Vec<u8>,
    tail: Vec<u8>,
}

impl RuleJson {
    pub(crate) fn of(rule: &Rule) -> Self {
        let (mut head, mut message, mut tail) = (b"{\"rule\":".to_vec(), vec![], vec![]);
        write_json_text(&rule.name, &mut head);
        head.extend_from_slice(b",\"level\":");
        write_json_text(rule.level.name(), &mut head);
        escape_json(&rule.message, &mut message);
        write_json_text(&rule.remedy, &mut tail);
        tail.extend_from_slice(b"}\n");
        Self { head, message, tail }
    }
}

/// Adds a finding of a rule, and the end of its line.
pub(crate) fn write(finding: &Finding<'_>, rule: &RuleJson, part: Option<&Part>, line: &mut Vec<u8>) {
    line.extend_from_slice(&rule.head);
    let (list, file) = part.map_or((None, None), |part| (part.list.as_deref(), part.file.as_deref()));
    add_text(",\"list\":", list, line);
    add_text(",\"file\":", file, line);
    add_number(",\"record\":", finding.record, line);
    add_number(",\"line\":", finding.line, line);
    add_text(",\"column\":", finding.column, line);
    add_text(",\"path\":", finding.path, line);
    add_text(",\"id\":", finding.id, line);
    add_text(",\"value\":", finding.shown_value(), line);
    add_text(",\"to\":", finding.shown_to(), line);
    line.extend_from_slice(b",\"message\":\"");
    // Memory takes what it is given.
    if let Some(lead) = finding.lead {
        let _ = write!(Escaping(line), "{lead}");
    }
    match finding.message {
        None => line.extend_from_slice(&rule.message),
        Some(message) => {
            let _ = write!(Escaping(line), "{message}");
        }
    }
    line.extend_from_slice(b"\",\"remedy\":");
    match finding.remedy {
        None => line.extend_from_slice(&rule.tail),
        Some(remedy) => {
            write_json_text(remedy, line);
            line.extend_from_slice(b"}\n");
        }
    }
}

fn add_text(key: &str, text: Option<&str>, line: &mut Vec<u8>) {
    if let Some(text) = text {
        line.extend_from_slice(key.as_bytes());
        write_json_text(text, line);
    }
}

fn add_number(key: &str, number: Option<u64>, line: &mut Vec<u8>) {
    if let Some(number) = number {
        line.extend_from_slice(key.as_bytes());
        write_number(number, line);
    }
}

/// Its digits, without the detour over what formats any value: there are two in every line.
fn write_number(mut number: u64, line: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut from = digits.len();
    loop {
        from -= 1;
        digits[from] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    line.extend_from_slice(&digits[from..]);
}

/// Escapes what is put together on the way.
struct Escaping<'l>(&'l mut Vec<u8>);

impl fmt::Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape_json(text, self.0);
        Ok(())
    }
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_digits() {
        for number in [0, 7, 10, 4_096, u64::MAX] {
            let mut line = vec![];
            write_number(number, &mut line);
            assert_eq!(line, number.to_string().as_bytes());
        }
    }
}
