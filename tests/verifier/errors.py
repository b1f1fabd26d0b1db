"""The two ways in which a check ends badly: the file is wrong (Fault), or it cannot be judged at all (Unusable)."""


class Fault(Exception):
    """Something is wrong with a log or a bundle: a code of docs/format.md §11 or §12, a sentence, and the entry's seq."""

    def __init__(self, code, message, seq=None):
        super().__init__(message)
        self.code, self.message, self.seq = code, message, seq

    def at(self, seq):
        """The same fault, named by the entry `seq` unless it already names one."""
        if self.seq is None:
            self.seq = seq
        return self

    def within(self, path):
        """The same fault, in the file `path` of a bundle."""
        return Fault(self.code, f"{path}: {self.message}", self.seq)


class Unusable(Exception):
    """There is nothing here that could be verified (no such file, encrypted, wrong arguments)."""
