//! IGN's catalogue: an Atom feed in three levels, in pages.

use super::delivery::Edition;
use crate::wire::shelf::Published;

/// Entries of a page, unless others are asked for.
const PAGE: usize = 10;

const UPDATED: &str = "2026-07-01T14:59:00+01:00";

/// What a query of the catalogue may say.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Query {
    zone: Option<String>,
    format: Option<String>,
    page: Option<usize>,
    limit: Option<usize>,
}

impl Query {
    fn takes(&self, edition: &Edition) -> bool {
        let is = |asked: &Option<String>, own: &str| asked.as_deref().is_none_or(|asked| asked == own);
        is(&self.zone, edition.zone) && is(&self.format, edition.format)
    }
}

/// The products there are.
pub(crate) fn capabilities(base: &str, product: &str) -> String {
    let entry = format!(
        "  <entry>\n    <title>{product}</title>\n    <id>{base}/resource/{product}</id>\n    <updated>{UPDATED}</updated>\n    \
         <content>Limites administratives</content>\n    \
         <link rel=\"alternate\" type=\"application/atom+xml\" href=\"{base}/resource/{product}\"/>\n  </entry>\n"
    );
    feed(&format!("{base}/capabilities"), "Téléchargement", 1, 1, 1, &entry)
}

/// The editions of a product, a page of them.
pub(crate) fn editions(base: &str, product: &str, editions: &[Edition], query: &Query, longest: usize) -> String {
    let found: Vec<&Edition> = editions.iter().filter(|edition| query.takes(edition)).collect();
    let limit = query.limit.unwrap_or(PAGE).clamp(1, longest.max(1));
    let page = query.page.unwrap_or(1).max(1);
    let shown = found.iter().skip((page - 1) * limit).take(limit);
    let entries: String = shown.map(|edition| edition_entry(base, product, edition)).collect();
    let self_url = format!("{base}/resource/{product}");
    feed(&self_url, product, page, found.len().div_ceil(limit).max(1), found.len(), &entries)
}

fn edition_entry(base: &str, product: &str, edition: &Edition) -> String {
    let (title, date) = (edition.title(product), edition.date);
    let url = format!("{base}/resource/{product}/{title}");
    format!(
        "  <entry>\n    <title>{title}</title>\n    <id>{url}</id>\n    <updated>{date}T12:00:00+01:00</updated>\n    \
         <content>Limites administratives</content>\n    \
         <link rel=\"alternate\" type=\"application/atom+xml\" href=\"{url}\"/>\n    \
         <gpf_dl:zone term=\"{zone}\" label=\"{zone}\"/>\n    <gpf_dl:format term=\"{format}\" label=\"{format}\"/>\n    \
         <gpf_dl:editionDate>{date}</gpf_dl:editionDate>\n  </entry>\n",
        zone = edition.zone,
        format = edition.format,
    )
}

/// The files of an edition, by name.
pub(crate) fn files(base: &str, product: &str, title: &str, files: &[(String, Published)]) -> String {
    let entry = |(name, file): &(String, Published)| {
        let url = format!("{base}/download/{product}/{title}/{name}");
        format!(
            "  <entry>\n    <title>{name}</title>\n    <id>{url}</id>\n    <updated>{UPDATED}</updated>\n    \
             <content>{}</content>\n    \
             <link rel=\"alternate\" type=\"{}\" gpf_dl:length=\"{}\" href=\"{url}\"/>\n  </entry>\n",
            file.md5,
            file.media_type,
            file.content.len()
        )
    };
    let entries: String = files.iter().map(entry).collect();
    feed(&format!("{base}/resource/{product}/{title}"), title, 1, 1, files.len(), &entries)
}

fn feed(url: &str, title: &str, page: usize, pages: usize, total: usize, entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:gpf_dl=\"https://data.geopf.fr/annexes/ressources/xsd/gpf_dl.xsd\" \
         gpf_dl:page=\"{page}\" gpf_dl:pagesize=\"{PAGE}\" gpf_dl:pagecount=\"{pages}\" gpf_dl:totalentries=\"{total}\">\n  \
         <title>{title}</title>\n  <id>{url}</id>\n  <updated>{UPDATED}</updated>\n  \
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{url}?page={page}\"/>\n{entries}</feed>\n"
    )
}
