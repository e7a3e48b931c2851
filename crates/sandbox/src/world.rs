//! The invented country that all services share: the same communes, firms and activities, whoever speaks of them.

pub(crate) mod clock;
pub(crate) mod dice;
pub(crate) mod firms;
pub(crate) mod naf;
pub(crate) mod territory;
