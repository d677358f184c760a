"""Headers of every response, static files included, and the limit on what a request may carry."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# The hashes are of the two style elements that plotly.js adds: an empty one that it fills by CSSOM, and the constant
# sheet of the map library in its bundle.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
    "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='; "
    "img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

Handler = Callable[[HttpRequest], HttpResponse]


def headers(get_response: Handler) -> Handler:
    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        return response

    return handle


def refuse_large_bodies(get_response: Handler) -> Handler:
    def handle(request: HttpRequest) -> HttpResponse:
        if int(request.headers.get("Content-Length") or 0) > settings.MAX_BODY_BYTES:
            return HttpResponse("This is larger than the site accepts.\n", status=413, content_type="text/plain")
        return get_response(request)

    return handle
