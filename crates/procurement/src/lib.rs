#![doc = include_str!("../README.md")]

mod cells;
pub mod convert_procurement;
mod cpv;
#[allow(dead_code)]
mod dedupe;
mod document;
#[allow(dead_code)]
mod element;
mod fault;
mod heading;
mod judge;
mod kind;
mod messages;
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
#[allow(dead_code)]
mod upgrade;
pub mod validate_procurement;
#[allow(dead_code, unused_imports)]
mod value;
mod version;
mod whole;
#[cfg(test)]
mod xml_cases;
#[allow(dead_code, unused_imports)]
mod xml_form;
#[allow(dead_code, unused_imports)]
mod xsd;
