//! The VFS itself: a shim in front of SQLite's own, which does all reading, locking and shared memory.
//!
//! Safety of the whole module: SQLite calls these functions with the pointers that its VFS contract
//! promises. A [`ShimFile`] is followed in the same allocation by the real file object (`szOsFile` says so),
//! and `path` is owned by it from a successful `xOpen` to `xClose`.

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Once;

use rusqlite::ffi::{
    self, SQLITE_FULL, SQLITE_IOERR_DELETE, SQLITE_IOERR_FSYNC, SQLITE_IOERR_READ,
    SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE, SQLITE_OK, sqlite3_file, sqlite3_int64,
    sqlite3_io_methods, sqlite3_vfs,
};

use crate::disk::{self, Meets};

#[repr(C)]
struct ShimFile {
    base: sqlite3_file,
    path: *mut PathBuf,
}

static REGISTERED: Once = Once::new();

/// Returns the VFS behind a shim.
unsafe fn real(shim: *mut sqlite3_vfs) -> *mut sqlite3_vfs {
    unsafe { (*shim).pAppData.cast() }
}

/// Registers the shim, once per process: as SQLite's default VFS, and under the name of the VFS for single-process
/// databases.
pub(crate) fn register() {
    REGISTERED.call_once(|| {
        shim(c"unix", c"imajin-sim", true);
        // SQLite finds the last registered VFS of a name.
        shim(c"unix-excl", c"unix-excl", false);
    });
}

fn shim(real: &CStr, name: &'static CStr, default: bool) {
    // SAFETY: a VFS of SQLite's own lives as long as the process; the copy that is registered is leaked for the same
    // lifetime.
    unsafe {
        let real = ffi::sqlite3_vfs_find(real.as_ptr());
        assert!(!real.is_null(), "SQLite has this VFS");
        let mut shim = *real;
        shim.iVersion = 2;
        shim.szOsFile = (*real).szOsFile + size_of::<ShimFile>() as c_int;
        shim.pNext = std::ptr::null_mut();
        shim.pAppData = real.cast();
        shim.zName = name.as_ptr();
        shim.xOpen = Some(open);
        shim.xDelete = Some(delete);
        shim.xAccess = Some(access);
        shim.xFullPathname = Some(full_pathname);
        let shim = Box::into_raw(Box::new(shim));
        let rc = ffi::sqlite3_vfs_register(shim, c_int::from(default));
        assert_eq!(rc, SQLITE_OK, "SQLite takes the VFS");
        assert_eq!(ffi::sqlite3_vfs_find(name.as_ptr()), shim, "it is found");
    }
}

/// Returns the real file object behind a shim file.
unsafe fn inner(file: *mut sqlite3_file) -> *mut sqlite3_file {
    unsafe { file.cast::<u8>().add(size_of::<ShimFile>()).cast() }
}

unsafe fn path_of<'a>(file: *mut sqlite3_file) -> &'a Path {
    unsafe { &*(*file.cast::<ShimFile>()).path }
}

/// Calls a method of the real file with the same arguments.
macro_rules! pass {
    ($file:expr, $method:ident $(, $arg:expr)*) => {{
        let file = inner($file);
        match (*(*file).pMethods).$method {
            Some(f) => f(file $(, $arg)*),
            None => ffi::SQLITE_ERROR,
        }
    }};
}

unsafe extern "C" fn open(
    shim: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    unsafe {
        (*file).pMethods = std::ptr::null();
        let Some(real_open) = (*real(shim)).xOpen else {
            return ffi::SQLITE_ERROR;
        };
        let (is_new, path) = if name.is_null() {
            (false, PathBuf::new())
        } else {
            let path = PathBuf::from(OsStr::from_bytes(CStr::from_ptr(name).to_bytes()));
            (!path.exists(), path)
        };
        {
            let mut world = disk::lock();
            if is_new && !world.powered {
                return ffi::SQLITE_CANTOPEN;
            }
            // The shadow is created before SQLite can change the file.
            if !path.as_os_str().is_empty() {
                world.open(&path);
            }
        }
        let rc = real_open(real(shim), name, inner(file), flags, out);
        if rc == SQLITE_OK {
            (*file.cast::<ShimFile>()).path = Box::into_raw(Box::new(path));
            (*file).pMethods = &raw const METHODS;
        } else {
            disk::lock().close(&path);
        }
        rc
    }
}

