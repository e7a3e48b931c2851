#![doc = include_str!("../README.md")]

mod action;
mod address;
mod answer;
mod changes;
mod ckan;
mod coverage;
mod dcat;
mod dkan;
#[cfg(test)]
mod expected;
mod gathering;
pub mod harvest;
mod ids;
mod item;
mod journal;
mod ledger;
mod line;
mod memory;
mod model;
mod ods;
mod package;
mod package_list;
mod package_show;
mod page;
mod pages;
mod portal;
mod rdf;
mod reading;
mod resource_title;
mod rules;
mod service;
mod settings;
mod store;
mod tally;
mod values;
mod verdict;

/// A page becomes a hundred thousand small pieces, which this one hands out fastest.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
