//! The codes of the French public field: values that cannot hold a wrong shape. Pure: no file, no network, no
//! list but that of the départements.
//!
//! | type | shape | example | says |
//! |---|---|---|---|
//! | [`CodeRome`] | a letter A to N, four digits | `M1805` | a métier, by France Travail |
//! | [`CodeInsee`] | five characters | `01001`, `2A004`, `97411` | a commune, by INSEE |
//! | [`CodeDepartement`] | two characters, three overseas | `35`, `2A`, `974` | a département or an overseas collectivity |
//! | [`CodePostal`] | five digits | `35000` | where La Poste brings it |
//! | [`CodeRegion`] | two digits | `53` | a region |
//! | [`Siren`] | nine digits, the last a key | `732829320` | a legal unit in SIRENE |
//! | [`Siret`] | fourteen digits, the last a key | `73282932000074` | an establishment in SIRENE |
//! | [`CodeNaf`] | four digits, a letter | `62.01Z` | an activity, in NAF rév. 2 or NAF 2025 |
//! | [`Cpv`] | eight digits, a key or none | `45000000-7` | what a public contract buys |
//!
//! Every type reads from text (`parse`, `TryFrom<String>`, serde, clap), writes the same text back, compares and hashes
//! as that text, and describes itself to JSON Schema. What is refused comes with its reason:
//!
//! ```
//! use codes::{Flaw, Siret};
//!
//! let siret: Siret = "73282932000074".parse()?;
//! assert_eq!(siret.siren(), "732829320");
//!
//! let error = "73282932000075".parse::<Siret>().unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "`73282932000075` is not a SIRET (such as `73282932000074`): its last digit is not the Luhn key of the others"
//! );
//! assert!(matches!(error.flaw, Flaw::Key(_)));
//! # Ok::<(), codes::CodeError>(())
//! ```
//!
//! Where a text is only to be judged, `check` says what is wrong with it, and allocates nothing: a step looks so at each of
//! a million cells.
//!
//! ```
//! use codes::{CodeDepartement, Siret};
//!
//! assert!(Siret::check("35600000049837").is_ok(), "La Poste has its own rule");
//! assert_eq!(Siret::check("7328293200007").unwrap_err().to_string(), "it has 13 characters, not 14");
//! assert_eq!("2A".parse::<CodeDepartement>()?.nom(), "Corse-du-Sud");
//! # Ok::<(), codes::CodeError>(())
//! ```
//!
//! A right shape is no proof that the code is in use: that is for the publisher's list to say. Nothing is repaired
//! here either (blanks, lost leading zeros): a repair must leave a trace in a report, which is a step's work.

mod code;
mod cpv;
mod departement;
mod insee;
mod naf;
mod postal;
mod rome;
mod sirene;

pub use code::{CodeError, Flaw, Misfit};
pub use cpv::Cpv;
pub use departement::CodeDepartement;
pub use insee::{CodeInsee, CodeRegion};
pub use naf::CodeNaf;
pub use postal::CodePostal;
pub use rome::CodeRome;
pub use sirene::{Siren, Siret};
