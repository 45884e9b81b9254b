"""Whether the folder of the delivery log is a place where SQLite's locks and its shared memory hold: a disk of this machine's own."""

from __future__ import annotations

import re
from pathlib import Path

# Several machines see the same file, and the memory that SQLite's WAL shares is shared within one of them only:
# https://www.sqlite.org/wal.html ("WAL does not work over a network filesystem"), …/howtocorrupt.html section 2.1.
_SHARED = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "9p", "glusterfs", "lustre", "beegfs", "gfs2", "ocfs2"}
)
_THROUGH_FUSE = re.compile(r"fuse\.(?!fuseblk|ntfs|lxcfs|gocryptfs|encfs|cryfs|bindfs|overlay).+")  # sshfs, rclone, a cloud's own
# Folders whose content a program copies elsewhere while it is being written, and may put back an older state of.
_SYNCED = re.compile(
    r"dropbox|onedrive|google ?drive|icloud|mobile documents|cloudstorage|nextcloud|owncloud|syncthing|pcloud|seafile",
    re.IGNORECASE,
)


def risk(folder: Path, mounts: str) -> str:
    """What speaks against keeping the log in this folder, "" for nothing. `mounts` is the text of /proc/self/mountinfo, "" elsewhere."""
    where = folder.absolute()
    kind = _kind(where, mounts)
    if kind in _SHARED or _THROUGH_FUSE.fullmatch(kind):
        return f"it lies on a file system that other machines share ({kind}), where SQLite's locks do not hold"
    for part in where.parts:
        if _SYNCED.search(part):
            return f"it lies in a folder that is copied to a cloud ({part}), which may put an older state of it back"
    return ""


def mounted() -> str:
    """/proc/self/mountinfo (proc_pid_mountinfo(5)), "" where there is none."""
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _kind(folder: Path, mounts: str) -> str:
    """The type of the file system that the folder is on: that of the longest mount point above it, and of the last one there."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if len(fields) < 5 or not kinds[0]:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[4]))
        if len(point.parts) >= best and folder.is_relative_to(point):
            best, kind = len(point.parts), kinds[0]
    return kind
