//! How a conversion may end.
