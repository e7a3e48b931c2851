//! A server that says what the test wants, byte for byte.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// For answers that the sandbox, which is sound, has no reason to give. Listens until it is dropped.
#[derive(Debug)]
pub struct Stub {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    requests: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<()>>,
}

impl Stub {
    /// Answers each request, whose head it is given, a line a line, and closes the connection.
    pub fn start(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let (stopped, requests) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (ends, noted) = (stopped.clone(), requests.clone());
        let thread = thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if ends.load(Ordering::SeqCst) {
                    break;
                }
                // A client that left in the middle is not the stub's concern.
                let _ = serve(&connection, &noted, &answer);
            }
        });
        Self { address, stopped, requests, thread: Some(thread) }
    }

    /// Answers each request so.
    pub fn always(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |_| answer.clone())
    }

    /// Where it listens, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The heads of the requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

fn serve(connection: &TcpStream, noted: &Mutex<Vec<String>>, answer: &impl Fn(&str) -> Vec<u8>) -> io::Result<()> {
    let head = read_request(connection)?;
    noted.lock().unwrap_or_else(PoisonError::into_inner).push(head.clone());
    let mut connection = connection;
    connection.write_all(&answer(&head))
}

/// Reads all of a request, and returns its head. Of a body left unread the client would hear before it hears the answer.
fn read_request(connection: &TcpStream) -> io::Result<String> {
    let mut reader = BufReader::new(connection);
    let (mut head, mut body_bytes) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(length) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            body_bytes = length.trim().parse().unwrap_or_default();
        }
        head.push_str(line);
        head.push('\n');
    }
    reader.take(body_bytes).read_to_end(&mut Vec::new())?;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(stub: &Stub, request: &str) -> String {
        let mut connection = TcpStream::connect(stub.address).unwrap();
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn a_request_is_read_to_its_end_and_answered_as_the_test_says() {
        let stub = Stub::start(|head| format!("to: {head}").into_bytes());
        let body = "b".repeat(100_000);
        let head = "POST /token HTTP/1.1\r\nContent-Length: 100000\r\n\r\n";
        assert_eq!(ask(&stub, &(head.to_owned() + &body)), "to: POST /token HTTP/1.1\nContent-Length: 100000\n");
        assert_eq!(ask(&stub, "GET / HTTP/1.1\r\n\r\n"), "to: GET / HTTP/1.1\n");
        assert_eq!(stub.requests().len(), 2);
    }

    #[test]
    fn it_ends_with_its_value() {
        let stub = Stub::always("HTTP/1.1 204 No Content\r\n\r\n");
        let address = stub.address;
        assert!(ask(&stub, "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 204"));
        drop(stub);
        assert!(TcpStream::connect(address).is_err(), "its port is free again");
    }
}
