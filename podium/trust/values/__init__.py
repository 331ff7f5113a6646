"""What a value is: its forms and encodings, where it stands in a result, and its label."""
