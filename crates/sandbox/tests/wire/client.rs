//! The smallest client: one request a connection, the answer as it came.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use sandbox::{Options, Server};
use serde_json::Value;

pub(crate) const SEARCH: &str = "/partenaire/offresdemploi/v2/offres/search";
pub(crate) const OFFERS_SCOPE: &str = "api_offresdemploiv2+o2dsoffre";
pub(crate) const ROME_SCOPE: &str = "api_rome-metiersv1+nomenclatureRome";

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn range(&self) -> &str {
        self.header("content-range").unwrap_or("none")
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|why| panic!("{why}: {}", self.text()))
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().expect("a message").to_owned()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.strings("id")
    }

    pub(crate) fn stamps(&self) -> Vec<String> {
        self.strings("dateCreation")
    }

    fn strings(&self, key: &str) -> Vec<String> {
        if self.status == 204 {
            return Vec::new();
        }
        let json = self.json();
        let offres = json["resultats"].as_array().expect("results");
        offres.iter().map(|offre| offre[key].as_str().expect("text").to_owned()).collect()
    }
}

/// A server and a token for it.
pub(crate) struct Client {
    pub(crate) server: Server,
    pub(crate) token: String,
}

impl Client {
    /// No rate limit unless the options say otherwise: a test has no time.
    pub(crate) fn new(options: Options) -> Self {
        let server = start(options);
        let token = token(&server, OFFERS_SCOPE);
        Self { server, token }
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.try_get(target).unwrap_or_else(|why| panic!("GET {target}: {why}"))
    }

    pub(crate) fn try_get(&self, target: &str) -> io::Result<Answer> {
        get(&self.server, target, &[("Authorization", &format!("Bearer {}", self.token))])
    }

    pub(crate) fn search(&self, query: &str) -> Answer {
        self.get(&format!("{SEARCH}?{query}"))
    }

    /// The whole result of a query, page after page: ids in order. The total must not change on the way.
    pub(crate) fn sweep(&self, query: &str) -> Vec<String> {
        let mut ids = Vec::new();
        loop {
            let page = self.search(&format!("{query}&range={}-{}", ids.len(), ids.len() + 149));
            ids.extend(page.ids());
            if page.status != 206 || ids.len() == total(page.range()) {
                return ids;
            }
        }
    }
}

pub(crate) fn start(options: Options) -> Server {
    Server::start(options).expect("the sandbox starts")
}

/// Options for a small day without a limit of calls.
pub(crate) fn day(date: &str, offers: usize) -> Options {
    Options::default().with(|options| {
        options.france_travail.date = Some(date.parse().expect("a date"));
        options.france_travail.offers = offers;
        options.france_travail.rate = 0.0;
        options.france_travail.rome_rate = 0.0;
    })
}

pub(crate) fn total(range: &str) -> usize {
    range
        .rsplit('/')
        .next()
        .and_then(|total| total.split(' ').next())
        .and_then(|total| total.parse().ok())
        .expect("a total")
}

pub(crate) fn token(server: &Server, scope: &str) -> String {
    let answer = ask_token(server, &credentials(scope), &[]);
    answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

pub(crate) fn credentials(scope: &str) -> String {
    let options = Options::default();
    format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={scope}",
        options.france_travail.client_id, options.france_travail.client_key
    )
}

pub(crate) fn ask_token(server: &Server, form: &str, headers: &[(&str, &str)]) -> Answer {
    let mut all = vec![("Content-Type", "application/x-www-form-urlencoded")];
    all.extend(headers);
    let target = "/connexion/oauth2/access_token?realm=%2Fpartenaire";
    send(server, "POST", target, &all, form).expect("an answer")
}

pub(crate) fn get(server: &Server, target: &str, headers: &[(&str, &str)]) -> io::Result<Answer> {
    send(server, "GET", target, headers, "")
}

pub(crate) fn send(
    server: &Server,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> io::Result<Answer> {
    let mut stream = connect(server, method, target, headers, body)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    read(&bytes)
}

/// Sends a request and leaves the answer to be read.
pub(crate) fn connect(
    server: &Server,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> io::Result<TcpStream> {
    let address = server.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut request = format!("{method} {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(request.as_bytes())?;
    Ok(stream)
}

fn read(bytes: &[u8]) -> io::Result<Answer> {
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or_else(cut)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status =
        lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok()).ok_or_else(cut)?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let body = &bytes[end + 4..];
    let is_chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if is_chunked { unchunk(body).ok_or_else(cut)? } else { body.to_vec() };
    Ok(Answer { status, headers, body })
}

fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(end + 2..end + 2 + size)?);
        rest = rest.get(end + 2 + size + 2..)?;
    }
}
