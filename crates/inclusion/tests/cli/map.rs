//! `map-contribution`: a file and a mapping in, records of the schema out.

mod files;
mod flags;
mod hostile;
mod language;
mod mednum;
mod repairs;
mod support;
mod v0;
mod valid;
