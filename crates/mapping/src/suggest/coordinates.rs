//! Coordinates, which are known by their values as well as by their names.

use super::column::Column;
use crate::lambert;

/// What a pair of columns holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    Degrees,
    /// Longitude where latitude should be, and the other way round.
    Exchanged,
    Lambert,
    Neither,
}

/// So many values must be of the kind.
const ENOUGH: f64 = 0.8;

/// What two columns are that are said to be longitude and latitude.
pub(super) fn pair(longitude: &Column, latitude: &Column) -> Pair {
    let within = |column: &Column, from: f64, to: f64| {
        column.share(|value| lambert::number(value).is_some_and(|number| (from..=to).contains(&number))) >= ENOUGH
    };
    // Metropolitan France: no longitude there is a latitude, and no latitude a longitude.
    let (is_east, is_north) = ((-5.5, 10.0), (41.0, 51.5));
    let both =
        |one: (f64, f64), other: (f64, f64)| within(longitude, one.0, one.1) && within(latitude, other.0, other.1);
    if both(is_north, is_east) {
        Pair::Exchanged
    } else if both((100_000.0, 1_300_000.0), (6_000_000.0, 7_200_000.0)) {
        Pair::Lambert
    } else if both((-180.0, 180.0), (-90.0, 90.0)) {
        Pair::Degrees
    } else {
        Pair::Neither
    }
}
