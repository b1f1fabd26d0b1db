"""What tests/contract.py teaches schemathesis: how a tar travels, and which answers are no fault."""

import schemathesis


@schemathesis.serializer("application/x-tar")
def tar(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.check
def answers_well(ctx, response, case):
    """No 5xx; but a copy that is larger than the disk is answered with 507 (RFC 4918), which is the truth."""
    if response.status_code >= 500 and response.status_code != 507:
        raise AssertionError(f"{response.status_code}: {response.text[:500]}")
