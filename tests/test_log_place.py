"""Where the delivery log lies: doctor warns of a disk that other machines share, and of a folder that a cloud copies."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl.log_place import mounted, risk

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:26 / /home rw - nfs4 server:/export/home rw,vers=4.2
31 30 8:2 / /home/ann/local rw - btrfs /dev/sdb1 rw
32 22 0:50 / /mnt/press\\040office rw - cifs //server/office rw
33 22 0:51 / /mnt/remote rw - fuse.sshfs ann@server: rw
34 22 0:52 / /mnt/windows rw - fuseblk /dev/sdc1 rw
35 22 0:53 / /mnt/sealed rw - fuse.gocryptfs /home/x rw
36 22 0:54 / /mnt/remote/over rw - fuse.sshfs x rw
37 36 8:5 / /mnt/remote/over rw - ext4 /dev/sdd1 rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/office", ""),
        ("/home/ann/office", "nfs4"),
        ("/home/ann/local/office", ""),
        ("/homestead/office", ""),
        ("/mnt/press office/.pressctl", "cifs"),
        ("/mnt/remote/office", "fuse.sshfs"),
        ("/mnt/windows/office", ""),
        ("/mnt/sealed/office", ""),
        ("/mnt/remote/over/office", ""),  # what was mounted last at a place is what is there
    ],
)
def test_a_disk_that_other_machines_share_is_told_by_its_kind(folder: str, kind: str) -> None:
    said = risk(Path(folder), MOUNTS)
    assert said == (f"it lies on a file system that other machines share ({kind}), where SQLite's locks do not hold" if kind else "")


@pytest.mark.parametrize("part", ["Dropbox", "OneDrive - Network", "Google Drive", "Mobile Documents", "nextcloud", "CloudStorage"])
def test_a_folder_that_a_cloud_copies_is_told_by_its_name(part: str) -> None:
    assert risk(Path("/srv") / part / "office", MOUNTS) == (
        f"it lies in a folder that is copied to a cloud ({part}), which may put an older state of it back"
    )


@given(st.text(max_size=200))
def test_no_list_of_mounts_makes_it_fail(mounts: str) -> None:
    assert isinstance(risk(Path("/srv/office"), mounts), str)


def test_this_machines_own_mounts_can_be_read(tmp_path: Path) -> None:
    assert risk(tmp_path, mounted()) == ""
