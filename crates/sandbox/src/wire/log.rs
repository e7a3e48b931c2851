//! What was asked, in the order of arrival.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde::Serialize;

use super::fault::Fault;

/// One request that reached a simulated service.
#[derive(Debug, Clone, Serialize)]
pub struct Request {
    /// From 1, over all services.
    pub number: u64,
    /// The service whose path was asked for; none has an empty name.
    pub service: &'static str,
    /// From 1, over the searches of that service alone, whatever they were answered; none for other requests.
    pub search: Option<u64>,
    /// From 1, over the requests of that service for a token alone.
    pub token: Option<u64>,
    /// `GET`, `POST`...
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// None while there is no answer, and for ever if the connection was reset or left hanging.
    pub status: Option<u16>,
    /// The fault that was drawn for it and that could be applied.
    pub fault: Option<Fault>,
    /// When it came, since the start of the sandbox.
    pub milliseconds: u64,
    /// When its answer was handed over to the connection.
    pub answered_milliseconds: Option<u64>,
    /// Whether it carried a token that was valid (or asked for one and got it).
    pub authorised: bool,
}

/// The log of requests.
#[derive(Debug)]
pub(crate) struct Log {
    start: Instant,
    requests: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    requests: Vec<Request>,
    /// Of each service, how many of each kind.
    counts: HashMap<(&'static str, Kind), u64>,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), requests: Mutex::default() }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn milliseconds(&self) -> u64 {
        self.start.elapsed().as_millis() as u64
    }

    pub(crate) fn open(&self, service: &'static str, method: &str, target: &str, kind: Kind) -> Request {
        let mut book = self.book();
        let count = book.counts.entry((service, kind)).or_default();
        *count += 1;
        let nth = *count;
        let request = Request {
            number: book.requests.len() as u64 + 1,
            service,
            search: (kind == Kind::Search).then_some(nth),
            token: (kind == Kind::Token).then_some(nth),
            method: method.to_owned(),
            target: target.to_owned(),
            status: None,
            fault: None,
            milliseconds: self.milliseconds(),
            answered_milliseconds: None,
            authorised: false,
        };
        book.requests.push(request.clone());
        request
    }

    pub(crate) fn amend(&self, number: u64, change: impl FnOnce(&mut Request)) {
        if let Some(request) = self.book().requests.get_mut(number as usize - 1) {
            change(request);
        }
    }

    pub(crate) fn close(&self, number: u64, status: u16) {
        let now = self.milliseconds();
        self.amend(number, |request| {
            request.status = Some(status);
            request.answered_milliseconds = Some(now);
        });
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.book().requests.clone()
    }
}

/// What a request is counted as; its service says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// It asks for a token.
    Token,
    /// It asks for a page of a listing.
    Search,
    Other,
}
