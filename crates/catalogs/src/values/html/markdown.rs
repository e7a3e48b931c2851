//! The tokens of a text in HTML, written as Markdown the way html2text writes it.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use super::links::Links;
use super::lists::Lists;
use super::output::{DEEPEST, Output};
use super::style;

/// Takes tokens, gives Markdown.
#[derive(Default)]
pub(super) struct Markdown(RefCell<Writer>);

impl Markdown {
    pub(super) fn finish(self) -> String {
        let mut writer = self.0.into_inner();
        writer.flush_text();
        // Blanks that do not break are trimmed like others.
        writer.output.text.replace(style::HARD_BLANK, "\u{a0}").trim().to_owned()
    }
}

impl TokenSink for Markdown {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut writer = self.0.borrow_mut();
        match token {
            // The tokenizer gives a text in pieces: what is to be told of its start and end needs it whole.
            Token::CharacterTokens(text) => writer.take(&text),
            Token::TagToken(tag) => {
                writer.flush_text();
                writer.tag(&tag);
                if tag.kind == TagKind::StartTag && !tag.self_closing {
                    match &*tag.name {
                        "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
                        "style" => return TokenSinkResult::RawData(RawKind::Rawtext),
                        _ => (),
                    }
                }
            }
            _ => (),
        }
        TokenSinkResult::Continue
    }
}

/// What the tags up to here mean for the next.
#[derive(Default)]
struct Writer {
    output: Output,
    /// Text whose end has not come.
    text: String,
    lists: Lists,
    was_list: bool,
    pre: usize,
    is_pre_start: bool,
    code: usize,
    links: Links,
    cells: usize,
    has_cell_before: bool,
    is_first_row: bool,
    /// A mark of emphasis was just opened, or just closed.
    is_stressed: bool,
    was_stressed: bool,
    /// After a tag whose text must not be set apart.
    is_after_fixed: bool,
    last_text: Option<char>,
}

