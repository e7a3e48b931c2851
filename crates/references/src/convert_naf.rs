//! `convert-naf`: the NAF workbooks of INSEE as CSV files.
