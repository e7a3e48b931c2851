//! Days, as the package reads them: by the very crate that it uses.

use jiff::civil::Date;
use speedate::{DateTime, DateTimeConfig, MicrosecondsPrecisionOverflowBehavior, TimeConfig, TimestampUnit};

use super::fault::FaultType::{self, DateFromDatetimeInexact, DateFromDatetimeParsing, DateParsing, DateType};
use super::value::Value;

/// The package cuts what is finer than a microsecond, takes a moment without a zone as it stands, and seconds or
/// milliseconds by their size.
const READING: DateTimeConfig = DateTimeConfig {
    timestamp_unit: TimestampUnit::Infer,
    time_config: TimeConfig {
        microseconds_precision_overflow_behavior: MicrosecondsPrecisionOverflowBehavior::Truncate,
        unix_timestamp_offset: None,
    },
};

/// The first day that `date_maj` may be: the models want one of this century.
pub(crate) fn earliest() -> Date {
    Date::constant(2000, 1, 1)
}

/// The day of a value: `YYYY-MM-DD`, or a moment that is exactly midnight, or Unix seconds or milliseconds of one.
pub(crate) fn read(value: &Value<'_>) -> Result<Date, FaultType> {
    match value {
        Value::Text(text) => match speedate::Date::parse_bytes_rfc3339(text.as_bytes()) {
            Ok(day) => civil(day),
            Err(_) => midnight(DateTime::parse_bytes_with_config(text.as_bytes(), &READING).ok()),
        },
        Value::Number(text) => match text.parse::<i64>() {
            Ok(seconds) => midnight(DateTime::from_timestamp_with_config(seconds, 0, &READING).ok()),
            // A whole number beyond 64 bits is of a type of its own, which is no date.
            Err(_) if is_whole(text) => Err(DateType),
            Err(_) => midnight(of_float(text)),
        },
        _ => Err(DateType),
    }
}

fn is_whole(number: &str) -> bool {
    !number.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'))
}

/// A moment from seconds with a fraction, rounded to the microsecond.
fn of_float(number: &str) -> Option<DateTime> {
    let seconds: f64 = number.parse().ok()?;
    if !seconds.is_finite() {
        return None;
    }
    let microseconds = (seconds.fract().abs() * 1e6).round();
    DateTime::from_timestamp_with_config(seconds.floor() as i64, microseconds as u32, &READING).ok()
}

fn midnight(moment: Option<DateTime>) -> Result<Date, FaultType> {
    let moment = moment.ok_or(DateFromDatetimeParsing)?;
    let time = &moment.time;
    match (time.hour, time.minute, time.second, time.microsecond) {
        (0, 0, 0, 0) => civil(moment.date),
        _ => Err(DateFromDatetimeInexact),
    }
}

/// The year 0 is a date to the crate, but none to the package's language.
fn civil(day: speedate::Date) -> Result<Date, FaultType> {
    let of_calendar = i16::try_from(day.year).ok().filter(|year| *year > 0);
    let of_calendar = of_calendar.and_then(|year| Date::new(year, day.month as i8, day.day as i8).ok());
    of_calendar.ok_or(DateParsing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_text(text: &str) -> Result<String, FaultType> {
        read(&Value::Text(text.into())).map(|day| day.to_string())
    }

    fn of_number(text: &str) -> Result<String, FaultType> {
        read(&Value::Number(text)).map(|day| day.to_string())
    }

    #[test]
    fn takes_midnights_in_every_form_of_the_package() {
        for text in [
            "2025-02-14",
            "2025-02-14T00:00:00",
            "2025-02-14 00:00",
            "2025-02-14t00:00:00z",
            "2025-02-14_00:00",
            "2025-02-14T00:00:00+02:00",
            "2025-02-14T00:00:00.0000000001",
            "2025-02-14T00:00:00,000",
            "1739491200",
            "1739491200000",
            "+1739491200",
            "1739491200.0000001",
        ] {
            assert_eq!(of_text(text).as_deref(), Ok("2025-02-14"), "{text}");
        }
        for number in ["1739491200", "1739491200000", "1739491200.0"] {
            assert_eq!(of_number(number).as_deref(), Ok("2025-02-14"), "{number}");
        }
    }

    #[test]
    fn tells_why_it_takes_no_other() {
        for text in
            ["14/02/2025", "2025-2-4", " 2025-02-14", "2025-02-30", "", "2025-02-14T24:00:00", "1e400", "10000-01-01"]
        {
            assert_eq!(of_text(text), Err(DateFromDatetimeParsing), "{text}");
        }
        for text in ["20250214", "-1", "1.7e9", "2025-02-14T00:00:00.1", "1735689600.4"] {
            assert_eq!(of_text(text), Err(DateFromDatetimeInexact), "{text}");
        }
        assert_eq!(of_text("0000-01-01"), Err(DateParsing));
        assert_eq!(of_number("12"), Err(DateFromDatetimeInexact));
        assert_eq!(of_number("1e300"), Err(DateFromDatetimeParsing));
        assert_eq!(of_number("99999999999999999999"), Err(DateType));
        assert_eq!(read(&Value::Bool(true)), Err(DateType));
    }
}
