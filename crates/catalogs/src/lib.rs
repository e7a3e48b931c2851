#![doc = include_str!("../README.md")]

mod action;
mod answer;
mod ckan;
mod dkan;
#[cfg(test)]
mod expected;
mod gathering;
mod ids;
mod item;
mod line;
mod memory;
mod model;
mod ods;
mod package;
mod package_list;
mod package_show;
mod page;
mod portal;
mod reading;
mod resource_title;
mod settings;
mod store;
mod tally;
mod values;
mod verdict;
