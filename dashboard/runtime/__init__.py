"""What the app runs on: settings, caches, the queue, sessions. It knows no view and no network."""
