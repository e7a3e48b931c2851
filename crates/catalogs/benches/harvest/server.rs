//! Pages on the loopback: `/` is the first, `/N` the one after N others.

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
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let pages = Arc::new(pages);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let pages = Arc::clone(&pages);
                thread::spawn(move || serve(stream, &pages, content_type));
            }
        });
        Self { address }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// Answers each request of a connection; whoever asks may hang up at any time.
fn serve(stream: TcpStream, pages: &[String], content_type: &str) {
    let Ok(mut writer) = stream.try_clone() else { return };
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if !matches!(reader.read_line(&mut head), Ok(1..)) {
                return;
            }
        }
        let path = head.split_whitespace().nth(1).unwrap_or("/");
        let page = pages.get(path.trim_matches('/').parse::<usize>().unwrap_or(0)).map_or("", String::as_str);
        let answer =
            format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n", page.len());
        if writer.write_all(answer.as_bytes()).and_then(|()| writer.write_all(page.as_bytes())).is_err() {
            return;
        }
    }
}
