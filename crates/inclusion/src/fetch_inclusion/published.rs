//! The published dumps, as they are on data.gouv.fr: one JSON file for each list.

use std::fs::File;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use files::Access;
use transfer::{
    Client, ClientOptions, Counts, Downloader, FileRequest, Piece, Request, ResponseError, RetryPolicy, Signature, Url,
};

use crate::schema::Kind;

/// Twice what the larger one had in 2025, four times over.
const LARGEST_DUMP_BYTES: usize = 2 << 30;

/// A check asks once; nothing is waited for.
const CHECK_GIVE_UP: Duration = Duration::from_secs(60);

/// The resources stay the same from week to week (data set 6233723c2c1e4a54af2f6b2d, read 2026-11).
fn resource(kind: Kind) -> &'static str {
    match kind {
        Kind::Structures => "4fc64287-e869-4550-8fb9-b1e0b7809ffa",
        Kind::Services => "0eac1faa-66f9-4e49-8fb3-f0721027d89f",
    }
}

/// Where the dumps are; no token is known here.
#[derive(Debug)]
pub(super) struct Published {
    client: Client,
    url: Url,
}

/// A dump that was fetched; it goes with this value.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) path: PathBuf,
    pub(super) is_invented: bool,
}

/// What of a dump has come.
struct Coming {
    file: File,
    first: Option<u8>,
    last: Option<u8>,
    is_invented: bool,
}

impl Published {
    pub(super) fn new(url: &Url, retry: &RetryPolicy) -> Result<Self> {
        let client = Client::new(ClientOptions { retry: retry.clone(), ..ClientOptions::default() })?;
        Ok(Self { client, url: url.clone() })
    }

    /// What was asked so far.
    pub(super) fn counts(&self) -> Counts {
        self.client.metrics().counts()
    }

    /// Where a dump is.
    pub(super) fn address(&self, kind: Kind) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{}", self.url.path().trim_end_matches('/'), resource(kind)));
        url
    }

    /// Whether it can be had; none of it is taken.
    ///
    /// # Errors
    /// 69 when it is not available.
    pub(super) async fn reach(&self, kind: Kind) -> Result<String> {
        let request = FileRequest {
            name: format!("the dump of {}", kind.name()),
            url: self.address(kind),
            bytes: None,
            md5: None,
            sha256: None,
            signature: Signature::NotHtml,
            access: Access::OwnerAndGroup,
        };
        Downloader::beside(&self.client, CHECK_GIVE_UP).reach(&request).await
    }

    /// Brings a dump into `folder`.
    ///
    /// # Errors
    /// 69 when it is not available, 74 when the disk refuses.
    pub(super) async fn fetch(&self, kind: Kind, folder: &Path) -> Result<Fetched> {
        files::create_folder(folder)?;
        let path = folder.join(format!(".{}.dump", kind.name()));
        let file = files::open_in_place(&path, Access::OwnerAndGroup)?;
        let mut coming = Coming { file, first: None, last: None, is_invented: false };
        // Made before the first byte comes, so that the file goes whatever happens.
        let mut fetched = Fetched { path, is_invented: false };
        let request = Request::new(format!("the dump of {}", kind.name()), self.address(kind));
        let request = request.max_body_bytes(LARGEST_DUMP_BYTES);
        self.client.get_in_pieces(&request, |piece| coming.take(piece)).await?;
        fetched.is_invented = coming.is_invented;
        Ok(fetched)
    }
}

impl Coming {
    fn take(&mut self, piece: Piece<'_>) -> Result<(), ResponseError> {
        match piece {
            Piece::Head(headers) => {
                let server = headers.get("server").and_then(|server| server.to_str().ok());
                (self.first, self.last, self.is_invented) = (None, None, step::is_sandbox(server));
                let emptied = self.file.set_len(0).and_then(|()| self.file.rewind());
                emptied.context("could not write a dump").map_err(ResponseError::Final)
            }
            Piece::Body(bytes) => {
                let mut filled = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
                self.first = self.first.or(filled.next());
                self.last = bytes.iter().rev().copied().find(|byte| !byte.is_ascii_whitespace()).or(self.last);
                match self.first {
                    Some(b'<') => Err(ResponseError::Malformed("a web page came in its place".to_owned())),
                    Some(b'[' | b'{') | None => {
                        self.file.write_all(bytes).context("could not write a dump").map_err(ResponseError::Final)
                    }
                    Some(_) => Err(ResponseError::Malformed("it is no JSON".to_owned())),
                }
            }
            Piece::End => match (self.first, self.last) {
                (Some(_), Some(b']' | b'}')) => Ok(()),
                (None, _) => Err(ResponseError::Malformed("it is empty".to_owned())),
                _ => Err(ResponseError::Malformed("it ends before its end".to_owned())),
            },
        }
    }
}

impl Drop for Fetched {
    fn drop(&mut self) {
        // What cannot be removed is overwritten by the next run.
        let _ = std::fs::remove_file(&self.path);
    }
}
