//! A server that says what the test wants, byte for byte.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use super::QUICK;
use crate::support::Run;

/// Listens until it is dropped.
pub(super) struct Stub {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    requests: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<()>>,
}

impl Stub {
    /// Answers each request so.
    pub(super) fn always(answer: String) -> Self {
        Self::start(move |_| answer.clone().into_bytes())
    }

    /// Answers each request, whose head it is given, and closes the connection.
    pub(super) fn start(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let (stopped, requests) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (ends, noted) = (stopped.clone(), requests.clone());
        let thread = thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if ends.load(Ordering::SeqCst) {
                    break;
                }
                let head = read_head(&connection);
                noted.lock().unwrap().push(head.clone());
                // A client that left in the middle is not the stub's concern.
                let _ = (&connection).write_all(&answer(&head));
            }
        });
        Self { address, stopped, requests, thread: Some(thread) }
    }

    /// A run that downloads `name` from here.
    pub(super) fn download(&self, name: &str, arguments: &[&str]) -> Run {
        let url = format!("http://{}/{name}", self.address);
        let quick =
            QUICK.iter().filter(|(flag, _)| !arguments.contains(flag)).flat_map(|(flag, value)| [*flag, *value]);
        let own = arguments.iter().copied();
        Run::new(env!("CARGO_BIN_EXE_download"))
            .args([url.as_str()].into_iter().chain(own).chain(quick).collect::<Vec<_>>())
    }

    /// The heads of the requests so far.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
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

fn read_head(connection: &TcpStream) -> String {
    let lines = BufReader::new(connection).lines().map_while(Result::ok);
    lines.take_while(|line| !line.is_empty()).map(|line| line + "\n").collect()
}
