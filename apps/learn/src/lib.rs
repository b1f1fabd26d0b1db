//! Courses: lessons, quizzes, enrolments free and paid, and certificates.
//!
//! | module | contents |
//! |---|---|
//! | `items`, `courses` | courses, modules and lessons as items; a course as a viewer may see it |
//! | `operations` | the operations, each with its decision |
//! | `projection`, `queries` | the tables and their queries |
//! | `access`, `data_rights` | access rules; export, count, delete, transfer |
//! | `routes`, `pages`, `home` | HTTP, HTML pages, and cards on Home |
#![forbid(unsafe_code)]

mod access;
mod courses;
mod data_rights;
mod home;
mod items;
mod manifest;
mod operations;
mod pages;
mod projection;
mod queries;
mod routes;
mod showcase;

use imajin_app::{HomeCards, Searchable, Service};
use imajin_selling::Fulfilment;
use imajin_showcase::Showcase;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Learn;

impl Service for Learn {
    imajin_app::from_modules!(manifest, operations, access, projection, routes);

    fn subscribes(&self) -> &'static [&'static str] {
        &[projection::RECEIVED]
    }

    imajin_items::uses_of_files!(Self);

    imajin_app::offers! { HomeCards, Searchable, Showcase, Fulfilment }
}
