"""What the overview shows, one module a part."""
