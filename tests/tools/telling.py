"""A server that says what it does while it does it. As a program: ``python -m tests.tools.telling``."""

from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context

STEPS = 3


def server() -> MCPServer[Any]:
    """Return it: a read that tells of each of its steps."""
    made: MCPServer[Any] = MCPServer("mail", log_level="ERROR")

    @made.tool()
    async def list_messages(ctx: Context[Any, Any]) -> str:
        """List messages."""
        for step in range(1, STEPS + 1):
            await ctx.report_progress(step, STEPS, f"mailbox {step}")
            await ctx.info(f"opened {step}")
            await ctx.debug("a detail")
        return "none"

    @made.tool()
    def send_email(to: str, body: str) -> str:
        """Send an e-mail."""
        return f"{to}: {body}"

    return made


if __name__ == "__main__":
    server().run("stdio")
