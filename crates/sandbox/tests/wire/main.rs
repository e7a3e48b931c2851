//! The sandbox as a client sees it: raw bytes on a socket, so that no HTTP library stands between a fault and the test.

// Clippy takes helpers of tests for code that is no test.
#![allow(clippy::unwrap_used)]

mod churn;
mod client;
mod exchanges;
mod faults;
mod history;
mod lies;
mod loading;
mod offers;
mod paging;
mod portals;
mod rate;
mod references;
mod referentials;
mod run;
mod turnover;
mod unmeasured;
