"""Run a file of the learner's, with notes below its errors: `python -m helpers.clinic script.py [its arguments]`."""

import os
import runpy
import sys
import traceback

from helpers.clinic import add_note
from helpers.words import say


def main(arguments):
    """Run the file as Python would, and return the exit status."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(say("clinic.usage"))
        return 0 if arguments else 2
    file, sys.argv[:] = os.path.abspath(arguments[0]), arguments
    if not os.path.isfile(file):
        print(say("clinic.no_file", file=arguments[0]), file=sys.stderr)
        return 2
    sys.path[0] = os.path.dirname(file)
    try:
        runpy.run_path(file, run_name="__main__")
    except Exception as error:
        add_note(error)
        tb = error.__traceback__
        while tb is not None and tb.tb_frame.f_code.co_filename != file:
            tb = tb.tb_next
        traceback.print_exception(error.with_traceback(tb) if tb is not None else error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
