//! Pictures that the tests make, good and hostile, through a real child process.

#![expect(clippy::unwrap_used, reason = "a panic is how tests report")]

mod children;
mod corpus;
mod facts;
mod films;
mod good;
mod hostile;
mod kinds;
mod limits;
mod movies;
mod pdfs;
mod shared;
mod shared_boxes;
mod support;
