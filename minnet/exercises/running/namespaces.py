"""A process that has no network, sees no other processes, and cannot write outside one folder: Linux's namespaces.

A plain user may make them where the system lets users have namespaces of their own (most distributions do; many
containers and Ubuntu from 23.10 on do not). `enter` says what it could do, and does what it can.
"""

import ctypes
import os
import struct
import sys
from contextlib import suppress
from pathlib import Path

# From Linux's <sched.h>, <sys/mount.h>, <sys/prctl.h> and <linux/capability.h>.
NEWNS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
BIND, RECURSIVE, PRIVATE, NOSUID_NODEV_NOEXEC = 0x1000, 0x4000, 0x40000, 0xE
MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE, ATTR_READ_ONLY = 442, -100, 0x8000, 1
KILL_WITH_PARENT, DUMPABLE, KEEP_CAPABILITIES, CHILD_SUBREAPER, NO_NEW_PRIVILEGES = 1, 4, 8, 36, 38
READ_EVERYTHING = 1 << 2  # CAP_DAC_READ_SEARCH
CAPABILITY_VERSION_3 = 0x20080522
NOBODY = 65534
SIGKILL = 9

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def enter(folder: Path) -> set[str]:
    """Put this process, or its next child, apart from the rest of the machine.

    Returns
    -------
    set of str
        "processes": the next child is the first process of a world of its own, and whatever it starts ends with it.
        "network": there is none. "files": nothing outside `folder` can be written.
    """
    if _libc is None or not _possible():
        return set()
    _leave()
    achieved = {"processes", "network"}
    with suppress(OSError):
        _check(_mount(None, "/", RECURSIVE | PRIVATE))
        _check(_mount(str(folder), str(folder), BIND))
        _set_attributes("/", AT_RECURSIVE, struct.pack("QQQQ", ATTR_READ_ONLY, 0, 0, 0))
        _set_attributes(str(folder), 0, struct.pack("QQQQ", 0, ATTR_READ_ONLY, 0, 0))
        achieved.add("files")
    return achieved


def _possible() -> bool:
    """Whether a child of this process can leave: half a way there would be worse than none."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        _leave()
        os._exit(0)
    finally:
        os._exit(1)


def _leave() -> None:
    """Into new namespaces; a plain user keeps name and group there."""
    assert _libc is not None
    user, group = os.getuid(), os.getgid()
    _check(_libc.unshare(NEWNS | NEWIPC | NEWPID | NEWNET | (NEWUSER if user else 0)))
    if user:
        _libc.prctl(DUMPABLE, 1, 0, 0, 0)  # or these three are root's
        try:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        finally:
            forbid_tracing()


def mount_processes() -> None:
    """Let /proc show the processes of this world alone, where that is allowed; the first process of it calls this."""
    if _libc is not None:
        with suppress(OSError):
            _check(_libc.mount(b"proc", b"/proc", b"proc", ctypes.c_ulong(NOSUID_NODEV_NOEXEC), None))


def adopt_orphans() -> None:
    """Become the parent of all processes below whose own parent ends."""
    if _libc is not None:
        _libc.prctl(CHILD_SUBREAPER, 1, 0, 0, 0)


def forbid_tracing() -> None:
    """Keep other processes of this user, on Linux, from this one's memory and open files, and from tracing it.

    Children are as much kept apart; `exec` takes it back (prctl(2), PR_SET_DUMPABLE; proc(5)).
    """
    if _libc is not None:
        _libc.prctl(DUMPABLE, 0, 0, 0, 0)


def end_with_parent() -> None:
    """Be killed when the parent ends."""
    if _libc is not None:
        _libc.prctl(KILL_WITH_PARENT, SIGKILL, 0, 0, 0)


def drop_privileges() -> None:
    """Become nobody where this process is root, able to read what root can; give up all other privileges."""
    if _libc is None:
        return
    wanted = [0]
    if os.getuid() == 0:
        wanted = [READ_EVERYTHING, 0]
        _libc.prctl(KEEP_CAPABILITIES, 1, 0, 0, 0)
        with suppress(OSError):  # root of a container that knows nobody else
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
    _libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    for kept in wanted:
        if _libc.capset(header, struct.pack("IIIIII", kept, kept, 0, 0, 0, 0)) == 0:
            break  # a container's root may not have had what was to be kept
    end_with_parent()  # a change of user has taken that back


def _mount(source: str | None, target: str, flags: int) -> int:
    assert _libc is not None
    code: int = _libc.mount(source and source.encode(), target.encode(), None, ctypes.c_ulong(flags), None)
    return code


def _set_attributes(path: str, flags: int, attributes: bytes) -> None:
    assert _libc is not None
    _check(_libc.syscall(MOUNT_SETATTR, AT_FDCWD, path.encode(), flags, attributes, ctypes.c_size_t(len(attributes))))


def _check(code: int) -> None:
    if code < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
