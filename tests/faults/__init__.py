"""Faults: what meeting rooms do to a connection and machines do to a server, and the proof that nothing is lost.

In reading order: ``page.mjs`` runs the browser's own modules under Node, ``people.mjs`` are people who write,
``line.mjs`` is a bad line; ``run.py`` puts them around a real server that is killed again and again.  ``simulate.py``
does the same with a fake network and a fake clock, thousands of times a minute.  ``hostile.py`` attacks.
"""

import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
