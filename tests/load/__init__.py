"""The benchmark: a room full of phones against the server, and against the plainest relay on the same stack."""
