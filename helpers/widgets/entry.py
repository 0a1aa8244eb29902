"""A text field that hands over its text on Enter, and only then."""

import threading

import ipywidgets as widgets

AFTER_ENTER = 0.3  # seconds in which the browser sends what was typed before Enter


class Entry(widgets.Text):
    """A one-line field; `on_enter` is called with its text when Enter is pressed in it.

    The browser first says that Enter was pressed and then sends the text, unless it has sent the same text before.
    A text that comes without Enter is one that the learner left, perhaps half written: it is kept, not handed over.
    """

    def __init__(self, on_enter, **options):
        super().__init__(continuous_update=False, **options)
        self._on_enter, self._guard = on_enter, threading.Lock()
        self._waiting: threading.Timer | None = None
        self.on_msg(self._browser_says)
        self.observe(self._changed, names="value")

    def _browser_says(self, _field, content, _buffers):
        if content.get("event") != "submit":
            return
        wait = threading.Timer(AFTER_ENTER, self._unchanged)
        wait.daemon = True
        with self._guard:
            self._waiting = wait
        wait.start()

    def _changed(self, change):
        if self._take_over(self._waiting):
            self._on_enter(change["new"])

    def _unchanged(self):
        if self._take_over(threading.current_thread()):
            self._on_enter(self.value)

    def _take_over(self, wait):
        """True for the one who comes first after an Enter."""
        with self._guard:
            if wait is None or wait is not self._waiting:
                return False
            self._waiting.cancel()
            self._waiting = None
            return True
