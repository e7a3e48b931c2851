//! The Paris clock, which French services and their stamps go by, whatever clock the machine has.

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The clock's name.
pub const ZONE: &str = "Europe/Paris";

/// What it says now.
pub fn now() -> Result<DateTime> {
    at(Timestamp::now())
}

/// What it says at an instant.
pub fn at(instant: Timestamp) -> Result<DateTime> {
    let zone = TimeZone::get(ZONE).context("could not find the Paris clock")?;
    Ok(zone.to_datetime(instant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_an_hour_ahead_in_winter_and_two_in_summer() {
        let paris = |instant: &str| at(instant.parse().unwrap()).unwrap().to_string();
        assert_eq!(paris("2025-12-31T23:30:00Z"), "2026-01-01T00:30:00");
        assert_eq!(paris("2026-07-01T22:30:00Z"), "2026-07-02T00:30:00");
    }
}