unsafe extern "C" fn delete(shim: *mut sqlite3_vfs, name: *const c_char, sync_dir: c_int) -> c_int {
    unsafe {
        let path = PathBuf::from(OsStr::from_bytes(CStr::from_ptr(name).to_bytes()));
        {
            let mut world = disk::lock();
            if !matches!(world.meet(true), Meets::Nothing) {
                return SQLITE_IOERR_DELETE;
            }
            world.shadow(&path).delete(sync_dir != 0);
        }
        (*real(shim)).xDelete.map_or(ffi::SQLITE_ERROR, |f| f(real(shim), name, sync_dir))
    }
}

unsafe extern "C" fn access(
    shim: *mut sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    unsafe { (*real(shim)).xAccess.map_or(ffi::SQLITE_ERROR, |f| f(real(shim), name, flags, out)) }
}

unsafe extern "C" fn full_pathname(
    shim: *mut sqlite3_vfs,
    name: *const c_char,
    n: c_int,
    out: *mut c_char,
) -> c_int {
    unsafe {
        (*real(shim)).xFullPathname.map_or(ffi::SQLITE_ERROR, |f| f(real(shim), name, n, out))
    }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    unsafe {
        let path = Box::from_raw((*file.cast::<ShimFile>()).path);
        let rc = pass!(file, xClose);
        disk::lock().close(&path);
        rc
    }
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    to: *mut c_void,
    n: c_int,
    at: sqlite3_int64,
) -> c_int {
    if !disk::powered() {
        return SQLITE_IOERR_READ;
    }
    unsafe { pass!(file, xRead, to, n, at) }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    from: *const c_void,
    n: c_int,
    at: sqlite3_int64,
) -> c_int {
    unsafe {
        {
            let mut world = disk::lock();
            match world.meet(false) {
                Meets::Nothing => {}
                Meets::Full => return SQLITE_FULL,
                Meets::NoPower | Meets::SyncError => return SQLITE_IOERR_WRITE,
            }
            let data = std::slice::from_raw_parts(from.cast::<u8>(), n as usize);
            world.shadow(path_of(file)).write(at as usize, data);
        }
        pass!(file, xWrite, from, n, at)
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    unsafe {
        {
            let mut world = disk::lock();
            if !matches!(world.meet(true), Meets::Nothing) {
                return SQLITE_IOERR_TRUNCATE;
            }
            world.shadow(path_of(file)).truncate(size as usize);
        }
        pass!(file, xTruncate, size)
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    match disk::sync(unsafe { path_of(file) }) {
        Ok(()) => SQLITE_OK,
        Err(_) => SQLITE_IOERR_FSYNC,
    }
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, out: *mut sqlite3_int64) -> c_int {
    unsafe { pass!(file, xFileSize, out) }
}

unsafe extern "C" fn lock_file(file: *mut sqlite3_file, level: c_int) -> c_int {
    unsafe { pass!(file, xLock, level) }
}

unsafe extern "C" fn unlock_file(file: *mut sqlite3_file, level: c_int) -> c_int {
    unsafe { pass!(file, xUnlock, level) }
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    unsafe { pass!(file, xCheckReservedLock, out) }
}

unsafe extern "C" fn file_control(file: *mut sqlite3_file, op: c_int, arg: *mut c_void) -> c_int {
    unsafe { pass!(file, xFileControl, op, arg) }
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    unsafe { pass!(file, xSectorSize) }
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    // Like the Unix VFS on an ordinary disk: a write damages no adjacent byte. Nothing more is promised.
    unsafe { pass!(file, xDeviceCharacteristics) & ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE }
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    unsafe { pass!(file, xShmMap, page, size, extend, out) }
}

unsafe extern "C" fn shm_lock(
    file: *mut sqlite3_file,
    offset: c_int,
    n: c_int,
    flags: c_int,
) -> c_int {
    unsafe { pass!(file, xShmLock, offset, n, flags) }
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    unsafe {
        let file = inner(file);
        if let Some(f) = (*(*file).pMethods).xShmBarrier {
            f(file);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, delete: c_int) -> c_int {
    unsafe { pass!(file, xShmUnmap, delete) }
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock_file),
    xUnlock: Some(unlock_file),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};
