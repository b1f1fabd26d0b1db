//! A harness for tests that use only the program's public interface: its output, exit codes, HTTP and files. A panic in
//! the harness fails the test, so `expect` names the missing value.

mod answer;
pub mod certificate_log;
pub mod chats;
mod connections;
mod courses;
mod essays;
mod exchange;
mod files;
pub mod hosts;
pub mod house;
mod listings;
pub mod machine;
pub mod market_orders;
pub mod mount;
mod node;
pub mod notes;
pub mod page;
pub mod passwords;
pub mod payments;
pub mod pebble;
mod person;
mod photos;
pub mod postgres;
pub mod prelude;
mod program;
pub mod record;
pub mod registry;
pub mod rotten;
pub mod smtp;
pub mod stick;
pub mod storage;
mod strike;
pub mod stripe;
pub mod surveys;
mod tickets;
pub mod tips;
mod turns;
mod uploads;
mod wait;
pub mod works;

pub use answer::AnswerExt;
pub use exchange::ExchangeAnswer;
pub use files::{
    copy_folder, data_folder, files, files_with, files_with_any, flip_bit, mutate, newest_log, text,
};
pub use node::{Node, NodeOptions};
pub use person::{Person, draft_of};
pub use photos::asset_id;
pub use program::{
    Ran, binary, command, get, http, imajin, imajin_as, imajin_with, python_verifier, require_tool,
    run,
};
pub use strike::Strike;
pub use uploads::{UploadStatus, Uploader};
pub use wait::{until, until_some, within};
