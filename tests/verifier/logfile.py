"""Reading `log.sqlite` (docs/format.md §10) as an untrusted file.

Opened immutable and read-only with the exact schema or not at all; every value's type is checked, since a hostile file need not keep to
STRICT. A log with a `-wal` or `-journal` is copied to a temporary folder first, so that its own folder is never written to.
"""

import os
import re
import shutil
import sqlite3
import tempfile
import urllib.parse

from . import cbor, cid, source
from .errors import Fault, Unusable

APPLICATION_ID = 0x494D4A4E
USER_VERSION = 1
MAGIC = b"SQLite format 3\0"
VALUE_MAX = 4 * 1024 * 1024
ERASED = "auth.body.erased"
OPENED, HANDED = ("events.opened", "connections.group.opened"), "connections.group.handed"
SHARED = (*OPENED, "chat.opened")

SCHEMA = (
    "CREATE TABLE entries (seq INTEGER PRIMARY KEY, header BLOB NOT NULL) STRICT",
    "CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT",
    "CREATE TABLE heads (epoch INTEGER NOT NULL, node TEXT NOT NULL, jws TEXT NOT NULL, PRIMARY KEY (epoch, node)) STRICT, WITHOUT ROWID",
    "CREATE TABLE chains (did TEXT NOT NULL, n INTEGER NOT NULL, jws TEXT NOT NULL, PRIMARY KEY (did, n)) STRICT, WITHOUT ROWID",
    "CREATE TABLE causes (cid BLOB PRIMARY KEY, header BLOB NOT NULL, body BLOB) STRICT, WITHOUT ROWID",
    "CREATE TABLE txns (cid BLOB PRIMARY KEY, list BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE openings (cid BLOB PRIMARY KEY, opening BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE local_offsets (seq INTEGER PRIMARY KEY, offset INTEGER NOT NULL) STRICT",
    "CREATE TABLE local_marks (seq INTEGER PRIMARY KEY, op TEXT NOT NULL) STRICT",
    "CREATE TABLE local_keys (kid TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID",
)
LOCAL = ("local_offsets", "local_marks", "local_keys")


def is_sqlite(path):
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC


class Text(bytes):
    """TEXT as SQLite returns it: not yet checked to be UTF-8, and distinct from a BLOB."""


