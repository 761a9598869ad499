"""A supervisor with small stand-ins for the application's processes: the servers under it are the real ones.

Run as `python -m tests.core.services.stand_ins [supervisor | web | beat NAME | prepare | demo | walls]`.
"""

import http.server
import os
import signal
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

from apps.core.services.heartbeat import leave_heartbeat
from apps.core.services.layout import Layout
from apps.core.services.processes import PROCESSES
from apps.core.services.supervisor import Options, Supervisor

ME = ("python", "-m", "tests.core.services.stand_ins")
STAND_INS = tuple(
    replace(process, command=(*ME, "web") if process.name == "web" else (*ME, "beat", process.name))
    for process in PROCESSES
)


class Answer(http.server.BaseHTTPRequestHandler):
    """Answers as a healthy web process."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"stand-in")

    def log_message(self, *_: object) -> None:
        return


class ReusingServer(http.server.HTTPServer):
    """Opens its port as granian does."""

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()


def run_supervisor() -> int:
    """Run the real supervisor over the stand-ins."""
    options = Options(
        port=int(os.environ.get("STAND_IN_PORT", "18800")),
        processes=STAND_INS,
        prepare=(*ME, "prepare"),
        load_demo=(*ME, "demo"),
        check_walls=(*ME, "walls"),
    )
    return Supervisor(Layout.of_environment(), options).run()


def serve() -> None:
    """Answer health checks."""
    address = (os.environ["GRANIAN_HOST"], int(os.environ["GRANIAN_PORT"]))
    ReusingServer(address, Answer).serve_forever()


def beat(name: str) -> None:
    """Give signs of life."""
    while True:
        leave_heartbeat(name)
        time.sleep(0.2)


def note(line: str) -> None:
    """Leave a trace that the tests read."""
    with (Path(os.environ["VAR_DIR"]) / "trace").open("a") as file:
        file.write(line + "\n")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    match sys.argv[1:]:
        case ["supervisor"]:
            sys.exit(run_supervisor())
        case ["web"]:
            serve()
        case ["beat", name]:
            beat(name)
        case ["prepare"]:
            note("prepare " + os.environ["ADMIN_DATABASE_URL"].split("@")[1])
            sys.exit(int(os.environ.get("STAND_IN_PREPARE_EXIT", "0")))
        case ["demo"]:
            note("demo")
        case ["walls"]:
            sys.exit(int(os.environ.get("STAND_IN_WALLS_EXIT", "0")))
