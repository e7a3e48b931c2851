//! What the caller wants of a portal, as far as the dialects have to know.

use url::Url;

use crate::model::Backend;

/// What the caller wants of a portal.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) backend: Backend,
    /// The dialect as the command line has it: `dcat`.
    pub(crate) dialect: &'static str,
    /// The source; of ckan, dkan and ods it ends with `/`.
    pub(crate) url: Url,
    /// Its host, in lower case, without port.
    pub(crate) domain: String,
    pub(crate) source_id: String,
    /// `--include K=V`, in the order given; the keys are those of the dialect.
    pub(crate) include: Vec<(String, String)>,
    pub(crate) exclude: Vec<(String, String)>,
    pub(crate) inspire: bool,
    pub(crate) remote_url_prefix: Option<String>,
    pub(crate) default_license: Option<String>,
    /// The run's one instant; later dates are in the future.
    pub(crate) now: jiff::Timestamp,
    /// No more items than this are wanted (`--preview`: 20, `--max-items`).
    pub(crate) most_items: Option<u64>,
    pub(crate) is_preview: bool,
    pub(crate) max_pages: u64,
    /// The one limit of bytes of an answer, decompressed.
    pub(crate) max_page_bytes: usize,
    /// What is asked in the source's place.
    pub(crate) via: Option<Url>,
    /// Whether redirects are followed.
    pub(crate) follows: bool,
}

impl Settings {
    /// Without a wish, for tests of dialects.
    #[cfg(test)]
    pub(crate) fn example(backend: Backend, url: &str) -> Self {
        let url: Url = url.parse().expect("an address");
        Self {
            backend,
            dialect: crate::memory::dialect_of(backend),
            domain: url.host_str().unwrap_or_default().to_owned(),
            url,
            source_id: "source".to_owned(),
            include: Vec::new(),
            exclude: Vec::new(),
            inspire: false,
            remote_url_prefix: None,
            default_license: None,
            now: "2026-01-01T00:00:00Z".parse().expect("an instant"),
            most_items: None,
            is_preview: false,
            max_pages: 10_000,
            max_page_bytes: 128 << 20,
            via: None,
            follows: false,
        }
    }

    /// The source, fit for a message: a query may hold a secret.
    pub(crate) fn shown_url(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.to_string()
    }

    /// All by which an answer is read as it was, and which answers there are; another version may read otherwise.
    pub(crate) fn fingerprint(&self) -> String {
        let Self { dialect, url, include, exclude, inspire, remote_url_prefix, source_id, default_license, .. } = self;
        let version = env!("CARGO_PKG_VERSION");
        let parts =
            (version, dialect, url.as_str(), include, exclude, inspire, remote_url_prefix, source_id, default_license);
        serde_json::to_string(&parts).expect("texts can be written as JSON")
    }

    /// What a folder belongs to.
    pub(crate) fn source(&self) -> String {
        format!("{} {}", self.dialect, self.url)
    }
}
