"""A server with playbooks of a test's own: ``PLAYBOOKS=folder python tests/own_playbooks.py --port …``.

It knows those in the folder PLAYBOOKS and no others, and the scales, lists and groups that ours share.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import server
from sessions import playbook

folder = Path(os.environ["PLAYBOOKS"])
shared = folder / "_shared.toml"
shared.write_bytes((playbook.SHIPPED / shared.name).read_bytes())
own = playbook.shipped_playbooks(folder)


def own_playbooks(folder: Path = folder) -> dict[str, playbook.Playbook]:
    return own


server.shipped_playbooks = own_playbooks  # type: ignore[attr-defined]
server.main(sys.argv[1:])
