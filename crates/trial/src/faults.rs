//! What goes wrong in the sandbox, less what a test cannot have.

use clap::ValueEnum;
use sandbox::{Fault, Faults};

/// Every kind of fault but these.
pub fn kinds_but(without: &[Fault]) -> Vec<Fault> {
    Fault::value_variants().iter().copied().filter(|kind| !without.contains(kind)).collect()
}

/// Every kind of fault but these, with this probability in all.
pub fn faults_but(without: &[Fault], rate: f64) -> Faults {
    let kinds = kinds_but(without);
    let share = rate / kinds.len() as f64;
    kinds.into_iter().fold(Faults::default(), |faults, kind| faults.and(kind, share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kinds_are_there_but_those_left_out() {
        let faults = faults_but(&[Fault::TokenRefused, Fault::Slow], 0.5);
        let kinds: Vec<_> = faults.rates.iter().map(|one| one.fault).collect();
        assert_eq!(kinds.len() + 2, Fault::value_variants().len());
        assert!(
            kinds.contains(&Fault::Reset) && !kinds.contains(&Fault::Slow) && !kinds.contains(&Fault::TokenRefused)
        );
        assert!((faults.rates.iter().map(|one| one.rate).sum::<f64>() - 0.5).abs() < 1e-9);
    }
}
