//! The steps as their users meet them: the built executables.
