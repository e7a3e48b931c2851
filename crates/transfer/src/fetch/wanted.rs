//! What to fetch, and what tells whether it came.

use url::Url;

/// What to fetch, and how to know it.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// How messages call it.
    pub name: String,
    pub url: Url,
    /// Its size, if something besides its own server says so.
    pub bytes: Option<u64>,
    /// Its MD5, in lower-case hexadecimal.
    pub md5: Option<String>,
    /// Its SHA-256, in lower-case hexadecimal.
    pub sha256: Option<String>,
    pub start: Start,
}

impl Wanted {
    /// Whether something tells more of its content than its server does.
    pub(super) fn has_checksum(&self) -> bool {
        self.md5.is_some() || self.sha256.is_some()
    }
}

/// How a file must begin.
#[derive(Debug, Clone, Copy)]
pub enum Start {
    /// With one of these.
    With(&'static [&'static [u8]]),
    /// Not like a web page.
    NotHtml,
    /// In any way.
    Any,
}

/// What the first bytes say.
pub(super) enum Beginning {
    TooShort,
    Right,
    Empty,
    Wrong(String),
}

impl Start {
    /// As many bytes as tell a web page, or any kind of file that we know.
    const BYTES: usize = 16;

    pub(super) fn judge(self, first: &[u8], is_all: bool) -> Beginning {
        if first.len() < Self::BYTES && !is_all {
            return Beginning::TooShort;
        }
        let text = first.trim_ascii_start().to_ascii_lowercase();
        let is_html = ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| text.starts_with(tag.as_bytes()));
        match self {
            Self::Any => Beginning::Right,
            _ if first.is_empty() => Beginning::Empty,
            Self::With(starts) if starts.iter().any(|start| first.starts_with(start)) => Beginning::Right,
            _ if is_html => Beginning::Wrong("a web page came in its place".to_owned()),
            Self::NotHtml => Beginning::Right,
            Self::With(_) => Beginning::Wrong("it does not begin as such a file does".to_owned()),
        }
    }
}
