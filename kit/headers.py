"""What browsers are told that every page forbids, and the one exception."""

_POLICY = (
    "default-src 'none'; script-src 'self'{}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
CONTENT_SECURITY_POLICY = _POLICY.format("")
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=()"

WITH_CAMERA = {
    "content-security-policy": _POLICY.format(" 'wasm-unsafe-eval'"),
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
}
"""Headers of a page that reads codes with the camera. The reader is WebAssembly."""
