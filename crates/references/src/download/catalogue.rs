//! IGN's catalogue: an Atom feed in levels and pages.

use anyhow::Result;
use step::{ExitCode, Failure};
use transfer::{Client, Request, ResponseError, Url};
use xml::{Event, Reader, Start, local_name};

const PRODUCT: &str = "ADMIN-EXPRESS-COG-CARTO";

/// The service gives no more at a time.
const PAGE: usize = 50;

/// A catalogue that goes on after so many pages contradicts itself.
const MOST_PAGES: usize = 100;

const ATOM: &str = "application/atom+xml";
const SEVEN_ZIP: &str = "application/x-7z-compressed";

/// The catalogue at an address.
pub(super) struct Catalogue<'a> {
    pub(super) client: &'a Client,
    pub(super) base: &'a Url,
}

/// An edition in one format, for one zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edition {
    pub(super) title: String,
    pub(super) version: String,
    pub(super) format: String,
    pub(super) projection: String,
    pub(super) zone: String,
    pub(super) date: String,
    /// Address of its list of files.
    pub(super) url: Option<Url>,
}

/// A file, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) url: Url,
    pub(super) bytes: Option<u64>,
    pub(super) md5: Option<String>,
}

/// One document of the feed.
#[derive(Debug, Default)]
struct Feed {
    pages: usize,
    total: Option<usize>,
    entries: Vec<Entry>,
}

#[derive(Debug, Default)]
pub(super) struct Entry {
    title: String,
    content: String,
    date: String,
    zone: String,
    links: Vec<Link>,
}

#[derive(Debug, Default)]
struct Link {
    url: String,
    kind: String,
    relation: String,
    bytes: Option<u64>,
}

impl Catalogue<'_> {
    /// Every edition for the whole of France: a list that is short would make an edition seem missing.
    ///
    /// # Errors
    /// 69 when the service is down, 75 when its pages contradict each other.
    pub(super) async fn editions(&self) -> Result<Vec<Edition>> {
        let (mut entries, mut page) = (Vec::new(), 1);
        loop {
            let mut url = self.url(PRODUCT);
            url.set_query(Some(&format!("zone=FRA&page={page}&limit={PAGE}")));
            let feed = self.read(&format!("page {page} of the catalogue"), url).await?;
            let (count, pages, total) = (feed.entries.len(), feed.pages, feed.total);
            entries.extend(feed.entries);
            if page >= pages || count == 0 || page == MOST_PAGES {
                ensure_all(entries.len(), total)?;
                break;
            }
            page += 1;
        }
        // Products of other shapes may come to be listed: what is not an edition for all of France is no choice.
        let edition = |entry: &Entry| Edition::of(&entry.title, Some(entry)).filter(|edition| edition.zone == "FRA");
        Ok(entries.iter().filter_map(edition).collect())
    }

    /// The archive of an edition.
    ///
    /// # Errors
    /// 65 when the edition has none that is in one piece.
    pub(super) async fn archive(&self, edition: &Edition) -> Result<Listed> {
        let url = edition.url.clone().unwrap_or_else(|| self.url(&format!("{PRODUCT}/{}", edition.title)));
        let name = format!("the files of edition {}", edition.date);
        let feed = self.read(&name, url.clone()).await?;
        let links = || feed.entries.iter().flat_map(|entry| entry.links.iter().map(move |link| (entry, link)));
        let archive = links().find(|(_, link)| link.kind == SEVEN_ZIP && link.relation != "section");
        let Some((entry, link)) = archive else {
            let names = feed.entries.iter().map(|entry| entry.title.as_str()).collect::<Vec<_>>().join(", ");
            let message = format!("could not find the archive of `{}`: its files are {names}", edition.title);
            return Err(Failure::new(ExitCode::BadInput, message)
                .hint("the edition may be split or packed otherwise")
                .into());
        };
        let is_md5 = |text: &&str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let md5 = Some(entry.content.trim()).filter(is_md5).map(str::to_ascii_lowercase);
        let url = url.join(&link.url).map_err(|error| {
            let message = format!("could not read the address of `{}`: `{}`", entry.title, link.url);
            Failure::new(ExitCode::BadInput, message).because(error)
        })?;
        Ok(Listed { url, bytes: link.bytes, md5 })
    }

    fn url(&self, resource: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/resource/{resource}", self.base.path().trim_end_matches('/')));
        url
    }

    async fn read(&self, name: &str, url: Url) -> Result<Feed> {
        let request = Request::new(name, url);
        self.client.get(&request, |response| Feed::read(&response.body)).await
    }
}

fn ensure_all(read: usize, total: Option<usize>) -> Result<()> {
    match total {
        Some(total) if total != read => {
            let message = format!("could not read the catalogue: it announces {total} editions and lists {read}");
            Err(Failure::new(ExitCode::Incomplete, message).hint("it may be changing: run again").into())
        }
        _ => Ok(()),
    }
}

