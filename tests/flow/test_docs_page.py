"""`/docs`: the vendored files are those that were published, and a browser asks nobody else for anything."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import checkin
import pytest
from playwright.sync_api import Page, Request, sync_playwright
from werkzeug.serving import make_server

from tests.flow.refusals import refusal
from tests.flow.world import World

DOCS = Path(checkin.__path__[0], "pages", "docs")
_LINES = (DOCS / "SHA256SUMS").read_text().splitlines()
SUMS = {name: digest for digest, name in (line.split() for line in _LINES)}
OURS = {"index.html", "page.js", "page.css", "README.md", "SHA256SUMS", ".gitattributes"}
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update")  # fmt: skip


@pytest.mark.parametrize("name", sorted(SUMS))
def test_a_vendored_file_is_the_one_that_was_published(name: str) -> None:
    assert hashlib.sha256((DOCS / name).read_bytes()).hexdigest() == SUMS[name]


def test_every_vendored_file_is_in_the_list() -> None:
    assert {file.name for file in DOCS.iterdir()} == OURS | SUMS.keys()


def test_the_page_may_load_from_this_origin_alone_and_run_nothing_written_into_it(world: World) -> None:
    answer = world.http.get("/docs")
    policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
    assert answer.text.count("<script") == answer.text.count("<script src=") == 2


def test_its_policy_is_for_the_page_alone(world: World) -> None:
    policies = {
        path: world.http.get(path).headers["Content-Security-Policy"] for path in ("/docs", "/openapi.json")
    }

    assert policies["/openapi.json"] == "default-src 'none'; frame-ancestors 'none'"
    assert policies["/docs"] != policies["/openapi.json"]


@pytest.mark.parametrize(
    "name", ["README.md", "SHA256SUMS", "nothing.js", "..%2f..%2fwsgi.py", ".gitattributes"]
)
def test_no_other_file_is_served(world: World, name: str) -> None:
    assert refusal(world.http.get(f"/docs/{name}"))[0] == 404


def test_a_file_that_has_not_changed_is_not_sent_again(world: World) -> None:
    first = world.http.get("/docs/swagger-ui-bundle.js")
    again = world.http.get("/docs/swagger-ui-bundle.js", headers={"If-None-Match": first.headers["ETag"]})

    assert first.content_type == "text/javascript; charset=utf-8"
    assert (again.status_code, again.data) == (304, b"")


# --- in a browser


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """Where a front door answers over HTTP."""
    server = make_server("127.0.0.1", 0, World().app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    chromium = shutil.which("chromium")
    assert chromium, "Install chromium: deploy/native/install.sh does."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser.new_page(color_scheme=request.param)
        browser.close()


def test_a_browser_shows_the_api_without_asking_anybody_else(origin: str, page: Page) -> None:
    asked: list[Request] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 it marks what it is given
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{origin}/docs")
    page.locator("#operations-check-ins-post_check_ins").click()
    page.get_by_role("button", name="Try it out").click()
    page.locator(".opblock.is-open textarea").first.fill('{"kind":"feeling"}')
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table .response-col_status").first.wait_for()

    there = {urlsplit(request.url).path for request in asked if request.url.startswith(origin)}
    assert {"/docs", "/docs/swagger-ui-bundle.js", "/openapi.json", "/v1/check-ins"} <= there
    assert [r.url for r in asked if not r.url.startswith((origin, "data:"))] == []
    # Without a token the attempt is refused, which the browser's console tells as an error.
    assert [line for line in said if "401" not in line] == []


def test_the_page_follows_the_readers_colours(origin: str, page: Page) -> None:
    page.goto(f"{origin}/docs")
    page.locator(".opblock").first.wait_for()
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    red = page.evaluate("parseInt(getComputedStyle(document.body).backgroundColor.slice(4))")

    assert (red < 100) == dark


def test_a_page_about_a_problem_is_styled_and_says_nothing_to_the_console(origin: str, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{origin}/problems/too_many_requests")
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")

    assert said == []
    assert widths[0] <= widths[1]
    assert size >= 16
