//! A portal that gives the answers of a test, and remembers what it was asked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use trial::{Run, Stub};

/// The built executable.
pub(crate) const HARVEST: &str = env!("CARGO_BIN_EXE_harvest");

/// What stands at an address.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) path: String,
    /// Parameters that a request must have; it may have others.
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Routes that a test may change at any time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Routes(Arc<Mutex<Vec<Route>>>);

/// A portal at work.
pub(crate) struct Portal {
    pub(crate) routes: Routes,
    stub: Stub,
}

impl Route {
    /// At a path with or without query.
    pub(crate) fn new(target: &str, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let (path, query) = split(target);
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { path, query, status: 200, headers, body: body.into() }
    }

    pub(crate) fn turtle(target: &str, body: &str) -> Self {
        Self::new(target, "text/turtle; charset=utf-8", body)
    }

    pub(crate) fn json(target: &str, body: &Value) -> Self {
        Self::new(target, "application/json", body.to_string())
    }

    pub(crate) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// Tells its versions apart by an ETag of its content.
    pub(crate) fn tagged(self) -> Self {
        let tag = self.body.iter().fold(7_u64, |tag, byte| tag.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        self.header("etag", &format!("\"{tag:x}\""))
    }

    fn matches(&self, path: &str, query: &BTreeMap<String, String>) -> bool {
        self.path == path && self.query.iter().all(|(name, value)| query.get(name) == Some(value))
    }

    fn answer(&self, head: &str) -> Vec<u8> {
        let of = |name: &str| self.headers.iter().find(|(there, _)| there == name).map(|(_, value)| value.as_str());
        let is_known =
            |header: &str, name: &str| of(name).is_some_and(|value| asked_header(head, header) == Some(value));
        if is_known("if-none-match", "etag") || is_known("if-modified-since", "last-modified") {
            return b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec();
        }
        let mut answer = format!("HTTP/1.1 {} x\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            answer.push_str(&format!("{name}: {value}\r\n"));
        }
        answer.push_str(&format!("Content-Length: {}\r\n\r\n", self.body.len()));
        [answer.into_bytes(), self.body.clone()].concat()
    }
}

impl Routes {
    /// In place of those that were there.
    pub(crate) fn set(&self, routes: impl IntoIterator<Item = Route>) {
        *self.0.lock().unwrap() = routes.into_iter().collect();
    }

    fn answer(&self, head: &str) -> Vec<u8> {
        let target = head.split_whitespace().nth(1).unwrap_or_default();
        let (path, query) = split(target);
        let routes = self.0.lock().unwrap();
        let found = routes.iter().filter(|route| route.matches(&path, &query)).max_by_key(|route| route.query.len());
        match found {
            Some(route) => route.answer(head),
            None => b"HTTP/1.1 404 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_vec(),
        }
    }
}

impl Portal {
    pub(crate) fn start(routes: impl IntoIterator<Item = Route>) -> Self {
        let all = Routes::default();
        all.set(routes);
        let asked = all.clone();
        Self { routes: all, stub: Stub::start(move |head| asked.answer(head)) }
    }

    /// Where it listens.
    pub(crate) fn origin(&self) -> String {
        self.stub.url()
    }

    /// A harvest of `url`, which this portal stands in for, into `out`.
    pub(crate) fn harvest(&self, dialect: &str, url: &str) -> Run {
        harvest(dialect, url).args(["--via", &self.origin()])
    }

    /// Method, path and query of each request so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        let first = |head: &String| head.split_whitespace().nth(1).unwrap_or_default().to_owned();
        self.stub.requests().iter().map(first).collect()
    }

    /// The heads of the requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.stub.requests()
    }

    /// What was asked since then.
    pub(crate) fn asked_since(&self, count: usize) -> Vec<String> {
        self.asked().split_off(count)
    }
}

/// A harvest into `out`, fast and impatient.
pub(crate) fn harvest(dialect: &str, url: &str) -> Run {
    let run = Run::new(HARVEST);
    let out = out(&run);
    run.args([dialect, url]).args(["--dir".into(), out]).by_default(&[
        ("--rate", "10000"),
        ("--tries", "2"),
        ("--retry-wait-s", "0.01"),
    ])
}

/// The folder of the harvest.
pub(crate) fn out(run: &Run) -> PathBuf {
    run.folder().join("out")
}

/// A file of a harvest.
#[track_caller]
pub(crate) fn read(run: &Run, name: &str) -> String {
    let path = out(run).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("could not read {}: {error}", path.display()))
}

/// The lines of a file of a harvest; none where it is absent.
pub(crate) fn lines(run: &Run, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(out(run).join(name)).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The report of a harvest.
#[track_caller]
pub(crate) fn report(run: &Run) -> Value {
    serde_json::from_str(&read(run, "report.json")).unwrap()
}

/// All files that a harvest wrote, but what is not the same each time.
pub(crate) fn written(run: &Run) -> BTreeMap<String, String> {
    let names = ["datasets.jsonl", "dataservices.jsonl", "items.jsonl", "findings.jsonl", "report.html"];
    let there = names.into_iter().filter(|name| out(run).join(name).exists());
    let mut files: BTreeMap<_, _> = there.map(|name| (name.to_owned(), read(run, name))).collect();
    let mut report = report(run);
    report.as_object_mut().unwrap().remove("requests");
    files.insert("report.json".to_owned(), report.to_string());
    files
}

/// All files below a folder.
pub(crate) fn tree(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { tree(&path) } else { vec![path] }).collect()
}

/// A DCAT catalogue in Turtle: identifier and title of each dataset; what is blank has none.
pub(crate) fn catalogue(datasets: &[(&str, &str)], next: Option<&str>) -> String {
    let mut text = "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n\
                    @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n@prefix ex: <http://data.example.org/> .\n\
                    ex:cat a dcat:Catalog .\n"
        .to_owned();
    for (id, title) in datasets {
        text.push_str(&format!(
            "ex:{id} a dcat:Dataset ; dct:identifier \"{id}\" ; dct:title \"{title}\" ;\n  dcat:distribution [ a \
             dcat:Distribution ; dct:title \"{id}.csv\" ; dcat:downloadURL <http://data.example.org/{id}.csv> ] .\n"
        ));
    }
    if let Some(next) = next {
        text.push_str(&format!("<> a hydra:PartialCollectionView ; hydra:next <{next}> .\n"));
    }
    text
}

fn split(target: &str) -> (String, BTreeMap<String, String>) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    });
    (path.to_owned(), pairs.collect())
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, tail @ ..] = rest {
        let hex = tail
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        rest = match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                &tail[2..]
            }
            (b'+', _) => {
                bytes.push(b' ');
                tail
            }
            (byte, _) => {
                bytes.push(*byte);
                tail
            }
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The value of a header of a request.
pub(crate) fn asked_header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (there, value) = line.split_once(':')?;
        there.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
