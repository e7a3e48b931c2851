//! Links and images.

use html5ever::tokenizer::Tag;

use super::output::Output;
use super::style::escape;

/// The links that a text is in.
#[derive(Default)]
pub(super) struct Links {
    /// Of each its address and title, none for one that leads nowhere.
    open: Vec<Option<(String, String)>>,
    /// Of the last one nothing is written yet.
    is_pending: bool,
}

impl Links {
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// One that leads to a place of the same page leads nowhere.
    pub(super) fn begin(&mut self, tag: &Tag) {
        let href = attribute(tag, "href").filter(|href| !href.starts_with('#'));
        self.is_pending = href.is_some();
        self.open.push(href.map(|href| (href, attribute(tag, "title").unwrap_or_default())));
    }

    /// Whether a text is the address that it would link to.
    pub(super) fn is_automatic(&self, text: &str) -> bool {
        let last = self.open.last().and_then(Option::as_ref);
        self.is_pending && text.contains("://") && last.is_some_and(|(href, _)| href == text)
    }

    pub(super) fn write_automatic(&mut self, text: &str, output: &mut Output) {
        output.write(&format!("<{text}>"));
        self.is_pending = false;
        // Its end has nothing to write.
        self.open.pop();
        self.open.push(None);
    }

    /// Something of the link is about to be written.
    pub(super) fn write_pending(&mut self, output: &mut Output) {
        if std::mem::take(&mut self.is_pending) {
            output.write("[");
        }
    }

    pub(super) fn end(&mut self, output: &mut Output) {
        let Some(Some((href, title))) = self.open.pop() else { return };
        self.write_pending(output);
        output.breaks = 0;
        let title = if title.trim().is_empty() { String::new() } else { format!(" \"{}\"", escape(&title)) };
        output.write(&format!("]({}{title})", escape(href.trim())));
    }

    pub(super) fn image(&mut self, tag: &Tag, output: &mut Output) {
        let Some(source) = attribute(tag, "src") else { return };
        self.write_pending(output);
        let alternative = attribute(tag, "alt").unwrap_or_default();
        output.write(&format!("![{}]({})", escape(&alternative), escape(source.trim())));
    }
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| attribute.value.to_string())
}
