#!/usr/bin/env python3
"""Tries the server of `coppice world watch` as it runs: what it serves, what it refuses, that it listens on
127.0.0.1 alone, and that bytes which are no request and connections which say nothing keep nobody waiting.

    Scripts/check-world-server.py     (after make build; 300 broken requests from a fixed seed)
"""

import pathlib
import random
import socket
import struct
import subprocess
import sys

TOOL = pathlib.Path(__file__).resolve().parent.parent / ".build" / "release" / "coppice"
REFUSED = [
    "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/frames/../../etc/passwd", "//etc/passwd",
    "/frames/-1", "/frames/", "/frames/1/2", "/frames/99999999999999999999", "/frames/1e3",
    "/frames/%00", "/index.html", "/.git/config",
]
BROKEN = [
    b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"GET / HTTP/1.1\r\nContent-Length: 9223372036854775807\r\n\r\n",
    b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    b"GET /frames/1 HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    b"GET " + b"/a" * 2000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"b" * 1_000_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"b" * 5_000_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + b"GET /" + b"a" * 1_000_000,
    b"\r\n\r\n\r\n", b"GET\0/ HTTP/9.9\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]
checks = 0


def expect(condition, what):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"check-world-server: {what}")


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), 10)
    connection.settimeout(10)
    return connection


def ask(port, request):
    """The status and the body of an answer."""
    connection = connect(port)
    connection.sendall(request)
    answer = b""
    while piece := connection.recv(65536):
        answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def get(port, path, host="127.0.0.1"):
    return ask(port, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())


def expect_alive(port, after):
    status, body = get(port, "/world.json")
    expect(status == 200 and b'"red"' in body, f"no world after {after}")


def check_answers(port):
    status, page = get(port, "/")
    expect(status == 200 and page.startswith(b"<!doctype html>"), "no page")
    expect(not any(word in page for word in (b"http://", b"https://", b"src=")), "the page loads something")
    _, walls = get(port, "/walls")
    # 162 soldiers on 45 x 45 cells, whose border is wall
    expect(len(walls) == 45 * 45 and sum(walls) == 4 * 44, "other walls")
    for index in range(6):
        _, frame = get(port, f"/frames/{index}")
        number, step, agents, _ = struct.unpack("<4I", frame[:16])
        expect((number, step) == (index, index) and 0 < agents <= 162, f"another frame {index}")
    for path in REFUSED:
        status, body = get(port, path)
        expect(status == 404 and b"root:" not in body, f"{path} was answered with {status}")
    expect(get(port, "/", "evil.example")[0] == 403, "another host was answered")
    post = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"
    expect(ask(port, post)[0] == 405, "POST was answered")


def check_address(port):
    suffix = f":{port:04X}"
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in pathlib.Path(table).read_text().splitlines()[1:]
        if line.split()[1].endswith(suffix) and line.split()[3] == "0A"
    ]
    expect(listening == ["0100007F" + suffix], f"it listens on {listening}")
    second = subprocess.run(
        [TOOL, "world", "watch", "battle", "--port", str(port)], capture_output=True, text=True, timeout=60)
    expect(second.returncode == 64 and f"cannot listen on port {port}" in second.stderr, "a port that is taken")


def check_broken_requests(port):
    draw = random.Random(7)
    request = b"GET /frames/3 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"
    for number in range(300):
        if number % 3 == 0:
            sent = draw.randbytes(draw.randrange(600))
        elif number % 3 == 1:
            changed = bytearray(request)
            for _ in range(draw.randint(1, 6)):
                changed[draw.randrange(len(changed))] = draw.randrange(256)
            sent = bytes(changed)
        else:
            sent = request[: draw.randrange(1, len(request))]
        break_off(port, sent)
        if number % 50 == 0:
            expect_alive(port, f"broken request {number}")
    for sent in BROKEN:
        break_off(port, sent)
        expect_alive(port, repr(sent[:60]))


def break_off(port, sent):
    connection = connect(port)
    try:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the server may have ended it
    connection.close()


def check_heads(port):
    # as long as a head may be, and two bytes more, the second of them after its empty line would have come
    for length, wanted in ((16_384, 200), (16_385, 431)):
        head = b"GET /walls HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: "
        request = head + b"x" * (length - len(head) - 4) + b"\r\n\r\n"
        expect(ask(port, request)[0] == wanted, f"a head of {length} bytes")
    # one connection: a request in pieces, then two at once, and no more to come
    connection = connect(port)
    request = b"GET /frames/1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for piece in (request[:9], request[9:41], request[41:]):
        connection.sendall(piece)
    connection.sendall(request + request)
    connection.shutdown(socket.SHUT_WR)
    answers = b""
    while piece := connection.recv(65536):
        answers += piece
    expect(answers.count(b"HTTP/1.1 200 OK") == 3, "three requests of one connection")


def check_silent_connections(port):
    held = [connect(port) for _ in range(200)]
    for connection in held[::2]:
        connection.sendall(b"GET /fra")
    expect_alive(port, "200 connections that say nothing")
    for _ in range(20):
        connection = connect(port)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.close()
    expect_alive(port, "20 that went away")


def main():
    server = subprocess.Popen(
        [TOOL, "world", "watch", "battle", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline().rstrip().rstrip("/").rsplit(":", 1)[1])
        for check in (
            check_answers, check_address, check_heads, check_broken_requests, check_silent_connections):
            check(port)
        expect(server.poll() is None, "the server has ended")
    finally:
        server.kill()
        server.wait()
    print(f"check-world-server: {checks} checks of the server of worlds")


if __name__ == "__main__":
    main()
