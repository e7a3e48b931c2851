//! A service that says what the test wants: for answers that the sandbox, which is sound, has no reason to give.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use crate::support::Run;

/// The token that it gives out.
pub(crate) const TOKEN: &str = "jeton-8c2e71";

/// `Content-Range`, if any, and body; `None` is a 404.
pub(crate) type Answer = Option<(Option<String>, String)>;

/// Listens until it is dropped.
pub(crate) struct Stub {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Stub {
    /// Gives out tokens, and answers each other request with what `answer` has for the last part of its path.
    pub(crate) fn start(answer: impl Fn(&str) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let stopped = Arc::new(AtomicBool::new(false));
        let ends = stopped.clone();
        let thread = thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if ends.load(Ordering::SeqCst) {
                    break;
                }
                // A client that left in the middle is not the stub's concern.
                let _ = serve(&connection, &answer);
            }
        });
        Self { address, stopped, thread: Some(thread) }
    }

    /// Leads a run here.
    pub(crate) fn lead(&self, run: Run) -> Run {
        run.env("FRANCE_TRAVAIL_AUTH_URL", format!("http://{}/access_token", self.address))
            .env("FRANCE_TRAVAIL_API_URL", format!("http://{}", self.address))
            .env("FRANCE_TRAVAIL_ID", "id")
            .env("FRANCE_TRAVAIL_KEY", "key")
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(connection: &TcpStream, answer: &impl Fn(&str) -> Answer) -> std::io::Result<()> {
    let path = read_request(connection)?;
    let answer = match path.rsplit('/').next().unwrap_or_default() {
        "access_token" => Some((None, format!(r#"{{"access_token":"{TOKEN}","expires_in":1499}}"#))),
        name => answer(name),
    };
    let (status, range, body) = match answer {
        Some((range, body)) => ("200 OK", range, body),
        None => ("404 Not Found", None, String::new()),
    };
    let range = range.map(|range| format!("Content-Range: {range}\r\n")).unwrap_or_default();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{range}\r\n", body.len());
    let mut connection = connection;
    connection.write_all((head + &body).as_bytes())
}

/// Reads all of a request, and returns its path.
fn read_request(connection: &TcpStream) -> std::io::Result<String> {
    let mut reader = BufReader::new(connection);
    let (mut path, mut body_bytes) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if path.is_empty() {
            let target = line.split(' ').nth(1).unwrap_or_default();
            path = target.split('?').next().unwrap_or_default().to_owned();
        }
        if let Some(length) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            body_bytes = length.trim().parse().unwrap_or_default();
        }
    }
    reader.take(body_bytes).read_to_end(&mut Vec::new())?;
    Ok(path)
}