impl Edition {
    /// Reads `ADMIN-EXPRESS-COG-CARTO_3-2__SHP_WGS84G_FRA_2024-02-22`; other titles are of other things.
    pub(super) fn of(title: &str, entry: Option<&Entry>) -> Option<Self> {
        let (product, rest) = title.split_once("__")?;
        let (_, version) = product.rsplit_once('_')?;
        let parts: Vec<&str> = rest.split('_').collect();
        let [format, projection, zone, date] = parts[..] else { return None };
        let is_version = version.split_once('-').is_some_and(|(major, minor)| is_digits(major) && is_digits(minor));
        let is_date = date.len() == 10 && date.parse::<jiff::civil::Date>().is_ok();
        if !is_version || !is_date || zone.is_empty() {
            return None;
        }
        let link = entry.and_then(|entry| entry.links.iter().find(|link| link.kind == ATOM));
        let told = |value: &dyn Fn(&Entry) -> &str, titled: &str| {
            entry.map(value).filter(|value| !value.is_empty()).unwrap_or(titled).to_owned()
        };
        Some(Self {
            title: title.to_owned(),
            version: version.to_owned(),
            format: format.to_owned(),
            projection: projection.to_owned(),
            zone: told(&|entry| &entry.zone, zone),
            date: told(&|entry| &entry.date, date),
            url: link.and_then(|link| Url::parse(&link.url).ok()),
        })
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Feed {
    fn read(xml: &[u8]) -> Result<Self, ResponseError> {
        let garbled = |why: String| ResponseError::Malformed(format!("the catalogue cannot be read: {why}"));
        let mut reader = Reader::new(xml);
        let (mut feed, mut text) = (Self::default(), String::new());
        loop {
            let depth = reader.depth();
            match reader.next_event().map_err(|error| garbled(error.to_string()))? {
                Event::Start(start) => {
                    feed.open(&start, depth);
                    text.clear();
                }
                Event::Text(part) => text.push_str(&part),
                // The element that ends counted itself.
                Event::End(name) => feed.close(local_name(name), depth - 1, text.trim()),
                Event::Eof => break,
            }
        }
        match feed.pages > 0 {
            true => Ok(feed),
            false => Err(garbled("it is no Atom feed, or a part of one".to_owned())),
        }
    }

    /// An element begins, so deep inside others.
    fn open(&mut self, start: &Start<'_>, depth: usize) {
        let attribute = |name: &str| start.attribute(name).map(std::borrow::Cow::into_owned);
        let number = |name: &str| attribute(name).and_then(|value| value.parse().ok());
        match (start.local(), depth, self.entries.last_mut()) {
            ("feed", 0, _) => {
                (self.pages, self.total) = (number("pagecount").unwrap_or(1).max(1), number("totalentries"))
            }
            ("entry", 1, _) => self.entries.push(Entry::default()),
            ("link", 2, Some(entry)) => entry.links.push(Link {
                url: attribute("href").unwrap_or_default(),
                kind: attribute("type").unwrap_or_default(),
                relation: attribute("rel").unwrap_or_default(),
                bytes: number("length").map(|bytes| bytes as u64),
            }),
            ("zone", 2, Some(entry)) => entry.zone = attribute("term").unwrap_or_default(),
            _ => {}
        }
    }

    /// An element ends, whose text is known now.
    fn close(&mut self, name: &str, depth: usize, text: &str) {
        match (name, depth, self.entries.last_mut()) {
            ("title", 2, Some(entry)) => entry.title = text.to_owned(),
            ("content", 2, Some(entry)) => entry.content = text.to_owned(),
            ("editionDate", 2, Some(entry)) => entry.date = text.to_owned(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Pages written after what public readers of the service show; they may not be published.
    fn feed(name: &str) -> Feed {
        let path = trial::data(Path::new("references/atom").join(name));
        Feed::read(&fs::read(path).unwrap()).unwrap()
    }

    #[trial::test_with_data]
    fn every_edition_of_both_pages_is_read() {
        let (first, second) = (feed("resource_page1.xml"), feed("resource_page2.xml"));
        assert_eq!((first.pages, first.total, first.entries.len() + second.entries.len()), (2, Some(13), 13));
        let entries = first.entries.iter().chain(&second.entries);
        let editions: Vec<_> = entries.filter_map(|entry| Edition::of(&entry.title, Some(entry))).collect();
        let oldest = editions.iter().find(|edition| edition.date == "2021-05-19").unwrap();
        assert_eq!((oldest.version.as_str(), oldest.format.as_str(), oldest.zone.as_str()), ("3-0", "SHP", "FRA"));
        assert!(oldest.url.as_ref().unwrap().path().ends_with(&oldest.title));
    }

    #[trial::test_with_data]
    fn the_archive_is_known_by_its_type_and_the_md5_is_its_own() {
        let feed = feed("edition_2025-04-02.xml");
        let (md5, archive) = (&feed.entries[0], &feed.entries[1]);
        assert!(md5.links[0].kind != SEVEN_ZIP && archive.links[0].kind == SEVEN_ZIP);
        assert_eq!(
            (archive.content.as_str(), archive.links[0].bytes),
            ("74592b048e3b6567624591bcf12e5ab5", Some(123_456_790))
        );
    }

    #[test]
    fn what_is_no_feed_is_garbled() {
        for text in ["", "<html></html>", "<feed", "<feed xmlns='a'><entry>", "{}"] {
            assert!(matches!(Feed::read(text.as_bytes()), Err(ResponseError::Malformed(_))), "{text}");
        }
    }

    #[test]
    fn other_titles_are_no_editions() {
        for title in
            ["ADMIN-EXPRESS", "P_3__SHP_WGS84G_FRA_2024-02-22", "P_3-2__SHP__FRA_2018-04-03", "P_3-2__SHP_A_FRA_x"]
        {
            assert!(Edition::of(title, None).is_none_or(|edition| edition.projection.is_empty()), "{title}");
        }
    }
}
