//! What a reader meets.

use std::borrow::Cow;

use crate::start::Start;

/// A piece of a document. Comments and instructions are passed over.
#[derive(Debug)]
pub enum Event<'a> {
    /// An element begins. One without content ends right after.
    Start(Start<'a>),
    /// Text of the innermost element, or a part of it: a reference and a CDATA section come on their own.
    Text(Cow<'a, str>),
    /// The innermost element ends, which has this name, as written.
    End(&'a str),
    /// The document ends, and is well formed.
    Eof,
}
