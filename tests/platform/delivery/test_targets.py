"""Targets: webhooks lead out, by TLS, to an address that was checked; into our own network only where a setting says so."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from civicnet.contract import InvalidInput
from civicnet.delivery.models import Failure
from civicnet.delivery.outgoing import send
from civicnet.delivery.targets import Unsent, addresses_of, read_target

Names = Callable[..., None]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Says what the name service answers: ``names("hooks.test", "10.0.0.1")``; other names are unknown."""
    known: dict[str, tuple[str, ...]] = {}

    def look_up(host: str, port: int, *given: object, **named: object) -> list[tuple]:
        try:
            addresses = [str(ip_address(host))]
        except ValueError:
            addresses = list(known.get(host, ()))
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    def say(host: str, *addresses: str) -> None:
        known[host] = addresses

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return say


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://portal.example.cn/hooks", "portal.example.cn", "/hooks"),
        ("https://portal.example.cn", "portal.example.cn", "/"),
        (" https://Portal.example.cn:8443/a?b=c ", "portal.example.cn:8443", "/a?b=c"),
        ("https://[2606:4700::1111]/", "[2606:4700::1111]", "/"),
        ("https://8.8.8.8/", "8.8.8.8", "/"),
    ],
)
def test_an_address_on_the_open_network_is_taken(url: str, authority: str, path: str) -> None:
    target = read_target(url)

    assert (target.authority, target.path, target.url) == (authority, path, url.strip())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "portal.example.cn/hooks",
        "ftp://portal.example.cn/",
        "file:///etc/passwd",
        "https://",
        "https:///hooks",
        "https://[::1/",
        "https://portal.example.cn:99999/",
        "https://portal.example.cn/ hooks",
        "https://portal.example.cn/\r\nX: y",
        "https://门户.example.cn/",
        f"https://portal.example.cn/{'a' * 500}",
        "https://user:password@portal.example.cn/",
        "https://portal.example.cn/#part",
        "http://portal.example.cn/",
        "http://8.8.8.8/",
        "http://127.0.0.1/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
    ],
)
def test_any_other_is_refused_beside_its_field(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_target(url)

    assert refused.value.field == "url"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.1.1",
        "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fd12::1", "ff02::1", "::ffff:10.0.0.1",
        "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1", "::7f00:1", "2001:db8::1",
    ],
)  # fmt: skip
def test_a_name_that_leads_inside_is_refused_with_all_its_addresses(names: Names, address: str) -> None:
    names("hooks.example.cn", "8.8.8.8", address)

    with pytest.raises(Unsent) as refused:
        addresses_of(read_target("https://hooks.example.cn/"))

    assert refused.value.failure == Failure.ADDRESS


def test_a_name_that_leads_out_gives_its_addresses(names: Names) -> None:
    names("hooks.example.cn", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "8.8.8.8")

    assert addresses_of(read_target("https://hooks.example.cn/")) == ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"]


def test_a_name_that_nobody_knows_is_said_to_be_unknown(names: Names) -> None:
    for host in ("nobody.example.cn", "a" * 64 + ".cn"):
        with pytest.raises(Unsent) as refused:
            addresses_of(read_target(f"https://{host}/"))

        assert refused.value.failure == Failure.NAME


def test_a_network_inside_may_be_named_and_nothing_beside_it(names: Names, settings) -> None:
    settings.CIVICNET_WEBHOOK_NETWORKS = ["10.20.0.0/16"]
    names("inside.test", "10.20.3.4")
    names("beside.test", "10.21.3.4")

    assert addresses_of(read_target("https://inside.test/")) == ["10.20.3.4"]
    assert read_target("https://10.20.3.4/").host == "10.20.3.4"
    with pytest.raises(Unsent):
        addresses_of(read_target("https://beside.test/"))
    # Never without TLS, but on this machine.
    with pytest.raises(InvalidInput):
        read_target("http://10.20.3.4/")


def test_without_tls_this_machine_is_called_where_it_is_named(settings) -> None:
    settings.CIVICNET_WEBHOOK_NETWORKS = ["127.0.0.0/8"]

    assert read_target("http://127.0.0.1:9000/").authority == "127.0.0.1:9000"
    assert read_target("http://localhost:9000/").host == "localhost"
    with pytest.raises(InvalidInput):
        read_target("http://portal.example.cn/")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for hooks.test, with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "hooks.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[int]:
    """A receiver over TLS on 127.0.0.1, by its port."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *given: object) -> None:
            pass

    class Quiet(HTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Quiet(("127.0.0.1", 0), Receiver)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_over_tls_the_certificate_must_be_trusted_and_for_the_name(
    names: Names, settings, monkeypatch, secure: int, certificate: Path
) -> None:
    settings.CIVICNET_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    names("hooks.test", "127.0.0.1")
    names("other.test", "127.0.0.1")
    right, wrong = (read_target(f"https://{host}:{secure}/") for host in ("hooks.test", "other.test"))

    with pytest.raises(Unsent) as untrusted:
        send(right, b"{}", {})
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert send(right, b"{}", {}) == 200
    with pytest.raises(Unsent) as misnamed:
        send(wrong, b"{}", {})

    assert (untrusted.value.failure, misnamed.value.failure) == (Failure.SECURITY, Failure.SECURITY)


def test_the_name_is_looked_up_once_and_the_connection_goes_where_it_was_checked(
    names: Names, settings, monkeypatch, secure: int, certificate: Path
) -> None:
    settings.CIVICNET_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    names("hooks.test", "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def count(host: str, *given: object, **named: object) -> object:
        asked.append(host)
        return look_up(host, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", count)

    send(read_target(f"https://hooks.test:{secure}/"), b"{}", {})

    # The second is the address itself, as the socket is opened.
    assert asked == ["hooks.test", "127.0.0.1"]


def test_whoever_speaks_no_tls_is_not_trusted(names: Names, settings) -> None:
    settings.CIVICNET_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    names("hooks.test", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def answer() -> None:
            peer, _address = plain.accept()
            peer.recv(1000)
            peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            peer.close()

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(Unsent) as refused:
            send(read_target(f"https://hooks.test:{plain.getsockname()[1]}/"), b"{}", {})

    assert refused.value.failure == Failure.SECURITY
