//! The requests of a drive by WebDAV: all that can be said of them without knowing what files a person has.
#![forbid(unsafe_code)]

pub mod locks;
pub mod paths;
pub mod properties;
pub mod request;
pub mod xml;
