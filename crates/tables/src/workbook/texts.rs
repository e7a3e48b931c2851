//! The texts that the cells of a workbook share, held while it is read.

use super::fault::Parsed;

/// Texts one after the other, and where each ends.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    all: String,
    ends: Vec<u32>,
}

impl Texts {
    /// Where the next text is put together.
    pub(crate) fn next(&mut self) -> &mut String {
        &mut self.all
    }

    /// The next text is there.
    ///
    /// # Errors
    /// When all of them, with what it takes to find them, need more than so many bytes.
    pub(crate) fn close(&mut self, most: usize) -> Parsed<()> {
        // Longer than 32 bits is longer than any limit.
        self.ends.push(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        if self.all.len() + size_of_val(self.ends.as_slice()) > most {
            return Err(format!("it holds more than {most} bytes of texts").into());
        }
        Ok(())
    }

    pub(crate) fn get(&self, nth: usize) -> Option<&str> {
        let end = *self.ends.get(nth)?;
        let begin = nth.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.all[begin as usize..end as usize])
    }
}
