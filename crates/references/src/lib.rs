#![doc = include_str!("../README.md")]

pub mod convert_naf;
pub mod download;
pub mod extract;
pub mod locate_shapefiles;
