//! The tokens of a text in HTML, written as Markdown the way html2text writes it.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use super::style;

/// Deeper nesting is written as this deep: indents would else grow with the square of a text's length.
const DEEPEST: usize = 16;

/// Takes tokens, gives Markdown.
#[derive(Default)]
pub(super) struct Markdown(RefCell<Writer>);

impl Markdown {
    pub(super) fn finish(self) -> String {
        let mut writer = self.0.into_inner();
        writer.flush_text();
        // Blanks that do not break are trimmed like others.
        writer.out.replace(style::HARD_BLANK, "\u{a0}").trim().to_owned()
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

/// What is written, and what is pending: breaks and blanks are written only when something comes after them.
#[derive(Default)]
struct Writer {
    out: String,
    /// Text whose end has not come.
    text: String,
    /// Line breaks before the next text.
    breaks: usize,
    /// Two blanks before the next break make it a hard one.
    is_hard: bool,
    /// A blank before the next text.
    has_blank: bool,
    /// Nothing pending counts before the next text: an item or a quotation has just begun.
    is_start: bool,
    /// Depth of what is not shown.
    quiet: usize,
    quotes: usize,
    /// Of each list: the number of its last item, none for bullets.
    lists: Vec<Option<u32>>,
    was_list: bool,
    pre: usize,
    is_pre_start: bool,
    code: usize,
    /// Of each link: its address and title, none for one that leads nowhere.
    links: Vec<Option<(String, String)>>,
    /// A link of which nothing is written yet.
    pending_link: bool,
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
            self.quiet = if is_start && !tag.self_closing { self.quiet + 1 } else { self.quiet.saturating_sub(1) };
        }
        if is_start && !matches!(name, "p" | "div" | "style" | "dl" | "dt" | "img") {
            self.begin_link();
        }
        self.is_after_fixed = matches!(name, "a" | "code" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        match name {
            "body" => self.quiet = 0,
            "p" | "div" if self.links.is_empty() => self.paragraph(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if self.links.is_empty() => self.heading(name, is_start),
            "br" if is_start => self.line_break(),
            "hr" if is_start => self.rule(),
            "blockquote" => self.quote(is_start),
            "em" | "i" | "u" => self.stress("_", is_start),
            "strong" | "b" => self.stress("**", is_start),
            "q" => self.write("\""),
            "del" | "strike" | "s" => self.stress("~~", is_start),
            "code" | "tt" if self.pre == 0 => self.code_span(is_start),
            "pre" => self.preformatted(is_start),
            "a" if is_start => self.link(tag),
            "a" => self.end_link(),
            "img" if is_start => self.image(tag),
            "dl" if is_start => self.paragraph(),
            "dt" if !is_start => self.line(),
            "dd" if is_start => self.write("    "),
            "dd" => self.line(),
            "ul" | "ol" => self.list(name, is_start),
            "li" => self.item(is_start),
            "table" if is_start => (self.is_first_row, self.has_cell_before) = (true, false),
            "tr" => self.row(is_start),
            "td" | "th" if is_start => self.cell(),
            _ => (),
        }
        self.was_list = matches!(name, "ul" | "ol");
    }

    fn paragraph(&mut self) {
        self.breaks = 2;
    }

    fn line(&mut self) {
        self.breaks = self.breaks.max(1);
    }

    fn line_break(&mut self) {
        let quote = if self.quotes > 0 { "  \n> " } else { "  \n" };
        self.write(quote);
    }

    fn rule(&mut self) {
        self.paragraph();
        self.write("* * *");
        self.paragraph();
    }

    fn heading(&mut self, name: &str, is_start: bool) {
        self.paragraph();
        if is_start {
            let level = usize::from(name.as_bytes()[1] - b'0');
            self.write(&format!("{} ", "#".repeat(level)));
        }
    }

    fn quote(&mut self, is_start: bool) {
        self.paragraph();
        if is_start {
            // The marks of the quotations around it stand right before its own.
            self.write_after("> ", &">".repeat(self.quotes.min(DEEPEST)));
            self.is_start = true;
            self.quotes += 1;
        } else {
            self.quotes = self.quotes.saturating_sub(1);
        }
    }

    /// Markdown takes a mark for one only if it stands apart from a word before it, or is another mark than that before.
    fn stress(&mut self, mark: &str, is_start: bool) {
        let is_joined = match (mark, self.last_text) {
            (_, None) => false,
            ("_", Some(last)) => !last.is_whitespace() && !last.is_ascii_punctuation(),
            (_, Some(last)) => last == '*',
        };
        if is_start && is_joined && !self.has_blank && self.breaks == 0 {
            self.has_blank = true;
        }
        self.write(mark);
        if is_start {
            self.is_stressed = true;
        }
    }

    fn code_span(&mut self, is_start: bool) {
        self.write("`");
        self.code = if is_start { self.code + 1 } else { self.code.saturating_sub(1) };
    }

    fn preformatted(&mut self, is_start: bool) {
        self.pre = if is_start { self.pre + 1 } else { self.pre.saturating_sub(1) };
        self.is_pre_start = is_start;
        self.paragraph();
    }

    fn link(&mut self, tag: &Tag) {
        let href = attribute(tag, "href").filter(|href| !href.starts_with('#'));
        self.pending_link = href.is_some();
        self.links.push(href.map(|href| (href, attribute(tag, "title").unwrap_or_default())));
    }

    fn end_link(&mut self) {
        let Some(Some((href, title))) = self.links.pop() else { return };
        if self.pending_link {
            self.write("[");
            self.pending_link = false;
        } else if self.out.ends_with('>') && self.out.ends_with(&format!("<{href}>")) {
            return;
        }
        self.breaks = 0;
        let title = if title.trim().is_empty() { String::new() } else { format!(" \"{}\"", style::escape(&title)) };
        self.write(&format!("]({}{title})", style::escape(href.trim())));
    }

    fn begin_link(&mut self) {
        if self.pending_link {
            self.write("[");
            self.pending_link = false;
        }
    }

    fn image(&mut self, tag: &Tag) {
        let Some(source) = attribute(tag, "src") else { return };
        self.begin_link();
        let alternative = attribute(tag, "alt").unwrap_or_default();
        self.write(&format!("![{}]({})", style::escape(&alternative), style::escape(source.trim())));
    }

    fn list(&mut self, name: &str, is_start: bool) {
        if self.lists.is_empty() && !self.was_list {
            self.paragraph();
        }
        if is_start {
            self.lists.push((name == "ol").then_some(0));
        } else if self.lists.pop().is_some() && self.lists.is_empty() {
            self.write("\n");
        }
    }

    fn item(&mut self, is_start: bool) {
        self.line();
        if !is_start {
            return;
        }
        let indent = self.indent();
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{indent}{number}. ")
            }
            _ => format!("{indent}* "),
        };
        self.write(&mark);
        self.is_start = true;
    }

