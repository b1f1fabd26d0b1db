"""What tests/contract.py teaches schemathesis: how files travel, and which answers are no fault."""

import schemathesis


@schemathesis.serializer("application/x-tar", "text/html", "application/offset+octet-stream")
def file(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.check
def answers_well(ctx, response, case):
    """No 5xx, but for two that are the truth: 507, a copy that is larger than the disk (RFC 4918), and a 503 that the document
    names for this operation and that says when to come again."""
    if response.status_code < 500 or response.status_code == 507:
        return
    documented = response.status_code == 503 and "503" in case.operation.definition.raw.get("responses", {})
    if not (documented and response.headers.get("retry-after")):
        raise AssertionError(f"{response.status_code}: {response.text[:500]}")
