//! A piece of a page that a step makes itself: a drawing, a calendar.

use serde::Serialize;

/// HTML or SVG, in which every text and every value of an attribute is escaped: what a producer wrote is shown, and never
/// becomes an element.
///
/// ```
/// let mut markup = report::Markup::default();
/// markup.element("p", &[("class", "a\"b")], |inside| inside.text("1 < 2"));
/// assert_eq!(markup.as_str(), "<p class=\"a&quot;b\">1 &lt; 2</p>");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Markup(String);

impl Markup {
    /// An element, and what is in it. The names of it and of its attributes are the program's own.
    pub fn element(&mut self, name: &'static str, attributes: &[(&'static str, &str)], inside: impl FnOnce(&mut Self)) {
        self.0.push('<');
        self.0.push_str(name);
        for (attribute, value) in attributes {
            self.0.push(' ');
            self.0.push_str(attribute);
            self.0.push_str("=\"");
            self.text(value);
            self.0.push('"');
        }
        self.0.push('>');
        inside(self);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// An element that holds a text alone.
    pub fn element_of_text(&mut self, name: &'static str, attributes: &[(&'static str, &str)], text: &str) {
        self.element(name, attributes, |inside| inside.text(text));
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '&' => self.0.push_str("&amp;"),
                '"' => self.0.push_str("&quot;"),
                letter => self.0.push(letter),
            }
        }
    }

    /// As it stands on the page.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_stays_text() {
        let mut markup = Markup::default();
        markup.element("td", &[("data-name", "\"><script>"), ("class", "a")], |inside| {
            inside.element_of_text("title", &[], "a & b</title><script>");
        });
        let expected = "<td data-name=\"&quot;&gt;&lt;script&gt;\" class=\"a\">\
                        <title>a &amp; b&lt;/title&gt;&lt;script&gt;</title></td>";
        assert_eq!(markup.as_str(), expected);
    }
}
