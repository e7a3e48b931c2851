//! Input that means harm, or was damaged.
