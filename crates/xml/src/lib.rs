//! XML: a guarded pull reader and a writer.
//!
//! Alone names quick-xml. The [`Reader`] takes decoded text (UTF-8) from any stream and hands out what stands in it piece
//! by piece, in constant memory. It refuses what is not well formed, any DOCTYPE (and with it every entity that a document
//! could define), and what grows past its [`Limits`]. Who has text in another encoding decodes it first;
//! [`declared_encoding`] says what the document claims. The [`Writer`] escapes, and what XML cannot carry goes by a rule
//! that the caller picks.

mod attribute;
mod character;
mod declaration;
mod error;
mod event;
mod gauge;
mod limits;
mod namespace;
mod part;
mod reader;
mod start;
mod writer;

pub use attribute::{Attribute, local_name};
pub use character::is_name;
pub use declaration::declared_encoding;
pub use error::Error;
pub use event::Event;
pub use limits::Limits;
pub use reader::Reader;
pub use start::Start;
pub use writer::{Unfit, Writer};