class LogFile:
    """The rows of one log, for `Log`. Use as a context manager."""

    def __init__(self, path, in_bundle):
        self._path, self._in_bundle, self._temp, self.db = path, in_bundle, None, None
        self.stray_bodies = []

    def __enter__(self):
        try:
            self._open()
            return self
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        if self.db is not None:
            self.db.close()
        if self._temp is not None:
            self._temp.cleanup()

    def _open(self):
        try:
            with open(self._path, "rb") as file:
                start = file.read(100)
        except OSError as error:
            raise Unusable(f"{self._path} cannot be read: {error.strerror}") from None
        if _size(self._path) > source.bytes_max(self._path):
            raise Fault("file", "the file is longer than the disk that it is on")
        if start[:16] != MAGIC or len(start) < 100:
            raise Fault("file", "not an SQLite file")
        if self._in_bundle and start[18:20] != b"\1\1":
            raise Fault("file", "the log of a bundle is not in rollback journal mode")
        page = int.from_bytes(start[16:18], "big")
        if self._in_bundle and int.from_bytes(start[28:32], "big") * (65_536 if page == 1 else page) != _size(self._path):
            raise Fault("file", "the file is not as long as it says")
        path, mode = self._path, "mode=ro&immutable=1"
        if not self._in_bundle and any(_size(path + tail) for tail in ("-wal", "-journal")):
            path, mode = self._copy(), "mode=rw"
        self.db = sqlite3.connect(f"file:{urllib.parse.quote(os.path.abspath(path))}?{mode}", uri=True, isolation_level=None)
        self.db.text_factory = Text
        self.db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, VALUE_MAX)
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "query_only=ON", "temp_store=MEMORY"):
            self._rows(f"PRAGMA {pragma}")
        self._check_schema()

    def _copy(self):
        self._temp = tempfile.TemporaryDirectory(prefix="verifier-")
        copy = os.path.join(self._temp.name, "log.sqlite")
        for tail in ("", "-wal", "-journal"):
            if _size(self._path + tail):
                shutil.copyfile(self._path + tail, copy + tail)
        return copy

    def _rows(self, sql, *args):
        try:
            return self.db.execute(sql, args).fetchall()
        except (sqlite3.Error, OverflowError) as error:
            raise Fault("file", f"SQLite: {error}") from None

    def _stream(self, sql):
        try:
            # Not `yield from`: that would close the cursor when the generator is dropped, perhaps after the database.
            for row in self.db.execute(sql):
                yield row
        except (sqlite3.Error, OverflowError) as error:
            raise Fault("file", f"SQLite: {error}") from None

    def _check_schema(self):
        if self._rows("PRAGMA application_id")[0][0] != APPLICATION_ID:
            raise Fault("file", "the application id is not that of a log")
        if self._rows("PRAGMA user_version")[0][0] != USER_VERSION:
            raise Fault("file", "the file is not of version 1")
        if self._rows("PRAGMA encoding")[0][0] != b"UTF-8":
            raise Fault("file", "the encoding is not UTF-8")
        found = {_tight(bytes(row[0])) if isinstance(row[0], Text) else b"" for row in self._rows("SELECT sql FROM sqlite_master")}
        count = self._rows("SELECT count(*) FROM sqlite_master")[0][0]
        if found != {_tight(sql.encode()) for sql in SCHEMA} or count != len(SCHEMA):
            raise Fault("file", "the schema is not exactly that of a log")
        problem = self._rows("PRAGMA integrity_check(1)")
        if problem != [(b"ok",)]:
            raise Fault("file", f"SQLite finds the file damaged: {problem[0][0]!r}")
        if self._in_bundle and any(self._rows(f"SELECT 1 FROM {table} LIMIT 1") for table in LOCAL):
            raise Fault("file", "tables local_* of a bundle must be empty")

    # -- rows -------------------------------------------------------------------------------------------------------

    def entries(self):
        """(seq, header, body or None) in order; bodies without an entry are left in `stray_bodies`."""
        bodies = self._typed("SELECT seq, body FROM bodies ORDER BY seq", (int, bytes))
        waiting = next(bodies, None)
        for seq, header in self._typed("SELECT seq, header FROM entries ORDER BY seq", (int, bytes)):
            while waiting is not None and waiting[0] < seq:
                self._stray(waiting[0])
                waiting = next(bodies, None)
            body = None
            if waiting is not None and waiting[0] == seq:
                body, waiting = waiting[1], next(bodies, None)
            yield seq, header, body
        while waiting is not None:
            self._stray(waiting[0])
            waiting = next(bodies, None)

    def _stray(self, seq):
        # A few are enough: the first one is named.
        if len(self.stray_bodies) < 16:
            self.stray_bodies.append(seq)

    def _typed(self, sql, types):
        for row in self._stream(sql):
            yield _typed(row, types)

    def head_rows(self):
        return [_texts(row) for row in self._typed("SELECT epoch, node, jws FROM heads ORDER BY epoch, node", (int, Text, Text))]

    def chain_rows(self):
        return [_texts(row) for row in self._typed("SELECT did, n, jws FROM chains ORDER BY did, n", (Text, int, Text))]

    def erasures(self, known):
        """For each body CID that an erasure names: the seq of the last erasure that does. Faults are found later, in order.

        An erasure that follows from an op that is not `known` is ignored.
        """
        found, causes = {}, {}
        sql = ("SELECT entries.seq, header, body FROM entries JOIN bodies ON bodies.seq = entries.seq "
               f"WHERE instr(header, x'{ERASED.encode().hex()}') > 0")
        for seq, header, body in self._typed(sql, (int, bytes, bytes)):
            try:
                fields = cbor.decode(header)
                if fields.get("op") != ERASED:
                    continue
                cause = fields.get("cause")
                if isinstance(cause, cid.Cid):
                    if cause.raw not in causes:
                        causes[cause.raw] = self._op_of(seq, cause)
                    if causes[cause.raw] is not None and causes[cause.raw] not in known:
                        continue
                for link in cbor.decode(body)["bodies"]:
                    found[link.raw] = max(seq, found.get(link.raw, -1))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue
        return found

    def _op_of(self, seq, cause):
        """The op of an erasure's intent: of another log, or before it with nothing but its consequences between; None if it is nowhere."""
        try:
            row = self.cause(cause.raw)
            if row and cid.of_cbor(row[0]) == cause:
                return cbor.decode(row[0]).get("op")
            for (header,) in self._stream(f"SELECT header FROM entries WHERE seq < {int(seq)} ORDER BY seq DESC"):
                fields = cbor.decode(header)
                if cid.of_cbor(header) == cause:
                    return fields.get("op")
                if fields.get("cause") != cause:
                    break
        except (ValueError, TypeError, AttributeError, RecursionError):
            pass
        return None

    def names(self, did):
        """Whether a header has this DID in it."""
        return bool(self._rows("SELECT 1 FROM entries WHERE instr(header, ?) > 0 LIMIT 1", did.encode()))

    def says(self, did):
        """Whether a body has this DID in it."""
        return bool(self._rows("SELECT 1 FROM bodies WHERE instr(body, ?) > 0 LIMIT 1", did.encode()))

    def is_thing(self, opened=OPENED):
        """Whether the first entry that is not of `auth` opens the log as a thing's."""
        first = self._header("SELECT header FROM entries ORDER BY seq", lambda header: header["service"] != "auth")
        return first is not None and first["op"] in opened

    def is_thing_of(self, did):
        """Whether the log is a thing's, and this DID opened it or was handed it last."""
        if not self.is_thing():
            return False
        sql = ("SELECT header FROM entries WHERE instr(header, CAST('.opened' AS BLOB)) > 0 "
               "OR instr(header, CAST('.handed' AS BLOB)) > 0 ORDER BY seq DESC")
        return self._header(sql, lambda header: header["op"] in OPENED or header["op"] == HANDED)["author"] == did

    def _header(self, sql, is_it):
        """The first header that satisfies the condition, decoded, or None."""
        return next((header for header in (cbor.decode(row[0]) for row in self._stream(sql)) if is_it(header)), None)

    def cause(self, key):
        for row in self._rows("SELECT header, body FROM causes WHERE cid = ?", key):
            return _typed(row, (bytes, bytes if row[1] is not None else type(None)))
        return None

    def txn(self, key):
        return self._blob("SELECT list FROM txns WHERE cid = ?", key)

    def opening(self, key):
        return self._blob("SELECT opening FROM openings WHERE cid = ?", key)

    def _blob(self, sql, key):
        for row in self._rows(sql, key):
            return _typed(row, (bytes,))[0]
        return None

    def cause_keys(self):
        return (row[0] for row in self._typed("SELECT cid FROM causes", (bytes,)))

    def txn_keys(self):
        return (row[0] for row in self._typed("SELECT cid FROM txns", (bytes,)))

    def opening_keys(self):
        return (row[0] for row in self._typed("SELECT cid FROM openings", (bytes,)))


def _tight(sql):
    """A statement with one space for any white space, and none at brackets and commas."""
    sql = b" ".join(part for part in re.split(rb"[ \t\n\f\r]+", sql.rstrip(b"; \t\n\f\r")) if part)
    return re.sub(rb" ?([(),]) ?", rb"\1", sql)


def _typed(row, types):
    if any(type(value) is not kind for value, kind in zip(row, types)):
        raise Fault("file", "a row has a value of a wrong type")
    return row


def _texts(row):
    try:
        return tuple(v.decode("utf-8") if isinstance(v, bytes) else v for v in row)
    except UnicodeDecodeError:
        raise Fault("file", "a row has text that is not UTF-8") from None


def _size(path):
    try:
        return os.path.getsize(path)
    except OSError:
        return 0
