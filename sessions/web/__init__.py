"""The adapters between the domain and the web: the only package, with server.py, that may import Flask, Socket.IO
and eventlet.  In reading order: settings, keys, hall (rooms at work), live (Socket.IO), wire, frames and lines (what goes
over the line, and the line), patches (on the libraries), pages (HTTP), metrics, runner."""
