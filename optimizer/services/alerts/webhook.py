"""One signed POST to a program of the user's, never to a private network.

The address is looked up once, every answer must be public, and the connection goes to the address that was checked, so
that a name that changes its mind in between (DNS rebinding) reaches nothing. Redirects are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

TIMEOUT = 5.0  # seconds, to connect and for each answer


class Refused(Exception):
    """It was not delivered; the message says why."""


def post(url: str, secret: str, content: Mapping[str, str], key: str) -> None:
    """Deliver. Raises Refused where the target is not public, does not answer in time, or answers anything but 2xx."""
    target = checked(url)
    address = public_address(target)
    body = json.dumps(content, sort_keys=True).encode()
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Ballast",
        "Idempotency-Key": key,
        "X-Ballast-Timestamp": stamp,
        "X-Ballast-Signature": f"sha256={signature(secret, stamp, body)}",
    }
    connection = _Pinned(target, address)
    try:
        connection.request("POST", (target.path or "/") + (f"?{target.query}" if target.query else ""), body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise Refused(f"{target.hostname} did not answer: {type(error).__name__}.") from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise Refused(f"{target.hostname} answered {status}.")


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the time stamp, a point and the body, hexadecimal."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def checked(url: str) -> SplitResult:
    """Raises Refused for what is not the https address of a host."""
    try:
        target = urlsplit(url)
        port = target.port
    except ValueError as error:
        raise Refused("This is not a web address.") from error
    schemes = {"https", "http"} if settings.WEBHOOK_PRIVATE else {"https"}
    if target.scheme not in schemes or not target.hostname or target.username or port == 0:
        raise Refused("Give an address that begins with https:// and names a host, without a password.")
    return target


def public_address(target: SplitResult) -> str:
    """The address to connect to. Raises Refused where any address of the host is not a public one."""
    port = target.port or (443 if target.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(target.hostname, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Refused(f"{target.hostname} is not known.") from error
    addresses = [str(entry[4][0]).split("%")[0] for entry in found]
    if not settings.WEBHOOK_PRIVATE and any(not is_public(address) for address in addresses):
        raise Refused(f"{target.hostname} is in a private network. A webhook goes to public addresses only.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Also of what is wrapped in IPv6: mapped, 6to4, Teredo and NAT64 addresses are judged by what they reach."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        wrapped = [each for each in inner if each is not None]
        return ip.is_global and not ip.is_multicast and all(is_public(str(each)) for each in wrapped)
    return ip.is_global and not ip.is_multicast


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the host's own name."""

    def __init__(self, target: SplitResult, address: str) -> None:
        self.secure = target.scheme == "https"
        port = target.port or (443 if self.secure else 80)
        super().__init__(target.hostname or "", port, timeout=TIMEOUT)
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) if self.secure else plain
