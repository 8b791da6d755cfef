"""The OpenAPI document tells the truth: schemathesis asks all that it allows and much that it forbids."""

import os
import subprocess
import sys
from pathlib import Path

from commentkit.testing import serving
from tests.site import POST, Site, make_settings

HOOKS = "tests.web.api_hooks"
ROOT = Path(__file__).parent.parent.parent


def test_the_api_keeps_to_its_document_under_every_check(tmp_path: Path) -> None:
    chosen = make_settings(f"sqlite:///{tmp_path / 'api.db'}", post_limit="100000/minute")
    with Site(chosen) as site:
        site.post("The first comment.", name="Wren")
        [first] = site.ids()
        # of another one, which may be taken back and erased
        receipt = str(site.post("The second comment.", name="Wren").url).rpartition("/")[2]
    with serving(Site(chosen).app) as url:
        api = f"{url}/comments/api/v1"
        told = {
            "SCHEMATHESIS_HOOKS": HOOKS,
            "COMMENTKIT_TEST_API": api,
            "COMMENTKIT_TEST_RECEIPT": receipt,
            "COMMENTKIT_TEST_KEY": POST,
            "COMMENTKIT_TEST_PARENT": first,
            "PYTHONPATH": str(ROOT),
        }
        command = [
            str(Path(sys.executable).parent / "schemathesis"),
            "run",
            f"{api}/openapi.json",
            "--checks=all",
            "--max-examples=25",
            "--seed=1",
            "--no-color",
        ]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, **told},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
    with Site(chosen) as site:
        assert len(site.ids()) > 2, "no comment was posted"
