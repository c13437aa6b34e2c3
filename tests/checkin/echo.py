"""A WSGI application that says how many bytes it was sent, for tests of the server beneath it."""

from collections.abc import Iterable
from typing import Any

from checkin import serving
from checkin.door.bodies import JsonRequest
from checkin.door.errors import refusal

serving.SILENT_S = 1


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    request = JsonRequest(environ)
    request.max_content_length = 1000
    if request.path == "/broken":
        raise ZeroDivisionError("secret")
    try:
        length = len(request.get_data()) if request.method == "POST" else 0
    except Exception as error:
        return refusal(error, "echo")(environ, start_response)
    body = f"{length} bytes".encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