    /// Two blanks a list, three for bullets below a number.
    fn indent(&self) -> String {
        let mut indent = String::from("  ");
        for pair in self.lists.windows(2).take(DEEPEST) {
            indent.push_str(if pair[0].is_some() && pair[1].is_none() { "   " } else { "  " });
        }
        indent
    }

    fn row(&mut self, is_start: bool) {
        if is_start {
            self.cells = 0;
            return;
        }
        self.has_cell_before = false;
        self.hard_line();
        if self.is_first_row {
            self.write(&vec!["---"; self.cells.max(1)].join("|"));
            self.hard_line();
            self.is_first_row = false;
        }
    }

    fn cell(&mut self) {
        self.cells += 1;
        if self.has_cell_before {
            self.write("| ");
        }
        self.has_cell_before = true;
    }

    fn hard_line(&mut self) {
        self.line();
        self.is_hard = true;
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
        if self.quiet > 0 {
            return;
        }
        let text = if std::mem::take(&mut self.is_stressed) {
            self.was_stressed = true;
            text.trim()
        } else {
            let is_word = text.starts_with(|first: char| !first.is_whitespace() && !"][(){}.!?".contains(first));
            self.has_blank |= std::mem::take(&mut self.was_stressed) && is_word && !self.is_after_fixed;
            text
        };
        if text.is_empty() {
            return;
        }
        if self.pending_link && self.links.last().is_some_and(|link| is_automatic(link.as_ref(), text)) {
            self.write(&format!("<{text}>"));
            self.pending_link = false;
            return;
        }
        self.begin_link();
        self.last_text = text.chars().next_back();
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
        self.has_blank |= inner.len() < text.len();
        self.write(inner);
    }

    fn write_lines(&mut self, text: &str) {
        let indent = "    ".repeat(self.lists.len().clamp(1, DEEPEST));
        let line = format!("\n{}{indent}", self.quote_mark());
        let is_first = std::mem::take(&mut self.is_pre_start);
        let written = match (is_first, self.lists.is_empty()) {
            (true, true) if !text.starts_with('\n') => format!("\n{text}").replace('\n', &line),
            (true, false) => text.trim_start_matches('\n').replace('\n', &line),
            _ => text.replace('\n', &line),
        };
        self.write(&written);
    }

    fn quote_mark(&self) -> String {
        match self.quotes.min(DEEPEST) {
            0 => String::new(),
            depth => format!("{} ", ">".repeat(depth)),
        }
    }

    /// Writes what is pending, then the text.
    fn write(&mut self, text: &str) {
        let mark = if self.breaks > 0 { self.quote_mark() } else { String::new() };
        self.write_after(text, &mark);
    }

    /// [`Writer::write`], with `mark` after each pending break.
    fn write_after(&mut self, text: &str, mark: &str) {
        if self.quiet > 0 || text.is_empty() {
            return;
        }
        if std::mem::take(&mut self.is_start) {
            (self.has_blank, self.breaks) = (false, 0);
        }
        if self.breaks == 0 && self.has_blank && !self.out.ends_with('\n') && !self.out.is_empty() {
            self.out.push(' ');
        }
        for _ in 0..self.breaks {
            self.out.push_str(if std::mem::take(&mut self.is_hard) { "  \n" } else { "\n" });
            self.out.push_str(mark);
        }
        (self.has_blank, self.breaks) = (false, 0);
        self.out.push_str(text);
    }
}

/// A link whose text is its address.
fn is_automatic(link: Option<&(String, String)>, text: &str) -> bool {
    link.is_some_and(|(href, _)| href == text && text.contains("://"))
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| attribute.value.to_string())
}
