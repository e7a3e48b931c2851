//! Behind a proxy, and with authorities of one's own.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use trial::{Run, Stub};

use super::{DOWNLOAD, QUICK, download_from};

const CONTENT: &str = "PK a file of some bytes, all of them";

/// Nobody listens there.
const NOBODY: &str = "http://127.0.0.1:9";

/// A host that only a proxy can know.
const OUTSIDE: &str = "http://outside.invalid/a.txt";

fn download(url: &str) -> Run {
    Run::new(DOWNLOAD).by_default(&QUICK).args([url, "--log-level", "trace"])
}

fn sound() -> Stub {
    Stub::always(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{CONTENT}", CONTENT.len()))
}

/// A file of the tests' own authority and of the server that it vouches for.
fn tls(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/tls").join(name)
}

/// A server that speaks TLS, by the name `localhost`; it ends with the process.
struct TlsServer {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl TlsServer {
    fn start() -> Self {
        let certificate = CertificateDer::from_pem_file(tls("localhost.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(tls("localhost.key")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                // A client that does not trust it leaves in the middle.
                let _ = answer(StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), connection));
            }
        });
        Self { port, connections }
    }

    fn url(&self) -> String {
        format!("https://localhost:{}/a.txt", self.port)
    }
}

fn answer(mut stream: StreamOwned<ServerConnection, TcpStream>) -> io::Result<()> {
    read_head(&mut BufReader::new(&mut stream))?;
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{CONTENT}", CONTENT.len())?;
    stream.conn.send_close_notify();
    stream.flush()
}

fn read_head(reader: &mut impl BufRead) -> io::Result<String> {
    let mut head = String::new();
    while reader.read_line(&mut head)? > 2 {}
    Ok(head)
}

/// A proxy that lets TLS through to where it is asked to; it ends with the process.
struct Tunnel {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Tunnel {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let noted = heads.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let noted = noted.clone();
                thread::spawn(move || carry(connection, &noted));
            }
        });
        Self { port, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn carry(mut client: TcpStream, noted: &Mutex<Vec<String>>) -> io::Result<()> {
    let head = read_head(&mut BufReader::new(client.try_clone()?))?;
    noted.lock().unwrap().push(head.clone());
    let target = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    let mut server = TcpStream::connect(target)?;
    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    let up = thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_server);
        to_server.shutdown(Shutdown::Write)
    });
    let _ = io::copy(&mut server, &mut client);
    let _ = client.shutdown(Shutdown::Both);
    drop(up.join());
    Ok(())
}

/// A server that knows no TLS, says this to whatever it is told, and leaves; it ends with the process.
fn speak_plainly(said: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            // Read first: of what is left unread the client would hear before it hears the answer.
            let _ = connection.read(&mut [0; 16 << 10]);
            let _ = connection.write_all(said.as_bytes());
        }
    });
    format!("https://127.0.0.1:{port}/a.txt")
}

#[test]
fn a_proxy_is_asked_for_what_only_it_can_reach() {
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let proxy = sound();
        let done = download(OUTSIDE).env(variable, proxy.url()).run().expect_code(0);
        assert_eq!(done.read("a.txt"), CONTENT);
        assert!(proxy.requests()[0].starts_with(&format!("GET {OUTSIDE} HTTP/1.1")), "{:?}", proxy.requests());
    }
}

#[test]
fn what_no_proxy_names_is_reached_without_one() {
    let stub = sound();
    let around = download_from(&stub, "a.txt").env("HTTP_PROXY", NOBODY);
    around.clone().args(["--tries", "1"]).run().expect_code(69);
    for names in ["127.0.0.1", "127.0.0.0/8", "example.org,127.0.0.1"] {
        let asked = stub.requests().len();
        around.clone().env("NO_PROXY", names).run().expect_code(0);
        assert_eq!(stub.requests().len(), asked + 1, "{names}");
    }
}

#[test]
fn a_proxy_that_cannot_be_reached_is_named() {
    for (variable, url) in [("HTTP_PROXY", OUTSIDE), ("HTTPS_PROXY", "https://outside.invalid/a.txt")] {
        for proxy in [NOBODY, "http://nowhere.invalid:3128"] {
            let failed = download(url).env(variable, proxy).args(["--tries", "2"]).run().expect_code(69);
            let host = proxy.trim_start_matches("http://").split(':').next().unwrap();
            assert!(failed.failure().contains(&format!("through the proxy `{host}`: ")), "{failed}");
            assert!(failed.hint().contains("HTTPS_PROXY") && failed.hint().contains("NO_PROXY"), "{failed}");
        }
    }
}

