//! Rows in the form of the stock of SIRENE, which packs 3.3 to 1.

use std::io::Write;
use std::path::Path;

use crate::create;
use crate::dice::Dice;

const STREETS: [&str; 5] = ["DE LA REPUBLIQUE", "VICTOR HUGO", "DES LILAS", "DU MOULIN", "DE LA GARE"];

pub(crate) fn write(file: &Path, mb: usize) {
    let mut dice = Dice::new(4);
    let mut csv = create(file);
    let mut written = 0;
    while written < mb * 1_000_000 {
        let (siren, nic, place) =
            (300_000_000 + dice.below(699_999_999), 1 + dice.below(99), 1_000 + dice.below(95_000));
        let (year, month, day) = (1970 + dice.below(55), 1 + dice.below(12), 1 + dice.below(28));
        let (number, street, naf) = (dice.below(400), STREETS[dice.below(5)], dice.below(9_999));
        let row = format!(
            "{siren},{nic:05},{siren}{nic:05},O,{year}-{month:02}-{day:02},,,{:02}.{:02}Z,{year}-{month:02}-{day:02}T\
             {:02}:{:02}:00,true,1,,{number},,,,RUE,{street},{place:05},COMMUNE {},,,{place:05},,,,,,,,,,,,,,,,,,,,,A,,,,,N\n",
            naf / 100,
            naf % 100,
            dice.below(24),
            dice.below(60),
            place % 5_000
        );
        csv.write_all(row.as_bytes()).expect("a benchmark can write");
        written += row.len();
    }
}
