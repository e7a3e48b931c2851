//! Servers that never end, below HTTP.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use trial::Run;

use crate::portal::harvest;

/// An answer before the answer: a long one, since an executable of the tests is slow at each head.
pub(crate) fn early_hints() -> String {
    format!("HTTP/1.1 103 Early Hints\r\nLink: </{}>\r\n\r\n", "a".repeat(16 << 10))
}

/// What a server goes on with after its first words.
#[derive(Debug, Clone)]
pub(crate) enum Flow {
    /// The same so many times, and an end.
    Repeated { piece: String, times: usize, end: String },
    /// One interim answer after the other.
    GoOn,
    /// As much as is taken.
    Flood,
    /// A byte now and then.
    Trickle,
    /// One header after the other.
    Heads,
}

/// A server that never ends, for each connection a thread; it ends with the process.
pub(crate) struct Raw {
    pub(crate) port: u16,
    connections: Arc<AtomicUsize>,
}

impl Raw {
    pub(crate) fn start(begin: String, flow: Flow) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, connections) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let counted = connections.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                let (begin, flow) = (begin.clone(), flow.clone());
                // Whoever leaves ends it.
                thread::spawn(move || drop(serve(connection, &begin, &flow)));
            }
        });
        Self { port, connections }
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn harvest(&self) -> Run {
        self.harvest_as("dcat")
    }

    pub(crate) fn harvest_as(&self, dialect: &str) -> Run {
        harvest(dialect, "http://data.test.org/cat")
            .args(["--via".to_owned(), format!("http://127.0.0.1:{}", self.port)])
    }
}

fn serve(mut connection: TcpStream, begin: &str, flow: &Flow) -> std::io::Result<()> {
    let mut asked = [0; 4096];
    let _ = connection.read(&mut asked)?;
    connection.write_all(begin.as_bytes())?;
    loop {
        match flow {
            Flow::Repeated { piece, times, end } => {
                for _ in 0..*times {
                    connection.write_all(piece.as_bytes())?;
                }
                return connection.write_all(end.as_bytes());
            }
            Flow::GoOn => connection.write_all(early_hints().as_bytes())?,
            Flow::Flood => connection.write_all(&[b' '; 64 << 10])?,
            Flow::Heads => connection.write_all(format!("X-A: {}\r\n", "a".repeat(1_000)).as_bytes())?,
            Flow::Trickle => {
                connection.write_all(b" ")?;
                thread::sleep(Duration::from_millis(100));
            }
        }
    }
}
