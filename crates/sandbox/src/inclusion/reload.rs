//! What a reload of the tables does, and where.

use std::str::FromStr;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// What a reload does to the rows.
#[derive(ValueEnum, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Reload {
    /// Some rows are gone
    Delete,
    /// There are new rows
    Insert,
    /// As many rows are gone as are new
    Swap,
    /// Some rows have another identifier, and so another place
    Move,
    /// Some rows have other details, and a later date
    Change,
    /// Some rows belong to another cluster
    Cluster,
    /// Two thirds of the rows are missing, until the next reload
    Shrink,
    /// There is no row, until the next reload
    Empty,
    /// All is as it was
    Same,
}

impl Reload {
    /// Those that a reload is one of, unless the user says which.
    pub(crate) const USUAL: [Self; 6] =
        [Self::Delete, Self::Insert, Self::Swap, Self::Move, Self::Change, Self::Cluster];
}

/// Where in the order of a list a reload touches rows.
#[derive(ValueEnum, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Spot {
    /// Anywhere
    Anywhere,
    /// Among the first rows
    Start,
    /// At the end of the page that was handed out last
    Seam,
    /// Among the last rows
    End,
}

/// A reload, and the list request after which it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReloadAt {
    /// What it does.
    pub reload: Reload,
    /// Where.
    pub spot: Spot,
    /// The number of the list request, from 1.
    pub request: u64,
}

impl FromStr for ReloadAt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (what, request) = text.split_once('@').ok_or("KIND[:SPOT]@N expected")?;
        let request = request.parse().map_err(|why| format!("not a number: {why}"))?;
        let (reload, spot) = read(what)?;
        Ok(Self { reload, spot, request })
    }
}

/// `KIND[:SPOT]`.
pub(crate) fn read(text: &str) -> Result<(Reload, Spot), String> {
    let (kind, spot) = text.split_once(':').unwrap_or((text, "anywhere"));
    Ok((Reload::from_str(kind, false)?, Spot::from_str(spot, false)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reload_is_ordered_with_or_without_its_spot() {
        let at = |reload, spot, request| Ok(ReloadAt { reload, spot, request });
        assert_eq!("delete@3".parse(), at(Reload::Delete, Spot::Anywhere, 3));
        assert_eq!("swap:seam@12".parse(), at(Reload::Swap, Spot::Seam, 12));
        for wrong in ["delete", "delete@x", "erase@1", "delete:there@1"] {
            assert!(wrong.parse::<ReloadAt>().is_err(), "{wrong}");
        }
    }
}
