"""What is kept of what models, tools and people say: rules of an agent, redaction, hashing, and bounds."""
