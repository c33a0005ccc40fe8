"""Every exception that isocost raises on purpose.

    IsocostError                      anything below; `exit_code` says how the command line ends
    ├── InputError                    what the user gave cannot be used                      exit 2
    │   ├── UsageError                a flag, a name or a combination of them
    │   ├── SamplesError              a line of a samples file
    │   ├── BenchmarkError            a benchmark file: its shape, its checksum
    │   ├── DataNotFoundError         a file that is neither here nor downloadable
    │   ├── RunMismatchError          a run folder that disagrees with what is asked of it
    │   ├── BackendError              a server, a model or a key that cannot be used, or no longer answers
    │   └── DomainError               a number outside an estimator's domain (also a ValueError)
    └── OwnFaultError                 our own fault, or the machine's                        exit 3
        ├── SandboxUnavailableError   no isolation that is good enough starts here
        └── SandboxError              the sandbox broke while it ran one program

A message is one line: what happened, the value seen, what was expected, what to type next.
"""

from __future__ import annotations


class IsocostError(Exception):
    """Base of every exception raised on purpose; its text is one line, fit to be shown."""

    exit_code = 3


class InputError(IsocostError):
    """What the user gave cannot be used as it is."""

    exit_code = 2


class UsageError(InputError):
    """A flag, a name, or a combination of them that makes no sense."""


class SamplesError(InputError):
    """A line of a samples file that cannot be read or joined to a problem."""


class BenchmarkError(InputError):
    """A benchmark file whose shape or checksum is not what it should be."""


class DataNotFoundError(InputError):
    """A data file that is not on this machine and could not be downloaded."""


class RunMismatchError(InputError):
    """A run folder whose manifest disagrees with what is asked of it."""


class BackendError(InputError):
    """A server, a model or a key that cannot be used, or that no longer answers."""


class DomainError(InputError, ValueError):
    """A number outside the domain of an estimator; the text gives the allowed range."""


class OwnFaultError(IsocostError):
    """Our own fault, or the machine's; never the model's."""


class SandboxUnavailableError(OwnFaultError):
    """No level of isolation that is good enough starts on this machine."""


class SandboxError(OwnFaultError):
    """The sandbox broke while it ran one program; the program is not to blame."""
