//! `download`: a reference file, whole and of one version, or what was there before.
