//! Which file to bring, and what tells whether it came.

use files::Access;
use url::Url;

/// Which file to bring, and how to know it.
#[derive(Debug, Clone)]
pub struct FileRequest {
    /// How messages call it.
    pub name: String,
    pub url: Url,
    /// Its size, if something besides its own server says so.
    pub bytes: Option<u64>,
    /// Its MD5, in lower-case hexadecimal.
    pub md5: Option<String>,
    /// Its SHA-256, in lower-case hexadecimal.
    pub sha256: Option<String>,
    pub signature: Signature,
    /// Who may read it, while it comes too.
    pub access: Access,
}

impl FileRequest {
    /// Whether something tells more of its content than its server does.
    pub(super) fn has_checksum(&self) -> bool {
        self.md5.is_some() || self.sha256.is_some()
    }
}

/// How a file must begin: formats are known by their first bytes.
#[derive(Debug, Clone, Copy)]
pub enum Signature {
    /// With one of these.
    AnyOf(&'static [&'static [u8]]),
    /// Not like a web page.
    NotHtml,
    /// In any way.
    Any,
}

/// What the first bytes say.
pub(super) enum Opening {
    TooShort,
    Right,
    Empty,
    Wrong(String),
}

impl Signature {
    /// As many bytes as tell a web page, or any kind of file that we know.
    const BYTES: usize = 16;

    pub(super) fn judge(self, first: &[u8], is_all: bool) -> Opening {
        if first.len() < Self::BYTES && !is_all {
            return Opening::TooShort;
        }
        let text = first.trim_ascii_start().to_ascii_lowercase();
        let is_html = ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| text.starts_with(tag.as_bytes()));
        match self {
            Self::Any => Opening::Right,
            _ if first.is_empty() => Opening::Empty,
            Self::AnyOf(known) if known.iter().any(|known| first.starts_with(known)) => Opening::Right,
            _ if is_html => Opening::Wrong("a web page came in its place".to_owned()),
            Self::NotHtml => Opening::Right,
            Self::AnyOf(_) => Opening::Wrong("it does not begin as such a file does".to_owned()),
        }
    }
}
