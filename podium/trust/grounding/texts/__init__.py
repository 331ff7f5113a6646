"""What texts may lend to a call, whose words they are, and what goes out in the agent's own."""
