"""The two ways in which a check ends badly: the file is wrong (Fault), or it cannot be judged at all (Unusable)."""

from .cid import Cid

# All codes, in the order of the table in docs/format.md §11.
CODES = (
    "file", "decode", "did", "seq", "prev", "at", "body", "proof", "key", "order", "aud", "iat", "identity", "delegation", "will", "cause", "twice",
    "txn", "home", "head", "cut", "erasure", "stray", "tar", "manifest", "media", "view", "anchor", "path",
)


class Fault(Exception):
    """Something is wrong with a log or a bundle: a code of docs/format.md §11, a sentence, the entry's seq, and the file of a bundle."""

    def __init__(self, code, message, seq=None, file=None):
        super().__init__(message)
        assert code in CODES, code
        self.code, self.message, self.seq, self.file = code, message, seq, file

    def at(self, seq):
        """The same fault, named by the entry `seq` unless it already names one."""
        if self.seq is None and self.code != "file":
            self.seq = seq
        return self

    def within(self, file):
        """The same fault, in the file `file` of a bundle."""
        return Fault(self.code, self.message, self.seq, file)


def signed_twice(one, other):
    """One signed text in two headers, given as the bytes of their CIDs."""
    return Fault("twice", f"what was signed once is in two headers, {Cid(one)} and {Cid(other)}")


class Unusable(Exception):
    """The input cannot be verified (no such file, encrypted, wrong arguments)."""
