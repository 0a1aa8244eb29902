"""Jupyter's server for this course: what a kernel says reaches the browser at once.

`pip install -e .` puts this file where every Jupyter of the environment reads it, JupyterLab, Notebook 7 and
JupyterHub alike. It must not import `helpers`, which would load PyTorch into the server.

A move of a slider is answered by several small messages, and the picture comes last. Without this, TCP holds each of
them back until the browser's computer has acknowledged the one before, which it may put off for 40 ms and longer
(Nagle's algorithm and delayed acknowledgements). `tests/benchmark/sliders.py --held-back` shows what that costs.
"""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The websocket between one page and one kernel, with TCP_NODELAY."""

    def connect(self):
        """Begin to pass messages on."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


c = get_config()  # type: ignore[name-defined] # noqa: F821
c.ServerApp.kernel_websocket_connection_class = PromptConnection
