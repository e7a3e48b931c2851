//! x
mod answer;
mod ask;
mod chain;
mod record;
mod shelf;
