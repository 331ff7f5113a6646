"""Ways in which people ask for an act without the words that its tool's author lists."""
