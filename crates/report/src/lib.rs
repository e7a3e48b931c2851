//! Rules, findings, rejects, and the reports of a step: as JSON for machines, as a page for people.
//!
//! - [`Rules`] is what a step looks for: each [`Rule`] has a name, a level, a message and a remedy.
//! - [`Finding`] is one rule met at one place. [`Findings`] counts them all, keeps what is to be written, in order.
//! - [`Intake`] counts records, tells what the reader of a table has to tell, and sets rejected records aside.
//! - [`Names`] are the files beside an output; [`Report`] writes them.
//! - [`Page`] alone is for a step whose report is of no file; [`Markup`] is what a step draws on one.
//! - [`mask`] takes e-mail addresses and telephone numbers out of a text.
//!
//! The same input gives the same bytes in every file: no clock, no path, no order of a hash.

mod args;
mod counts;
mod finding;
mod findings;
mod input;
mod intake;
mod layout;
mod line;
mod markup;
mod mask;
mod page;
mod rejects;
mod rule;
mod settled;
mod spill;
mod summary;
mod tally;

pub use args::{FindingsArgs, Lang};
pub use counts::{Levels, Records};
pub use finding::{Finding, Part, PartId};
pub use findings::{Findings, RuleEntry, Spot};
pub use input::Input;
pub use intake::Intake;
pub use layout::{Names, name_of};
pub use markup::Markup;
pub use mask::{has_contact, mask};
pub use page::{Cell, Fold, Page, Section, group};
pub use rejects::Rejects;
pub use rule::{Level, Rule, RuleId, Rules, reading_rules};
pub use summary::{Report, Reported, earlier};
