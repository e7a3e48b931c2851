//! Markdown as it is written: breaks and blanks are pending until something comes after them.

/// Deeper nesting is written as this deep: indents would else grow with the square of a text's length.
pub(super) const DEEPEST: usize = 16;

/// What is written, and what is pending.
#[derive(Default)]
pub(super) struct Output {
    pub(super) text: String,
    /// Line breaks before the next text.
    pub(super) breaks: usize,
    /// Two blanks before the next break make it a hard one.
    is_hard: bool,
    /// A blank before the next text.
    pub(super) has_blank: bool,
    /// Nothing pending counts before the next text: an item or a quotation has just begun.
    pub(super) is_start: bool,
    /// Depth of what is not shown.
    pub(super) quiet: usize,
    pub(super) quotes: usize,
}

impl Output {
    pub(super) fn paragraph(&mut self) {
        self.breaks = 2;
    }

    pub(super) fn line(&mut self) {
        self.breaks = self.breaks.max(1);
    }

    pub(super) fn hard_line(&mut self) {
        self.line();
        self.is_hard = true;
    }

    pub(super) fn quote_mark(&self) -> String {
        match self.quotes.min(DEEPEST) {
            0 => String::new(),
            depth => format!("{} ", ">".repeat(depth)),
        }
    }

    /// Writes what is pending, then the text.
    pub(super) fn write(&mut self, new: &str) {
        let mark = if self.breaks > 0 { self.quote_mark() } else { String::new() };
        self.write_after(new, &mark);
    }

    /// [`Writer::write`], with `mark` after each pending break.
    pub(super) fn write_after(&mut self, new: &str, mark: &str) {
        if self.quiet > 0 || new.is_empty() {
            return;
        }
        if std::mem::take(&mut self.is_start) {
            (self.has_blank, self.breaks) = (false, 0);
        }
        if self.breaks == 0 && self.has_blank && !self.text.ends_with('\n') && !self.text.is_empty() {
            self.text.push(' ');
        }
        for _ in 0..self.breaks {
            self.text.push_str(if std::mem::take(&mut self.is_hard) { "  \n" } else { "\n" });
            self.text.push_str(mark);
        }
        (self.has_blank, self.breaks) = (false, 0);
        self.text.push_str(new);
    }
}
