//! A server that never stops sending and never gets anywhere: a byte a second, or one before each silence.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use super::*;

/// Serves a file of so many bytes and its rest, each in pieces of `piece` bytes with a pause before all but the first.
/// It ends with the tests.
fn serve(bytes: usize, piece: usize, pause: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // A client that leaves is what is wanted.
            thread::spawn(move || drop(answer(&connection, bytes, piece, pause)));
        }
    });
    address
}

fn answer(mut connection: &TcpStream, bytes: usize, piece: usize, pause: Duration) -> std::io::Result<()> {
    let lines = BufReader::new(connection).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let ranges = lines
        .filter_map(|line| line.to_ascii_lowercase().strip_prefix("range: bytes=")?.strip_suffix('-')?.parse().ok());
    let from: usize = ranges.last().unwrap_or(0);
    let status = match from {
        0 => "200 OK".to_owned(),
        from => format!("206 Partial Content\r\nContent-Range: bytes {from}-{}/{bytes}", bytes - 1),
    };
    let rest = bytes - from;
    write!(connection, "HTTP/1.1 {status}\r\nETag: \"v\"\r\nContent-Length: {rest}\r\nConnection: close\r\n\r\n")?;
    let content = vec![b'x'; rest];
    // Of too little the client would not even begin a file.
    let (first, others) = content.split_at(if from == 0 { 20 } else { piece.min(rest) });
    connection.write_all(first)?;
    for bytes in others.chunks(piece) {
        thread::sleep(pause);
        connection.write_all(bytes)?;
    }
    Ok(())
}

fn run(server: SocketAddr, arguments: &[&str]) -> Run {
    Run::new(DOWNLOAD).by_default(&QUICK).args([&format!("http://{server}/lent.bin")]).args(arguments)
}

/// As seen: a byte a second was taken for hours. The floor is over a minute, which nothing makes shorter.
#[test]
fn an_answer_that_trickles_is_left_after_a_minute_unless_the_floor_is_turned_off() {
    let server = serve(1_300, 20, Duration::from_secs(1));
    let (left, awaited) = thread::scope(|scope| {
        let awaited = scope.spawn(|| run(server, &["--least-kbps", "0", "--tries", "1"]).run());
        let left = run(server, &["--tries", "1"]).run();
        (left, awaited.join().unwrap())
    });
    assert!(left.expect_code(69).failure().contains("the answer brought 0.16"), "20 bytes are 160 bits");
    assert_eq!(awaited.expect_code(0).receipt()["bytes"], 1_300);
}

/// A byte now and then is no progress: else each would bring as many tries again.
#[test]
fn next_to_nothing_is_no_progress() {
    let server = serve(60, 1, Duration::from_secs(60));
    let left = run(server, &["--stall-s", "0.5", "--tries", "4", "--give-up-s", "60"]).run().expect_code(69);
    assert!(left.failure().contains("the answer broke off: silent for 0.5 s after 4 tries"), "{left}");
}

#[test]
fn the_floor_is_in_the_help() {
    let help = Run::new(DOWNLOAD).args(["--help"]).run().expect_code(0).stdout;
    let words: Vec<&str> = help.split_whitespace().collect();
    let said = "--least-kbps <KBPS> Kilobits per second that an answer must bring, as the mean of any minute; less counts \
                as a failed try, 0 turns it off [default: 1]";
    assert!(words.join(" ").contains(said), "{help}");
}
