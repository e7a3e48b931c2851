//! The way through a document, from contract to contract.

use anyhow::Result;
use tables::Source;

use crate::kind::Kind;

use super::entry::{Container, Entry, Shape};
use super::refusal::refuse;
use super::stream::Stream;

/// Where the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Begin,
    /// At the begin of the one contract.
    Alone,
    /// In a list of contracts.
    List(Option<Kind>),
    /// After a list of 2.0, in the object around it.
    AfterList,
    /// After `marches`.
    AfterMarches,
    /// After a contract, or a list of them, that stands bare.
    AfterBare,
    End,
}

/// Reads a document.
#[derive(Debug)]
pub(crate) struct Reader {
    source: Source,
    stream: Stream,
    reads_not_finite: bool,
    state: State,
    container: Container,
    shape: Shape,
    number: u64,
    /// The next thing in a list or object needs no comma before it.
    is_first: bool,
}

/// The key around all contracts.
const MARCHES: &str = "marches";

impl Reader {
    /// Begins to read; `reads_not_finite`: `NaN` is read as null.
    ///
    /// # Errors
    /// 65 when it is no text.
    pub(crate) fn open(source: &Source, reads_not_finite: bool) -> Result<Self> {
        let stream = Stream::new(source.text()?, source.path(), reads_not_finite);
        Ok(Self {
            source: source.clone(),
            stream,
            reads_not_finite,
            state: State::Begin,
            container: Container::V1,
            shape: Shape::default(),
            number: 0,
            is_first: true,
        })
    }

    /// Bytes of the text, in UTF-8, that were read.
    pub(crate) fn bytes(&self) -> u64 {
        self.stream.bytes()
    }

    /// How contracts are listed; known once one was read, or all.
    pub(crate) fn container(&self) -> Container {
        self.container
    }

    /// What is to be said of the document; known once all is read.
    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Shows the next contract; false at the end.
    ///
    /// # Errors
    /// 65 where it is not JSON or too large, and what `see` fails with.
    pub(crate) fn next(&mut self, see: &mut dyn FnMut(Entry<'_>) -> Result<()>) -> Result<bool> {
        loop {
            match self.state {
                State::Begin => self.begin()?,
                State::Alone => {
                    self.state = State::AfterBare;
                    self.stream
                        .value(0, &mut |value, oddities| see(Entry { number: 1, list: None, value, oddities }))?;
                    return Ok(true);
                }
                State::List(list) => {
                    if self.stream.ends(b']', &mut self.is_first)? {
                        self.state = match (list, self.shape.is_wrapped) {
                            (Some(_), _) => State::AfterList,
                            (None, true) => State::AfterMarches,
                            (None, false) => State::AfterBare,
                        };
                        self.is_first = false;
                        continue;
                    }
                    self.number += 1;
                    let number = self.number;
                    self.stream
                        .value(self.depth(), &mut |value, oddities| see(Entry { number, list, value, oddities }))?;
                    return Ok(true);
                }
                State::AfterList => self.lists()?,
                State::AfterMarches => self.after_marches()?,
                State::AfterBare => {
                    self.stream.end()?;
                    self.state = State::End;
                }
                State::End => return Ok(false),
            }
        }
    }

    /// Objects and lists around a contract.
    fn depth(&self) -> usize {
        match (self.container, self.shape.is_wrapped) {
            (Container::V2, _) => 3,
            (Container::V1, true) => 2,
            (Container::V1, false) => 1,
        }
    }

    /// Goes to the contracts.
    fn begin(&mut self) -> Result<()> {
        let opening = self.stream.peek()?;
        self.is_first = true;
        match opening {
            b'[' => {
                self.stream.skip(1);
                self.state = State::List(None);
                Ok(())
            }
            b'{' => {
                self.stream.skip(1);
                self.find_marches()
            }
            _ => Err(refuse(self.stream.path(), NEITHER, NEITHER_HINT)),
        }
    }

    /// Keys before `marches` are passed over; without it, the whole is one contract, and is read again.
    fn find_marches(&mut self) -> Result<()> {
        while !self.stream.ends(b'}', &mut self.is_first)? {
            if self.stream.key()? == MARCHES {
                return self.enter_marches();
            }
            self.stream.value(1, &mut |_, _| Ok(()))?;
        }
        self.stream = Stream::new(self.source.text()?, self.source.path(), self.reads_not_finite);
        self.state = State::Alone;
        Ok(())
    }

    fn enter_marches(&mut self) -> Result<()> {
        self.shape.is_wrapped = true;
        match self.stream.peek()? {
            b'[' => {
                self.stream.skip(1);
                (self.state, self.is_first) = (State::List(None), true);
            }
            b'{' => {
                self.stream.skip(1);
                self.container = Container::V2;
                (self.state, self.is_first) = (State::AfterList, true);
            }
            _ => {
                self.shape.has_odd_marches = true;
                self.stream.value(1, &mut |_, _| Ok(()))?;
                (self.state, self.is_first) = (State::AfterMarches, false);
            }
        }
        Ok(())
    }

    /// In the object of 2.0: goes to the next list, or out of it.
    fn lists(&mut self) -> Result<()> {
        while !self.stream.ends(b'}', &mut self.is_first)? {
            let key = self.stream.key()?;
            let Some(kind) = Kind::of_list(&key) else {
                self.stream.value(2, &mut |_, _| Ok(()))?;
                continue;
            };
            if self.shape.lists.iter().any(|(known, _)| *known == kind) {
                self.shape.duplicate_keys.push(format!("/{MARCHES}/{key}"));
            }
            let is_list = self.stream.peek()? == b'[';
            self.shape.lists.push((kind, is_list));
            if is_list {
                self.stream.skip(1);
                (self.state, self.is_first) = (State::List(Some(kind)), true);
                return Ok(());
            }
            self.stream.value(2, &mut |_, _| Ok(()))?;
        }
        (self.state, self.is_first) = (State::AfterMarches, false);
        Ok(())
    }

    /// What else stands beside `marches`. There is no second one: of what was read, nothing can be taken back.
    fn after_marches(&mut self) -> Result<()> {
        while !self.stream.ends(b'}', &mut self.is_first)? {
            if self.stream.key()? == MARCHES {
                let why = "`marches` stands twice in it (json.duplicate_key)";
                return Err(refuse(self.stream.path(), why, "keep one of them"));
            }
            self.stream.value(1, &mut |_, _| Ok(()))?;
        }
        self.stream.end()?;
        self.state = State::End;
        Ok(())
    }
}

const NEITHER: &str = "it is neither a table nor a regulatory document";
const NEITHER_HINT: &str = "give `{\"marches\": [...]}`, a contract, or a list of contracts";
