//! A server of one file, on loopback, as fast as it can or at a pace.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

const BUFFER_BYTES: usize = 256 << 10;

/// Serves `file` until the benchmark ends; returns its address. `mb_per_s` is the pace.
pub(crate) fn serve(file: &Path, mb_per_s: Option<f64>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("it is bound");
    let file = file.to_owned();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (file, stream) = (file.clone(), stream.expect("loopback accepts"));
            // A client that goes away is no matter.
            thread::spawn(move || answer(&file, stream, mb_per_s));
        }
    });
    format!("http://{address}/stock.zip")
}

fn answer(file: &PathBuf, mut stream: TcpStream, mb_per_s: Option<f64>) -> io::Result<()> {
    let request = BufReader::new(stream.try_clone()?).lines();
    request.take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty())).for_each(drop);
    let mut file = File::open(file)?;
    let bytes = file.metadata()?.len();
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\nETag: \"1\"\r\nConnection: close\r\n\r\n")?;
    let start = Instant::now();
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut sent = 0;
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..count])?;
        sent += count;
        if let Some(mb_per_s) = mb_per_s {
            let due = Duration::from_secs_f64(sent as f64 / 1e6 / mb_per_s);
            sleep(due.saturating_sub(start.elapsed()));
        }
    }
}
