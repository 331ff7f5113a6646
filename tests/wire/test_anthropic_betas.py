"""A client's beta features cannot raise the limits that its calls are held for."""

import pytest

from podium.wire.anthropic_betas import within_limits

LONG = b"context-1m-2025-08-07"


@pytest.mark.parametrize(
    ("betas", "window", "output", "kept", "dropped"),
    [
        (LONG, 200_000, 8192, b"", ("anthropic-beta.context-1m-2025-08-07",)),
        (LONG, 1_000_000, 8192, LONG, ()),
        (LONG, None, None, LONG, ()),
        (b"a-1, " + LONG + b" ,b", 200_000, None, b"a-1,b", ("anthropic-beta.context-1m-2025-08-07",)),
        (b"Output-128k-2025-02-19", 1, 64_000, b"", ("anthropic-beta.Output-128k-2025-02-19",)),
        (b"output-128k-2025-02-19", 1, 128_000, b"output-128k-2025-02-19", ()),
        (b"context-management-2025-06-27 , x", 1, 1, b"context-management-2025-06-27 , x", ()),
        (b"", 1, 1, b"", ()),
    ],
)
def test_a_limit_is_raised_only_to_what_is_declared(betas, window, output, kept, dropped):
    """What raises it past that is left out and named; everything else passes as it came."""
    found = within_limits(betas, context_window_tokens=window, max_output_tokens=output)
    assert found == (kept, dropped)
