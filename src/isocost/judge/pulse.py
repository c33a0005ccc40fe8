"""The pulse of a judge process: a word to the pool each second, so that one that is stuck or stopped is soon noticed.

It comes from a thread of its own, and stops in each of three cases: the process is stopped, a C function does not let
Python go on, or the work at hand takes longer than was said to be possible.
"""

from __future__ import annotations

import signal
import socket
import threading
import time

from isocost.judge import wire

_BEAT_SECONDS = 1.0


class Pulse:
    """Shares the channel to the pool with the process that it speaks for; start it before anything is sent."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._lock = threading.Lock()
        self._until = 0.0
        threading.Thread(target=self._beat, daemon=True).start()

    def send(self, message: wire.FromWorker) -> None:
        """Send one message whole."""
        with self._lock:
            self._channel.sendall(wire.framed(message))

    def allow(self, seconds: float) -> None:
        """Say that the work at hand takes no longer than this, from now on."""
        self._until = time.monotonic() + seconds

    def _beat(self) -> None:
        # Alarms are for the thread that runs the tests: here they would not wake it.
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        while True:
            time.sleep(_BEAT_SECONDS)
            if time.monotonic() < self._until:
                try:
                    self.send(wire.Alive())
                except OSError:
                    return  # the pool is gone