impl Writer {
    /// A character that comes alone stood as a reference: what comes after it begins a section, and a blank that does
    /// not break stays one.
    fn take(&mut self, text: &str) {
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some('\u{a0}'), None) => self.text.push(style::HARD_BLANK),
            (Some(alone), None) if !alone.is_whitespace() => self.text.extend([alone, style::SECTION]),
            _ => self.text.push_str(text),
        }
    }

    fn tag(&mut self, tag: &Tag) {
        let is_start = tag.kind == TagKind::StartTag;
        let name = &*tag.name;
        if matches!(name, "head" | "style" | "script") {
            // A tag that closes itself encloses nothing.
            self.output.quiet =
                if is_start && !tag.self_closing { self.output.quiet + 1 } else { self.output.quiet.saturating_sub(1) };
        }
        if is_start && !matches!(name, "p" | "div" | "style" | "dl" | "dt" | "img") {
            self.links.write_pending(&mut self.output);
        }
        self.is_after_fixed = matches!(name, "a" | "code" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        match name {
            "body" => self.output.quiet = 0,
            "p" | "div" if self.links.is_empty() => self.output.paragraph(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if self.links.is_empty() => self.heading(name, is_start),
            "br" if is_start => self.line_break(),
            "hr" if is_start => self.rule(),
            "blockquote" => self.quote(is_start),
            "em" | "i" | "u" => self.stress("_", is_start),
            "strong" | "b" => self.stress("**", is_start),
            "q" => self.output.write("\""),
            "del" | "strike" | "s" => self.stress("~~", is_start),
            "code" | "tt" if self.pre == 0 => self.code_span(is_start),
            "pre" => self.preformatted(is_start),
            "a" if is_start => self.links.begin(tag),
            "a" => self.links.end(&mut self.output),
            "img" if is_start => self.links.image(tag, &mut self.output),
            "dl" if is_start => self.output.paragraph(),
            "dt" if !is_start => self.output.line(),
            "dd" if is_start => self.output.write("    "),
            "dd" => self.output.line(),
            "ul" | "ol" => self.list(name, is_start),
            "li" => self.item(is_start),
            "table" if is_start => (self.is_first_row, self.has_cell_before) = (true, false),
            "tr" => self.row(is_start),
            "td" | "th" if is_start => self.cell(),
            _ => (),
        }
        self.was_list = matches!(name, "ul" | "ol");
    }

    fn line_break(&mut self) {
        let quote = if self.output.quotes > 0 { "  \n> " } else { "  \n" };
        self.output.write(quote);
    }

    fn rule(&mut self) {
        self.output.paragraph();
        self.output.write("* * *");
        self.output.paragraph();
    }

    fn heading(&mut self, name: &str, is_start: bool) {
        self.output.paragraph();
        if is_start {
            let level = usize::from(name.as_bytes()[1] - b'0');
            self.output.write(&format!("{} ", "#".repeat(level)));
        }
    }

    fn quote(&mut self, is_start: bool) {
        self.output.paragraph();
        if is_start {
            // The marks of the quotations around it stand right before its own.
            self.output.write_after("> ", &">".repeat(self.output.quotes.min(DEEPEST)));
            self.output.is_start = true;
            self.output.quotes += 1;
        } else {
            self.output.quotes = self.output.quotes.saturating_sub(1);
        }
    }

    /// Markdown takes a mark for one only if it stands apart from a word before it, or is another mark than that before.
    fn stress(&mut self, mark: &str, is_start: bool) {
        let is_joined = match (mark, self.last_text) {
            (_, None) => false,
            (_, Some(style::HARD_BLANK)) => false,
            ("_", Some(last)) => !last.is_whitespace() && !last.is_ascii_punctuation(),
            (_, Some(last)) => last == '*',
        };
        if is_start && is_joined && !self.output.has_blank && self.output.breaks == 0 {
            self.output.has_blank = true;
        }
        self.output.write(mark);
        if is_start {
            self.is_stressed = true;
        }
    }

    fn code_span(&mut self, is_start: bool) {
        self.output.write("`");
        self.code = if is_start { self.code + 1 } else { self.code.saturating_sub(1) };
    }

    fn preformatted(&mut self, is_start: bool) {
        self.pre = if is_start { self.pre + 1 } else { self.pre.saturating_sub(1) };
        self.is_pre_start = is_start;
        self.output.paragraph();
    }

    fn list(&mut self, name: &str, is_start: bool) {
        if self.lists.is_empty() && !self.was_list {
            self.output.paragraph();
        }
        if is_start {
            self.lists.begin(name == "ol");
        } else if self.lists.end() && self.lists.is_empty() {
            self.output.write("\n");
        }
    }

    fn item(&mut self, is_start: bool) {
        self.output.line();
        if is_start {
            let mark = self.lists.next_mark();
            self.output.write(&mark);
            self.output.is_start = true;
        }
    }

    fn row(&mut self, is_start: bool) {
        if is_start {
            self.cells = 0;
            return;
        }
        self.has_cell_before = false;
        self.output.hard_line();
        if self.is_first_row {
            self.output.write(&vec!["---"; self.cells.max(1)].join("|"));
            self.output.hard_line();
            self.is_first_row = false;
        }
    }

    fn cell(&mut self) {
        self.cells += 1;
        if self.has_cell_before {
            self.output.write("| ");
        }
        self.has_cell_before = true;
    }

    /// Writes the text that has come, now that its end is known.
    fn flush_text(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        self.plain(&text);
    }

    fn plain(&mut self, text: &str) {
        if self.output.quiet > 0 {
            return;
        }
        let text = if std::mem::take(&mut self.is_stressed) {
            self.was_stressed = true;
            text.trim()
        } else {
            let is_word = text.starts_with(|first: char| {
                !first.is_whitespace() && first != style::HARD_BLANK && !"][(){}.!?".contains(first)
            });
            self.output.has_blank |= std::mem::take(&mut self.was_stressed) && is_word && !self.is_after_fixed;
            text
        };
        if text.is_empty() {
            return;
        }
        if self.links.is_automatic(text) {
            self.links.write_automatic(text, &mut self.output);
            return;
        }
        self.links.write_pending(&mut self.output);
        self.last_text = text.chars().rfind(|character| *character != style::SECTION);
        match self.pre > 0 {
            true => self.write_lines(text),
            false => self.write_collapsed(text),
        }
    }

    /// What would be a mark is escaped, then runs of blanks are one blank.
    fn write_collapsed(&mut self, text: &str) {
        let escaped = if self.code > 0 { Cow::Borrowed(text) } else { style::escape_sections(text) };
        let text = style::collapse(&escaped);
        let inner = text.strip_prefix(' ').unwrap_or(&text);
        self.output.has_blank |= inner.len() < text.len();
        self.output.write(inner);
    }

    fn write_lines(&mut self, text: &str) {
        let indent = "    ".repeat(self.lists.depth().max(1));
        let line = format!("\n{}{indent}", self.output.quote_mark());
        let is_first = std::mem::take(&mut self.is_pre_start);
        let written = match (is_first, self.lists.is_empty()) {
            (true, true) if !text.starts_with('\n') => format!("\n{text}").replace('\n', &line),
            (true, false) => text.trim_start_matches('\n').replace('\n', &line),
            _ => text.replace('\n', &line),
        };
        self.output.write(&written);
    }
}
