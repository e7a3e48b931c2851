//! COG carto: IGN's administrative boundaries, an archive an edition.

use anyhow::Result;
use files::Access;
use step::{ExitCode, Failure};
use transfer::{Client, FileRequest, Signature, Url};

use super::address::SEVEN_ZIP;
use super::catalogue::{Catalogue, Edition, Listed};
use super::{Errand, Got};

/// The newest edition that there is as shapefiles.
const LATEST: &str = "latest";

/// What the steps that come after can read.
const FORMAT: &str = "SHP";
const PROJECTION: &str = "WGS84G";

/// An edition's archive.
pub(super) struct EditionArchive {
    edition: Edition,
    file: Listed,
}

impl EditionArchive {
    pub(super) fn wanted(&self) -> FileRequest {
        let Listed { url, bytes, md5 } = self.file.clone();
        let name = format!("edition {} of COG carto", self.edition.date);
        let signature = Signature::AnyOf(SEVEN_ZIP);
        FileRequest { name, url, bytes, md5, sha256: None, signature, access: Access::Everyone }
    }
}

pub(super) async fn download(errand: &Errand<'_>) -> Result<Got> {
    let args = errand.args;
    let archive = find(&errand.client, &args.sources.cog_carto_url, &args.edition).await?;
    let wanted = FileRequest { sha256: args.sha256.clone(), ..archive.wanted() };
    if wanted.md5.is_none() {
        tracing::warn!("the catalogue has no MD5 of {}: its length alone is checked", wanted.name);
    }
    let target = errand.folder("cog_carto").join(format!("{}.7z", archive.edition.title));
    let mut got = errand.take(&wanted, &target).await?;
    got.own.edition = Some(archive.edition.date);
    Ok(got)
}

/// Looks the edition up in the catalogue.
///
/// # Errors
/// 2 when there is none of that date as shapefiles; what there is, is named.
pub(super) async fn find(client: &Client, base: &Url, asked: &str) -> Result<EditionArchive> {
    let catalogue = Catalogue { client, base };
    let editions = catalogue.editions().await?;
    let edition = choose(&editions, asked)?.clone();
    tracing::info!("the catalogue has {} editions; {asked} is `{}`", editions.len(), edition.title);
    note_newer(&editions, &edition);
    let file = catalogue.archive(&edition).await?;
    Ok(EditionArchive { edition, file })
}

fn choose<'a>(editions: &'a [Edition], asked: &str) -> Result<&'a Edition> {
    let is_asked = |edition: &&Edition| asked == LATEST || edition.date == asked || edition.title == asked;
    if let Some(edition) = usable(editions).filter(is_asked).max_by_key(age) {
        return Ok(edition);
    }
    let there_are = listed(usable(editions).map(|edition| edition.date.as_str()));
    let formats = listed(editions.iter().filter(is_asked).map(|edition| edition.format.as_str()));
    let why = match formats.is_empty() {
        true => "the catalogue does not list it".to_owned(),
        false => format!("it is published as {formats}, not as shapefiles ({FORMAT}, {PROJECTION})"),
    };
    let message = format!("could not find edition `{asked}` of COG carto: {why}; as shapefiles there are {there_are}");
    Err(Failure::new(ExitCode::Usage, message)
        .hint("choose one of them with `--edition` or `VERSION_COG_CARTO`, or `latest`")
        .into())
}

/// The default is of one year: whoever is content with it should know that there are newer ones.
fn note_newer(editions: &[Edition], chosen: &Edition) {
    if let Some(newest) = usable(editions).max_by_key(age).filter(|newest| newest.date > chosen.date) {
        tracing::info!(
            "edition {} is not the newest: {} is published, for `--edition` or `VERSION_COG_CARTO`",
            chosen.date,
            newest.date
        );
    }
}

/// Those that the next steps can read.
fn usable(editions: &[Edition]) -> impl Iterator<Item = &Edition> {
    editions.iter().filter(|edition| edition.format == FORMAT && edition.projection == PROJECTION)
}

/// Of two versions of a day, the newer comes last.
fn age(edition: &&Edition) -> (String, String) {
    (edition.date.clone(), edition.version.clone())
}

/// Each once, newest first.
fn listed<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let values: std::collections::BTreeSet<_> = values.collect();
    values.into_iter().rev().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn editions() -> Vec<Edition> {
        [
            "P_4-0__GPKG_WGS84G_FRA_2026-01-01",
            "P_3-2__SHP_LAMB93_FRA_2025-06-01",
            "P_3-2__SHP_WGS84G_FRA_2025-04-02",
            "P_3-2__SHP_WGS84G_FRA_2024-02-22",
        ]
        .map(|title| Edition::of(title, None).unwrap())
        .to_vec()
    }

    #[test]
    fn latest_is_the_newest_that_can_be_used() {
        assert_eq!(choose(&editions(), "latest").unwrap().date, "2025-04-02");
        assert_eq!(choose(&editions(), "2024-02-22").unwrap().date, "2024-02-22");
    }

    #[test]
    fn an_edition_that_cannot_be_had_says_which_can() {
        let missing = choose(&editions(), "2024-01-01").unwrap_err().to_string();
        assert!(missing.contains("does not list it") && missing.contains("2025-04-02, 2024-02-22"), "{missing}");
        let other = choose(&editions(), "2026-01-01").unwrap_err().to_string();
        assert!(other.contains("published as GPKG, not as shapefiles"), "{other}");
    }
}
