"""A service that only a proxy leads to, and whose certificate no public authority has signed."""

import os
from contextlib import contextmanager

from stack import STEPS_IMAGE, docker, run, until

# Answers CONNECT, as proxies do, and then is the service itself: TLS towards the step, plain HTTP towards the sandbox.
PROXY = """
import socket, ssl, threading

tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain("/tls/service.pem", "/tls/service.key")

def relay(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass

def serve(client):
    head = b""
    while b"\\r\\n\\r\\n" not in head:
        head += client.recv(4096)
    print(head.split(b" HTTP")[0].decode(), flush=True)
    client.sendall(b"HTTP/1.1 200 Connection established\\r\\n\\r\\n")
    inside = tls.wrap_socket(client, server_side=True)
    service = socket.create_connection(("remote", 8080))
    threading.Thread(target=relay, args=(inside, service), daemon=True).start()
    relay(service, inside)

with socket.create_server(("", 3128)) as server:
    print("listening", flush=True)
    while True:
        threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
"""


@contextmanager
def service(network, folder):
    """The authority's certificate, and what the proxy has said; the service is `https://service.test`."""
    certificate = make_certificates(folder)
    common = ["run", "--detach", "--network", network]
    sandbox = ["sandbox", "--host", "0.0.0.0", "--port", "8080", "--offers", "400", "--rome-rate", "0"]
    remote = docker(*common, "--network-alias", "remote", STEPS_IMAGE, *sandbox)
    mount = ["--volume", f"{folder}:/tls:ro"]
    proxy = docker(*common, "--network-alias", "proxy", *mount, os.environ["AIRFLOW_IMAGE"], "python3", "-c", PROXY)

    def told():
        return run("docker", "logs", proxy).stdout

    try:
        until("a proxy", lambda: "listening" in told(), 60)
        yield certificate, told
    finally:
        docker("rm", "--force", remote, proxy)


def make_certificates(folder):
    """An authority of our own, and the service's certificate, signed by it; the authority's is what users mount."""
    folder.chmod(0o755)
    (folder / "service.ext").write_text("subjectAltName=DNS:service.test\nbasicConstraints=CA:FALSE\n")
    key = ["-newkey", "rsa:2048", "-nodes"]
    for command in (
        ["req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Authority of ours"],
        ["req", *key, "-keyout", "service.key", "-out", "service.csr", "-subj", "/CN=service.test"],
        [
            *("x509", "-req", "-in", "service.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
            *("-out", "service.pem", "-days", "2", "-extfile", "service.ext"),
        ],
    ):
        run("openssl", *command, cwd=folder)
    for path in folder.iterdir():
        path.chmod(0o644)
    return folder / "ca.pem"
