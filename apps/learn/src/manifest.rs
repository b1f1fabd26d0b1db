//! This app's manifest.

use imajin_service::{Catalogue, Icon, Manifest, NavItem, NewsSource, NoticeKind, Ports, Shown};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_service::catalogue!("learn");

/// A card about people who began a course.
pub(crate) const STUDENT: &str = "course-student";
/// A card about new lessons of a course.
pub(crate) const LESSON: &str = "course-lesson";

/// A card about students who finished a course.
pub(crate) const FINISHED: &str = "course-finished";
/// A card about a certificate that came.
pub(crate) const CERTIFICATE: &str = "certificate";

/// The page where people find the courses that they take.
pub(crate) const OWN_PAGE: &str = "/learn/mine";
/// The page where people make their courses.
pub(crate) const TEACHING: &str = "/learn/edit";

const fn notice(name: &'static str, message: &'static str, source: NewsSource) -> NoticeKind {
    NoticeKind {
        name,
        message,
        source,
    }
}

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[NavItem {
        href: OWN_PAGE,
        message: "home",
        icon: Icon::Book,
        shown: Shown::Tile,
        rank: 78,
    }],
    notices: &[
        notice(STUDENT, "notice-student", NewsSource::Card),
        notice(LESSON, "notice-lesson", NewsSource::Card),
        notice(FINISHED, "notice-finished", NewsSource::Card),
        // Its attestation waits for the student, who is told of that.
        notice(CERTIFICATE, "notice-certificate", NewsSource::Elsewhere),
    ],
    own_page: Some(OWN_PAGE),
    section: Some("learn"),
    texts: Some(&TEXTS),
    ..Manifest::new(
        "learn",
        Ports {
            dev: 3011,
            prod: 7011,
        },
    )
};
