#![doc = include_str!("../README.md")]
#![allow(dead_code, unused_imports)]

mod branch;
mod cells;
pub mod convert_procurement;
mod cpv;
mod day;
mod dedupe;
mod document;
mod element;
mod entity;
mod fault;
mod heading;
mod judge;
mod judged;
mod kind;
mod lists;
mod messages;
mod origin;
mod output;
mod procedures;
mod regulatory;
mod repair;
mod rules;
mod schema;
mod section;
mod sorter;
mod states;
mod table;
mod target;
mod telling;
mod upgrade;
mod upgraded;
pub mod validate_procurement;
mod value;
mod version;
mod way;
mod whole;
#[cfg(test)]
mod xml_cases;
mod xml_form;
mod xsd;
