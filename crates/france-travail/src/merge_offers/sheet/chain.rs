//! A hash by which what was cut or spoilt is found out.

use crate::content::of_bytes;

/// A hash of bytes that come in pieces of any size.
#[derive(Debug, Default)]
pub(super) struct Chain {
    block: Vec<u8>,
    hash: u64,
}

impl Chain {
    pub(super) const BLOCK: usize = 64 << 10;

    pub(super) fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let count = bytes.len().min(Self::BLOCK - self.block.len());
            self.block.extend_from_slice(&bytes[..count]);
            bytes = &bytes[count..];
            if self.block.len() == Self::BLOCK {
                self.turn();
            }
        }
    }

    fn turn(&mut self) {
        self.block.extend_from_slice(&self.hash.to_le_bytes());
        self.hash = of_bytes(&self.block);
        self.block.clear();
    }

    pub(super) fn end(mut self) -> u64 {
        self.turn();
        self.hash
    }
}
