//! Files: whole and of one version, or what was there before.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use step::{ExitCode, Progress};
use tempfile::TempDir;
use transfer::{
    Cause, Client, ClientOptions, Downloaded, Downloader, FileRequest, Growth, LocalFile, RetryPolicy, Signature, Url,
};

use super::stub::{Act, Asked, Stub, cut, head, ok, response};
use super::{code, options, retry, told};

const CONTENT: &[u8] = b"PK the whole of a file, in some fifty bytes or more";
const MARK: &str = "ETag: \"1\"";

struct Place {
    folder: TempDir,
    client: Client,
}

impl Place {
    fn new(tries: u32) -> Self {
        Self::with(retry(tries))
    }

    fn with(retry: RetryPolicy) -> Self {
        let client = Client::new(ClientOptions { retry, ..options() }).unwrap();
        Self { folder: TempDir::new().unwrap(), client }
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("a.zip")
    }

    async fn download(&self, request: &FileRequest) -> anyhow::Result<LocalFile> {
        let downloader = Downloader::beside(&self.client, Duration::from_secs(5));
        let (growth, progress) = (Growth::default(), Progress::unwatched());
        match downloader.download(request, &self.target(), &growth, &progress).await? {
            Downloaded::Unchanged(file) => Ok(file),
            Downloaded::Staged(staged) => staged.publish(),
        }
    }

    fn read(&self) -> Vec<u8> {
        fs::read(self.target()).unwrap()
    }

    fn part(&self) -> Option<Vec<u8>> {
        fs::read(self.folder.path().join("a.zip.part")).ok()
    }

