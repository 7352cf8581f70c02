//! What the services of the fleet know of their callers.
