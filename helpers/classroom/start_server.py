"""Bring the course into a learner's home folder, then become the learner's server.

It runs as the learner, so it can do no more than the learner may. nbgitpuller keeps what the learner changed. When
nothing can be pulled, the server starts with the copy as it is.

From the environment: COURSE_REPOSITORY, where the lessons come from, an address or a folder that git can clone;
COURSE_BRANCH, the repository's own when empty; COURSE_IDLE_SECONDS, after which a kernel without an open page stops.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = "course"  # below the learner's home; the first page that opens lies in it
PULL_SECONDS = 60  # a hub that waits longer for its git server than this starts with what is there
A_SECOND = 1.1  # nbgitpuller puts files aside under a name with the second in it; two pulls must not meet in one
# What git must be told around nbgitpuller, so that a file that both sides changed stays the learner's as a whole, and
# one that got another name counts as one file less and one more. The tests show what is lost without each of them.
GIT_SETTINGS = {
    "merge.default": "binary",
    "diff.renames": "false",
    "pull.twohead": "recursive",
    "core.quotePath": "false",
}


def git_environment():
    """`GIT_SETTINGS` as variables of the environment, which every git hears that the server starts, for a link too."""
    variables = {"GIT_CONFIG_COUNT": str(len(GIT_SETTINGS))}
    for number, (name, value) in enumerate(GIT_SETTINGS.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def bring(repository, branch, home):
    """Clone `repository` to the folder `course` below `home`, or pull into the one that is there; return whether it worked.

    A first clone gets its name only when it is complete: a half one would be in the way of every later pull. A pull
    that was killed may leave locks, and a merge that only the second pull after it ends.
    """
    folder = home / FOLDER
    with tempfile.TemporaryDirectory(prefix=".course_", dir=home) as fresh:
        settings = Path(fresh) / "gitconfig"
        if not folder.exists():
            target = Path(fresh) / FOLDER
            if _pull(repository, branch, target, settings):
                target.rename(folder)
            return folder.exists()
        for pause in (0, A_SECOND):
            time.sleep(pause)
            for lock in (folder / ".git").rglob("*.lock"):
                lock.unlink()  # no git of this learner's is at work before the server is
            if _pull(repository, branch, folder, settings):
                return True
        return False


def _pull(repository, branch, target, settings):
    """Run nbgitpuller, bounded in time; return whether it worked.

    Git refuses a folder that belongs to another account, as the teacher's does. `settings` names this one as trusted.
    """
    trusted = [repository, f"{repository}/.git"]
    settings.write_text("[safe]\n" + "".join(f"\tdirectory = {name}\n" for name in trusted), encoding="utf-8")
    environment = os.environ | git_environment()
    environment |= {"GIT_CONFIG_GLOBAL": str(settings), "GIT_TERMINAL_PROMPT": "0"}
    command = [sys.executable, "-c", "from nbgitpuller.pull import main; main()", repository, branch, str(target)]
    puller = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        return puller.wait(PULL_SECONDS) == 0
    except subprocess.TimeoutExpired:
        os.killpg(puller.pid, signal.SIGTERM)
        puller.wait(PULL_SECONDS)
        return False


def main():
    """Pull, then replace this process by `jupyterhub-singleuser` with the arguments that the hub gave."""
    repository = os.environ.get("COURSE_REPOSITORY", "")
    if repository and not bring(repository, os.environ.get("COURSE_BRANCH", ""), Path.home()):
        print(f"The course could not be pulled from {repository}; the server starts with what is there.", flush=True)
    idle = os.environ.get("COURSE_IDLE_SECONDS", "3600")
    options = [f"--MappingKernelManager.cull_idle_timeout={idle}", "--LabApp.news_url=None"]
    # On a shared machine a socket of another learner's kernel can be opened by anybody; what it says, by nobody.
    options.append("--KernelManager.transport_encryption=auto")
    command = [sys.executable, "-m", "jupyterhub.singleuser", *options, *sys.argv[1:]]
    os.execve(sys.executable, command, os.environ | git_environment())


if __name__ == "__main__":
    main()
