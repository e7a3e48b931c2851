//! The steps as they are run: executables in folders of their own.

mod assess;
