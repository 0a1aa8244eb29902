"""Whether TCP holds back what a kernel says, asked of the server's own sockets."""

# Settings of a user's own, which are read beside the course's: say of every socket whether TCP holds messages back.
WATCH = """
import socket
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection as Connection

passed_on = Connection.handle_incoming_message

def watched(self, message):
    used = self.websocket_handler.ws_connection.stream.socket
    print("held back:", used.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0, flush=True)
    return passed_on(self, message)

Connection.handle_incoming_message = watched
"""