    fn names(&self) -> Vec<String> {
        names(self.folder.path())
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn request(url: Url) -> FileRequest {
    let signature = Signature::AnyOf(&[b"PK"]);
    FileRequest {
        name: "the file".to_owned(),
        url,
        bytes: None,
        md5: None,
        sha256: None,
        signature,
        access: files::Access::Everyone,
    }
}

/// What a sound server sends of [`CONTENT`], whose ETag is 1.
fn serve(asked: &Asked) -> Vec<Act> {
    let from = asked.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    match (from, asked.header("if-range")) {
        (Some(from), Some("\"1\"")) => rest(from),
        _ if asked.header("if-none-match") == Some("\"1\"") => response("304 Not Modified", MARK, ""),
        _ => response("200 OK", MARK, CONTENT),
    }
}

fn rest(from: usize) -> Vec<Act> {
    let range = format!("{MARK}\nContent-Range: bytes {from}-{}/{}", CONTENT.len() - 1, CONTENT.len());
    response("206 Partial Content", &range, &CONTENT[from..])
}

/// The beginning of a file that has the mark, and then nothing more.
fn begin(bytes: usize) -> Vec<Act> {
    let head = head("200 OK", MARK, CONTENT.len());
    vec![Act::Send([head.as_bytes(), &CONTENT[..bytes]].concat())]
}

#[tokio::test]
async fn a_file_that_breaks_off_is_gone_on_with() {
    let stub = Stub::start(|number, asked| if number == 1 { begin(20) } else { serve(asked) });
    let place = Place::new(3);
    let file = place.download(&request(stub.url("/a.zip"))).await.unwrap();
    assert_eq!((place.read(), file.bytes, file.resumed_bytes), (CONTENT.to_vec(), CONTENT.len() as u64, 0));
    assert_eq!(file.sha256, files::sha256_of(CONTENT));
    let asked = stub.asked();
    assert_eq!(asked[0].header("accept-encoding"), Some("identity"));
    assert_eq!((asked[1].header("range"), asked[1].header("if-range")), (Some("bytes=20-"), Some("\"1\"")));
    let sha256 = file.sha256.clone();
    drop(file);
    assert_eq!(place.names(), [".a.zip.transfer.json", "a.zip"]);
    let again = place.download(&request(stub.url("/a.zip"))).await.unwrap();
    assert_eq!((again.sha256, stub.asked()[2].header("if-none-match")), (sha256, Some("\"1\"")));
}

#[tokio::test]
async fn one_try_is_one_try_and_what_has_come_is_kept() {
    for bad in [begin(20), [begin(20), vec![Act::Stall]].concat()] {
        let stub = Stub::always(bad);
        let place = Place::new(1);
        let error = place.download(&request(stub.url("/a.zip"))).await.unwrap_err();
        assert_eq!((code(&error), told(&error).attempts, stub.asked().len()), (ExitCode::Unavailable, 1, 1));
        assert!(format!("{error:#}").contains("after 1 try in"), "{error:#}");
        assert_eq!(place.part().as_deref(), Some(&CONTENT[..20]));
        let sound = Stub::start(|_, asked| serve(asked));
        // A mirror that has the same, by name and ETag, is as good.
        let file = place.download(&request(sound.url("/a.zip"))).await.unwrap();
        assert_eq!((place.read(), file.resumed_bytes), (CONTENT.to_vec(), 20));
    }
}

#[tokio::test]
async fn tries_are_counted_from_the_last_new_byte() {
    // Each try brings two bytes more, and a try in between brings none.
    let stub = Stub::start(|number, asked| match number {
        1 => begin(20),
        _ if number % 2 == 0 => response("502 Bad Gateway", "", ""),
        _ => {
            let from: usize = asked.header("range").unwrap()[6..].trim_end_matches('-').parse().unwrap();
            let range = format!("{MARK}\nContent-Range: bytes {from}-{}/{}", CONTENT.len() - 1, CONTENT.len());
            let head = head("206 Partial Content", &range, CONTENT.len() - from);
            let bytes = &CONTENT[from..CONTENT.len().min(from + 2)];
            vec![Act::Send([head.as_bytes(), bytes].concat())]
        }
    });
    // On a busy machine a few bytes a try are less than an answer must bring a second.
    let place = Place::with(RetryPolicy { least_kbps: 0.0, ..retry(3) });
    place.download(&request(stub.url("/a.zip"))).await.unwrap();
    assert_eq!(place.read(), CONTENT);
    let dead = Stub::always(response("502 Bad Gateway", "", ""));
    let error = place.download(&request(dead.url("/b.zip"))).await.unwrap_err();
    assert_eq!((told(&error).attempts, dead.asked().len()), (3, 3));
    let told = format!("{error:#}");
    assert!(told.contains("no progress in ") && told.contains(" s, at last: HTTP 502 after 3 tries"), "{told}");
}

#[tokio::test]
async fn a_server_that_lies_about_a_part_is_not_believed() {
    let all = CONTENT.len();
    let with_range = |range: String| response("206 Partial Content", &format!("{MARK}\n{range}"), &CONTENT[20..]);
    for lie in [
        with_range(String::new()),
        with_range(format!("Content-Range: bytes 19-{}/{all}", all - 1)),
        with_range(format!("Content-Range: bytes 20-{}/{}", all - 2, all)),
        with_range(format!("Content-Range: bytes 20-{}/*", all - 1)),
        response("416 Range", &format!("Content-Range: bytes */{}", all + 1), ""),
        response(
            "206 Partial Content",
            &format!("ETag: \"2\"\nContent-Range: bytes 20-{}/{all}", all - 1),
            vec![b'?'; all - 20],
        ),
    ] {
        let shown = format!("{lie:?}");
        let stub = Stub::start(move |number, asked| match number {
            1 => begin(20),
            2 => lie.clone(),
            _ => serve(asked),
        });
        let place = Place::new(3);
        place.download(&request(stub.url("/a.zip"))).await.unwrap();
        assert_eq!(place.read(), CONTENT, "{shown}");
    }
}

#[tokio::test]
async fn a_file_that_changes_on_the_way_is_begun_again() {
    let newer = b"PK another one";
    let stub = Stub::start(move |number, _| match number {
        1 => begin(20),
        _ => response("200 OK", "ETag: \"2\"", newer),
    });
    let place = Place::new(3);
    let file = place.download(&request(stub.url("/a.zip"))).await.unwrap();
    assert_eq!((place.read(), file.etag.as_deref()), (newer.to_vec(), Some("\"2\"")));
}

#[tokio::test]
async fn a_file_that_changes_each_time_is_given_up() {
    let stub = Stub::start(|number, _| {
        let head = head("200 OK", &format!("ETag: \"{number}\""), CONTENT.len());
        vec![Act::Send([head.as_bytes(), &CONTENT[..20]].concat())]
    });
    let error = Place::new(100).download(&request(stub.url("/a.zip"))).await.unwrap_err();
    assert!(format!("{error:#}").contains("its source had another version 5 times"), "{error:#}");
    assert_eq!(stub.asked().len(), 6);
}

#[tokio::test]
async fn what_is_not_the_file_leaves_what_was_there() {
    let place = Place::new(3);
    let sound = Stub::start(|_, asked| serve(asked));
    place.download(&request(sound.url("/a.zip"))).await.unwrap();
    for (bad, why) in [
        (ok("<!DOCTYPE html><title>Connexion</title>"), "a web page came in its place"),
        (ok("something else, of any length"), "it does not begin as such a file does"),
    ] {
        let stub = Stub::always(bad);
        let error = place.download(&request(stub.url("/a.zip"))).await.unwrap_err();
        assert_eq!((code(&error), stub.asked().len()), (ExitCode::BadInput, 1));
        assert!(format!("{error:#}").contains(why), "{error:#}");
        assert_eq!(place.read(), CONTENT);
    }
}

#[tokio::test]
async fn a_wrong_checksum_is_a_second_try_and_no_third() {
    let stub = Stub::start(|_, asked| serve(asked));
    let wrong = FileRequest { sha256: Some("0".repeat(64)), ..request(stub.url("/a.zip")) };
    for (tries, made) in [(8, 2), (1, 1)] {
        let before = stub.asked().len();
        let place = Place::new(tries);
        let error = place.download(&wrong).await.unwrap_err();
        assert_eq!((code(&error), stub.asked().len() - before), (ExitCode::BadInput, made));
        assert!(format!("{error:#}").contains("its SHA-256 is"), "{error:#}");
        assert!(!place.target().exists() && place.part().is_none());
    }
}

#[tokio::test]
async fn a_body_whose_end_nobody_can_tell_is_no_file() {
    let stub = Stub::always(vec![Act::Send(b"HTTP/1.1 200 OK\r\n\r\nPK perhaps all of it".to_vec())]);
    let error = Place::new(2).download(&request(stub.url("/a.zip"))).await.unwrap_err();
    assert_eq!(told(&error).cause, Cause::Malformed);
    assert!(format!("{error:#}").contains("does not say how long it is"), "{error:#}");
}

/// As an earlier version of the step left it, key by key.
#[tokio::test]
async fn a_part_that_an_earlier_version_left_is_gone_on_with() {
    let stub = Stub::start(|_, asked| serve(asked));
    let place = Place::new(1);
    let url = stub.url("/a.zip");
    let asked = files::sha256_of(url.as_str().as_bytes());
    let state = format!(
        r#"{{"part":{{"asked":"{asked}","url":"{url}","etag":"\"1\"","last_modified":null,"bytes":{},"if_range":"\"1\""}},"done":null}}"#,
        CONTENT.len()
    );
    fs::write(place.folder.path().join(".a.zip.transfer.json"), state).unwrap();
    fs::write(place.folder.path().join("a.zip.part"), &CONTENT[..20]).unwrap();
    let file = place.download(&request(url)).await.unwrap();
    assert_eq!((place.read(), file.resumed_bytes), (CONTENT.to_vec(), 20));
    assert_eq!(stub.asked()[0].header("range"), Some("bytes=20-"));
}

#[tokio::test]
async fn reaching_takes_nothing_and_asks_once() {
    let place = Place::new(8);
    let downloader = Downloader::beside(&place.client, Duration::from_secs(5));
    let sound = Stub::start(|_, asked| serve(asked));
    assert_eq!(downloader.reach(&request(sound.url("/a.zip"))).await.unwrap(), sound.url("/a.zip").to_string());
    let dead = Stub::always(cut(b"", 0));
    let busy = Stub::always(response("503 Busy", "", ""));
    downloader.reach(&request(dead.url("/a.zip"))).await.unwrap();
    let error = downloader.reach(&request(busy.url("/a.zip"))).await.unwrap_err();
    assert!(format!("{error:#}").starts_with("could not reach the file: HTTP 503 after 1 try"), "{error:#}");
    assert_eq!((busy.asked().len(), place.names().len()), (1, 0));
}

/// Anybody who can write in the folder may have put a link there, under a name that is known beforehand.
#[tokio::test]
async fn a_link_in_place_of_the_part_is_not_written_through() {
    let stub = Stub::start(|_, asked| serve(asked));
    let place = Place::new(1);
    let victim = place.folder.path().join("victim");
    fs::write(&victim, b"mine").unwrap();
    std::os::unix::fs::symlink(&victim, place.folder.path().join("a.zip.part")).unwrap();
    let error = place.download(&request(stub.url("/a.zip"))).await.unwrap_err();
    assert_eq!((code(&error), fs::read(&victim).unwrap()), (ExitCode::DiskRefused, b"mine".to_vec()));
    assert!(error.to_string().contains("a.zip.part") && stub.asked().is_empty(), "{error:#}");
}
