"""A small browser without a window: cookies, forgery token, one kept connection; every answer with its seconds."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many seconds all of it was there."""

    status: int
    location: str
    text: str
    seconds: float


@dataclass
class Browser:
    """One signed-in person at a server on this machine."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None

    def log_in(self, username: str, password: str) -> Browser:
        """Sign in through the log-in page. Errors: RuntimeError when the server does not let them in."""
        self.get("/login/")
        answer = self.post("/login/", {"username": username, "password": password})
        if answer.status != 302:
            raise RuntimeError(f"{username} could not log in: {answer.status}")
        return self

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Open a page."""
        return self.send("GET", path, None, headers or {})

    def post(self, path: str, data: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
        """Hand in a form, with the forgery token of the cookie."""
        form = urlencode({**data, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
        kind = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.send("POST", path, form, kind)

    def send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        """Ask for anything, with the cookies there are."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.perf_counter()
        try:
            response = self._sent(method, path, body, {**headers, "Cookie": cookie})
            text = response.read().decode()
        except TimeoutError:
            self.connection = None  # what still comes on it would be the answer to this
            raise
        seconds = time.perf_counter() - began
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(response.status, response.headers.get("Location", ""), text, seconds)

    def _sent(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """Send on the kept connection; once more on a new one where the server had closed it meanwhile."""
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
            try:
                self.connection.request(method, path, body, headers)
                return self.connection.getresponse()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.connection.close()
                self.connection = None
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")