#[test]
fn a_proxy_that_wants_a_password_is_asked_once_and_the_password_is_never_told() {
    let proxy = Stub::always("HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let with_user = proxy.url().replace("http://", "http://me:s3cr3t-word@");
    for (variable, url) in [("HTTP_PROXY", OUTSIDE), ("HTTPS_PROXY", "https://outside.invalid/a.txt")] {
        for address in [proxy.url(), with_user.clone()] {
            let before = proxy.requests().len();
            let failed = download(url).env(variable, address).run().expect_code(77);
            assert!(failed.failure().contains("proxy"), "{failed}");
            assert!(failed.hint().contains("password"), "{failed}");
            assert_eq!(proxy.requests().len() - before, 1, "{failed}");
            assert!(!failed.stderr.contains("s3cr3t"), "{failed}");
        }
        let last = proxy.requests().pop().unwrap().to_lowercase();
        assert!(last.contains("proxy-authorization: basic bwu6czn"), "{last}");
    }
}

#[test]
fn a_certificate_that_nobody_trusts_fails_at_once() {
    let server = TlsServer::start();
    let failed = download(&server.url()).run().expect_code(69);
    assert!(failed.failure().contains("the certificate of `localhost` is not trusted"), "{failed}");
    assert!(failed.hint().contains("SSL_CERT_FILE"), "{failed}");
    assert_eq!(server.connections.load(Ordering::SeqCst), 1, "{failed}");
}

#[test]
fn an_authority_of_ones_own_is_trusted() {
    let server = TlsServer::start();
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(tls("authority.pem"), folder.path().join("authority.pem")).unwrap();
    let (file, folder) = (tls("authority.pem"), folder.path().to_owned());
    for (variable, path) in [("SSL_CERT_FILE", &file), ("SSL_CERT_DIR", &folder)] {
        let done = download(&server.url()).env(variable, path).run().expect_code(0);
        assert_eq!(done.read("a.txt"), CONTENT);
    }
    let by_address = server.url().replace("localhost", "127.0.0.1");
    let failed = download(&by_address).env("SSL_CERT_FILE", &file).run().expect_code(69);
    assert!(failed.hint().contains("something else answers there"), "{failed}");
}

#[test]
fn an_authority_of_ones_own_is_trusted_through_a_proxy_too() {
    let (server, tunnel) = (TlsServer::start(), Tunnel::start());
    let run = download(&server.url())
        .env("HTTPS_PROXY", format!("http://127.0.0.1:{}", tunnel.port))
        .env("SSL_CERT_FILE", tls("authority.pem"));
    assert_eq!(run.run().expect_code(0).read("a.txt"), CONTENT);
    assert!(
        tunnel.heads()[0].starts_with(&format!("CONNECT localhost:{} HTTP/1.1", server.port)),
        "{:?}",
        tunnel.heads()
    );
    let distrustful = run.clone().env_remove("SSL_CERT_FILE").args(["--dir", "other"]).run().expect_code(69);
    assert!(distrustful.failure().contains("is not trusted"), "{distrustful}");
}

#[test]
fn authorities_that_cannot_be_read_are_wrong_usage() {
    let failed = download(OUTSIDE).env("SSL_CERT_FILE", "/nowhere/authority.pem").run().expect_code(2);
    assert!(failed.hint().contains("SSL_CERT_FILE"), "{failed}");
}

#[test]
fn a_host_without_an_address_and_a_server_without_tls_have_their_own_hints() {
    let nowhere = download(OUTSIDE).args(["--tries", "1"]).run().expect_code(69);
    assert!(nowhere.failure().contains("no address was found for `outside.invalid`"), "{nowhere}");
    assert!(nowhere.hint().contains("check the address"), "{nowhere}");
    for said in ["HTTP/1.1 400 Bad Request\r\n\r\n", ""] {
        let failed = download(&speak_plainly(said)).args(["--tries", "1"]).run().expect_code(69);
        assert!(failed.failure().contains("no encrypted connection"), "{failed}");
        assert!(failed.hint().contains("https"), "{failed}");
    }
}
