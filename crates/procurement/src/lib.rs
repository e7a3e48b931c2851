#![doc = include_str!("../README.md")]

mod cells;
pub mod convert_procurement;
mod cpv;
mod day;
#[allow(dead_code)]
mod dedupe;
mod document;
#[allow(dead_code)]
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
#[allow(dead_code)]
mod sorter;
#[allow(dead_code)]
mod states;
mod table;
mod target;
mod telling;
#[allow(dead_code)]
mod upgrade;
pub mod validate_procurement;
#[allow(dead_code, unused_imports)]
mod value;
mod version;
mod way;
mod whole;
#[cfg(test)]
mod xml_cases;
#[allow(dead_code, unused_imports)]
mod xml_form;
#[allow(dead_code, unused_imports)]
mod xsd;
