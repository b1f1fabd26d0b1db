"""Shared by the test cases: a temporary folder and the verifier's report on a log."""

import os
import shutil
import tempfile
import unittest

from verifier.__main__ import verify
from verifier.errors import Fault


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="verifier-test-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def report(self, log, **more):
        """The report of a log that must be valid."""
        return verify(log.write(self.path("log.sqlite")), **more)[1]

    def fault(self, log, **more):
        return self.fault_at(log.write(self.path("log.sqlite")), **more)

    def fault_at(self, path, **more):
        """(code, seq) of the fault that a file must have."""
        with self.assertRaises(Fault) as caught:
            verify(path, **more)
        return caught.exception.code, caught.exception.seq
