//! Pages on the loopback: `/` is the first, `/N` the one after N others; or whatever a portal answers.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// Serves until the benchmark ends.
pub(crate) struct Server {
    address: SocketAddr,
}

impl Server {
    pub(crate) fn start(pages: Vec<String>, content_type: &'static str) -> Self {
        let page = move |target: &str| {
            let nth = target.trim_matches('/').parse::<usize>().unwrap_or(0);
            pages.get(nth).map_or_else(String::new, String::clone)
        };
        Self::answering(page, content_type)
    }

    /// Says what `answer` makes of path and query.
    pub(crate) fn answering(
        answer: impl Fn(&str) -> String + Send + Sync + 'static,
        content_type: &'static str,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = Arc::clone(&answer);
                thread::spawn(move || serve(stream, &*answer, content_type));
            }
        });
        Self { address }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// Answers each request of a connection; whoever asks may hang up at any time.
fn serve(stream: TcpStream, answer: &impl Fn(&str) -> String, content_type: &str) {
    let Ok(mut writer) = stream.try_clone() else { return };
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if !matches!(reader.read_line(&mut head), Ok(1..)) {
                return;
            }
        }
        let page = answer(head.split_whitespace().nth(1).unwrap_or("/"));
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n", page.len());
        if writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(page.as_bytes())).is_err() {
            return;
        }
    }
}
