"""One edit as a picture: what it shows, and how it is drawn."""
