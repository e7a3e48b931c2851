//! Numbers that look random and are not: the same seed gives the same world, whatever the order in which it is asked for.

/// One stream of numbers (splitmix64: small, fast, and it will never change under us as a crate's generator may).
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The stream that belongs to these numbers, for instance a seed, a day and a position in it.
    pub(crate) fn of(parts: &[u64]) -> Self {
        Self(parts.iter().fold(0x5eed, |state, part| scramble(state ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15))))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0)
    }

    /// From 0 to `n - 1`; `n` must not be 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// From 0.0 up to, but without, 1.0.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// A whole number whose mean is `mean`: the part before the point, and one more as often as the rest says.
    pub(crate) fn around(&mut self, mean: f64) -> usize {
        mean.floor() as usize + usize::from(self.chance(mean.fract()))
    }
}

fn scramble(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A choice among weighted things, by bisection of the running sum.
#[derive(Debug, Clone)]
pub(crate) struct Weights(Vec<u64>);

impl Weights {
    pub(crate) fn of(weights: impl IntoIterator<Item = u64>) -> Self {
        let mut sum = 0;
        Self(
            weights
                .into_iter()
                .map(|weight| {
                    sum += weight;
                    sum
                })
                .collect(),
        )
    }

    pub(crate) fn draw(&self, dice: &mut Dice) -> usize {
        let total = self.0.last().copied().unwrap_or(0);
        let at = dice.below(total.max(1) as usize) as u64;
        self.0.partition_point(|sum| *sum <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_give_the_same_stream_and_others_another() {
        let draw = |parts: &[u64]| Dice::of(parts).next();
        assert_eq!(draw(&[1, 2]), draw(&[1, 2]));
        assert_ne!(draw(&[1, 2]), draw(&[2, 1]));
    }

    #[test]
    fn a_weight_of_zero_is_never_drawn() {
        let weights = Weights::of([0, 3, 0, 1]);
        let mut dice = Dice::of(&[7]);
        let drawn: Vec<usize> = (0..200).map(|_| weights.draw(&mut dice)).collect();
        assert!(drawn.iter().all(|i| [1, 3].contains(i)));
    }
}
