"""uvicorn's HTTP protocol with responses that go on: when the server stops, they are cut off at once."""

from service.cli.request_head import BoundedHeadProtocol
from service.cli.response_head import JoinedHeadProtocol


class EndingProtocol(BoundedHeadProtocol, JoinedHeadProtocol):
    """Does not wait for a stream of events, which would only end with its client.

    Cut off without its end, so that the client connects again; an ordinary response is as good as sent once it has
    begun.
    """

    def shutdown(self) -> None:
        """The server stops."""
        super().shutdown()
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            self.transport.close()
