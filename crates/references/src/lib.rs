//! Steps that fetch and unpack reference files: the COG carto of IGN, the SIRENE stock and the NAF of INSEE.

pub mod convert_naf;
pub mod download;
pub mod extract;
pub mod locate_shapefiles;
