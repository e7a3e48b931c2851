//! Journeys across the executables.
