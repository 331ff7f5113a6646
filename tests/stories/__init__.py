"""Stories: what a person lives through with Podium, end to end."""
