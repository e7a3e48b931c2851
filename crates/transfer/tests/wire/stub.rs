//! A server that does what a test wants: answers, lies, redirects, falls silent, or cuts the connection.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// One thing that the server does on a connection; after the last it closes it.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Send(Vec<u8>),
    /// The same over and over, until the client leaves.
    Flood(Vec<u8>),
    /// Says nothing more, until the client leaves.
    Stall,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Method, target and version, then the fields, a line each.
    head: String,
    pub(crate) body: String,
}

/// Listens until it is dropped; each connection carries one request.
pub(crate) struct Stub {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    asked: Arc<Mutex<Vec<Asked>>>,
    listener: Option<JoinHandle<()>>,
}

impl Asked {
    pub(crate) fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

impl Stub {
    /// Does what `script` says of each request, which is told its number, from 1.
    pub(crate) fn start(script: impl Fn(usize, &Asked) -> Vec<Act> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stopped, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (ends, noted, script) = (stopped.clone(), asked.clone(), Arc::new(script));
        let listener = thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if ends.load(Ordering::SeqCst) {
                    break;
                }
                let (noted, script) = (noted.clone(), script.clone());
                // Ends with its client, which the test outlives.
                thread::spawn(move || {
                    let _ = serve(connection, &noted, &*script);
                });
            }
        });
        Self { address, stopped, asked, listener: Some(listener) }
    }

    /// Does the same with each request.
    pub(crate) fn always(acts: Vec<Act>) -> Self {
        Self::start(move |_, _| acts.clone())
    }

    /// Does one of these with each request, the last one with all that come after.
    pub(crate) fn in_turn(scripts: Vec<Vec<Act>>) -> Self {
        Self::start(move |number, _| scripts[number.min(scripts.len()) - 1].clone())
    }

    /// An address on it, by IP.
    pub(crate) fn url(&self, path: &str) -> transfer::Url {
        format!("http://{}{path}", self.address).parse().unwrap()
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The requests so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn serve(
    connection: TcpStream,
    noted: &Mutex<Vec<Asked>>,
    script: &(impl Fn(usize, &Asked) -> Vec<Act> + ?Sized),
) -> io::Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    let asked = read_request(&mut reader)?;
    let number = {
        let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.push(asked.clone());
        noted.len()
    };
    let mut connection = connection;
    for act in script(number, &asked) {
        match act {
            Act::Send(bytes) => connection.write_all(&bytes)?,
            Act::Flood(bytes) => loop {
                connection.write_all(&bytes)?;
            },
            Act::Stall => drop(reader.read_to_end(&mut Vec::new())?),
        }
    }
    Ok(())
}

fn read_request(reader: &mut impl BufRead) -> io::Result<Asked> {
    let (mut head, mut body_bytes) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line.trim_end().is_empty() {
            break;
        }
        if let Some(length) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            body_bytes = length.trim().parse().unwrap_or_default();
        }
        head.push_str(&line);
    }
    let mut body = String::new();
    reader.take(body_bytes).read_to_string(&mut body)?;
    Ok(Asked { head, body })
}

/// A whole response: status, header fields a line each, body with its length.
pub(crate) fn response(status: &str, fields: &str, body: impl AsRef<[u8]>) -> Vec<Act> {
    let body = body.as_ref();
    vec![Act::Send([head(status, fields, body.len()).as_bytes(), body].concat())]
}

/// 200, with that body.
pub(crate) fn ok(body: impl AsRef<[u8]>) -> Vec<Act> {
    response("200 OK", "", body)
}

/// A response that announces `length` bytes.
pub(crate) fn head(status: &str, fields: &str, length: usize) -> String {
    let fields: String = fields.lines().map(|line| format!("{line}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{fields}\r\n")
}

/// A redirect.
pub(crate) fn redirect(status: u16, location: impl std::fmt::Display) -> Vec<Act> {
    response(&format!("{status} Elsewhere"), &format!("Location: {location}"), "")
}

/// A body that is announced whole, and of which so many bytes come before the connection ends.
pub(crate) fn cut(body: &[u8], after: usize) -> Vec<Act> {
    vec![Act::Send([head("200 OK", "", body.len()).as_bytes(), &body[..after]].concat())]
}
