"""Ends a pull at any event inside of git: a kill of all that runs, or a disk that is full."""

import os
import shutil

from versions import PACK

from helpers.classroom.start_server import GIT_SETTINGS, git_environment

# One script for all that can stop a pull: it stands for `git`, for each of git's hooks, for a filter that every file
# passes on its way in and out, and for the other end of the line. It notes what happens. When the event that STOP names
# comes for the TIMES-th time, it kills the whole process group. From the event that FULL names on, no file grows beyond
# a few blocks, as on a full disk.
EVENT = """#!/bin/sh
event="{event}"
echo "$event" >> "$EVENTS"
case "$event" in $STOP) echo >> "$EVENTS.hits"; [ "$(wc -l < "$EVENTS.hits")" -lt "$TIMES" ] || kill -9 0 ;; esac
case "$event" in $FULL) trap '' 25; ulimit -f 16 ;; esac
{then}
"""
HOOKS = ["pre-commit", "post-commit", "pre-merge-commit", "post-merge", "post-index-change"]


class Stopper:
    """Ends a pull where it is told to. `env` is what a pull needs to be watched."""

    def __init__(self, folder):
        self.folder, self.events = folder, folder / "events"
        git = shutil.which("git")
        self.write("bin/git", "git $*", f'exec {git} "$@"')
        for hook in HOOKS:
            self.write(f"hooks/{hook}", f"{hook} $*", "exit 0")
        self.write("hooks/reference-transaction", '$1 $(sed "s/.* //" | tr "\\n" " ")', "exit 0")
        self.write("pass", "$1 $2", "exec cat")
        self.write("line", "half of what is sent", f'{git} upload-pack "$@" | dd bs=1 count={PACK // 2}; kill -9 0')
        (folder / "attributes").write_text("* filter=watched\n")
        self.settings = {
            "core.hooksPath": str(folder / "hooks"),
            "core.attributesFile": str(folder / "attributes"),
            "filter.watched.clean": f"{folder / 'pass'} in %f",
            "filter.watched.smudge": f"{folder / 'pass'} out %f",
        }

    def write(self, name, event, then):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(EVENT.format(event=event, then=then))
        path.chmod(0o755)

    def env(self, stop="", times=1, full=""):
        """The environment of a pull that is killed at the event `stop`, or finds no room at the event `full`."""
        line = {"remote.origin.uploadpack": str(self.folder / "line")} if stop == "line" else {}
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        watch = {"PATH": path, "EVENTS": str(self.events), "STOP": stop, "TIMES": str(times), "FULL": full}
        return watch | git_environment(GIT_SETTINGS | self.settings | line)
