"""Real git repositories for the tests, in temporary folders."""

import os
import shutil
import subprocess

WHO = ("-c", "user.name=someone", "-c", "user.email=someone@localhost")


class Clone:
    """A folder under git, without anybody's name or settings."""

    def __init__(self, folder, home):
        self.folder = folder
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self.env |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull}
        self.env |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true", "LC_ALL": "C"}

    def git(self, *words, may_fail=False):
        done = subprocess.run(["git", *words], cwd=self.folder, env=self.env, capture_output=True, text=True)
        assert may_fail or done.returncode == 0, done.stderr
        return done.stdout

    def shell(self, line, below="."):
        folder = self.folder / below
        return subprocess.run(line, shell=True, cwd=folder, env=self.env, capture_output=True, text=True)

    def write(self, contents):
        for name, content in contents.items():
            path = self.folder / name
            if content is None:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self):
        self.git("add", "--all")
        self.git(*WHO, "commit", "--quiet", "--allow-empty", "--message", "some work")

    def files(self, below="."):
        """What is in the folder, without git's own files, the environment and what was put aside before."""
        top = self.folder / below
        found = {path.relative_to(top).as_posix(): path for path in top.rglob("*") if path.is_file()}
        return {n: path.read_bytes() for n, path in found.items() if not n.startswith((".git/", ".venv/", "my_work_"))}

    def commits(self):
        """All that a branch or the stash leads to, and HEAD: what git will never throw away by itself."""
        return set(self.git("rev-list", "--all", "HEAD").split())


def publish(course, version):
    """Commit `version`, contents by name, as all that is in the course."""
    course.write(dict.fromkeys(course.files()) | version)
    course.commit()
