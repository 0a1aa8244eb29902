"""Bring the course into a learner's home folder, then become the learner's server.

It runs as the learner, so it can do no more than the learner may. nbgitpuller keeps what the learner changed. When
nothing can be pulled, on a full disk for instance, the server starts with the copy as it is.

From the environment: COURSE_REPOSITORY, where the lessons come from, an address or a folder that git can clone;
COURSE_BRANCH, the repository's own when empty; COURSE_IDLE_SECONDS, after which a kernel without an open page stops.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = "course"  # below the learner's home; the first page that opens lies in it
PULL_SECONDS = 60  # a hub that waits longer for its git server than this starts with what is there
ASK_SECONDS, END_SECONDS = 20, 10  # for one question to git, and for a pull that is told to end
A_SECOND = 1.1  # nbgitpuller puts files aside under a name with the second in it; two pulls must not meet in one
# What git must be told around nbgitpuller, so that a file that both sides changed stays the learner's as a whole, and
# one that got another name counts as one file less and one more. `pull.twohead` is what older gits, before 2.50, need
# to heed the second one; the tests show what is lost without each of the others.
GIT_SETTINGS = {
    "merge.default": "binary",
    "diff.renames": "false",
    "pull.twohead": "recursive",
    "core.quotePath": "false",
}


def git_environment(settings=GIT_SETTINGS):
    """Git settings as variables of the environment, which every git hears that the server starts, for a link too."""
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def bring(repository, branch, home):
    """Clone `repository` to the folder `course` below `home`, or pull into the one that is there; return whether it worked.

    A first clone gets its name only when it is complete: a half one would be in the way of every later pull. A pull
    that was killed may leave locks, and a merge that only the second pull after it ends.
    """
    folder = home / FOLDER
    for left in home.glob(".course_*"):  # a server that was killed while it pulled
        shutil.rmtree(left, ignore_errors=True)
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
                lock.unlink(missing_ok=True)  # no git of this learner's is at work before the server is
            if _pull(repository, branch, folder, settings):
                return True
        return False


def _pull(repository, branch, target, settings):
    """Run nbgitpuller, bounded in time; return whether what the repository has now is in `target`.

    Git refuses a folder that belongs to another account, as the teacher's does. `settings` names as trusted what is used.
    """
    path = repository.removeprefix("file://")
    trusted = "".join(f"\tdirectory = {name}\n" for name in (path, f"{path}/.git", target))
    settings.write_text(f"[include]\n\tpath = ~/.gitconfig\n[safe]\n{trusted}", encoding="utf-8")
    environment = os.environ | git_environment()
    environment |= {"GIT_CONFIG_GLOBAL": str(settings), "GIT_TERMINAL_PROMPT": "0"}
    command = [sys.executable, "-c", "from nbgitpuller.pull import main; main()", repository, branch, str(target)]
    puller = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        return puller.wait(PULL_SECONDS) == 0 and _arrived(repository, branch, target, environment)
    except subprocess.TimeoutExpired:
        os.killpg(puller.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            puller.wait(END_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(puller.pid, signal.SIGKILL)
        return False


def _arrived(repository, branch, target, environment):
    """Whether the newest commit of the repository is in `target`. Git may refuse it and still report success.

    It does so when both come from `git clone --depth 1`, and the repository from a later one; the next pull gets it.
    """
    options = dict(env=environment, capture_output=True, text=True, timeout=ASK_SECONDS)
    told = subprocess.run(["git", "ls-remote", repository, f"refs/heads/{branch}" if branch else "HEAD"], **options)
    commit = told.stdout.partition("\t")[0]
    asked = ["git", "-C", target, "merge-base", "--is-ancestor", commit, "HEAD"]
    return bool(commit) and subprocess.run(asked, **options).returncode == 0


def main():
    """Pull, then replace this process by `jupyterhub-singleuser` with the arguments that the hub gave."""
    repository, why = os.environ.get("COURSE_REPOSITORY", ""), ""
    try:
        brought = not repository or bring(repository, os.environ.get("COURSE_BRANCH", ""), Path.home())
    except (OSError, subprocess.SubprocessError) as error:  # a full disk; the learner can make room on the server alone
        brought, why = False, f" ({error})"
    if not brought:
        words = f"The course could not be pulled from {repository}{why}; the server starts with what is there."
        print(words, flush=True)
    idle = os.environ.get("COURSE_IDLE_SECONDS", "3600")
    options = [f"--MappingKernelManager.cull_idle_timeout={idle}", "--LabApp.news_url=None"]
    # On a shared machine a socket of another learner's kernel can be opened by anybody; what it says, by nobody.
    options.append("--KernelManager.transport_encryption=auto")
    command = [sys.executable, "-m", "jupyterhub.singleuser", *options, *sys.argv[1:]]
    os.execve(sys.executable, command, os.environ | git_environment())


if __name__ == "__main__":
    main()
