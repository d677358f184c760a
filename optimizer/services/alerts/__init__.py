"""What a household is told, once for one thing: in the app, by e-mail and by webhook."""
