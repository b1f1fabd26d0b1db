use imajin_app::{AgentAccess, Catalogue, Icon, Manifest, NoticeKind, PagePlacement, Ports};

pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("learn");

/// The kind of cards about people who began a course.
pub(crate) const STUDENT: &str = "course-student";
/// The kind of cards about new lessons of a course.
pub(crate) const LESSON: &str = "course-lesson";

/// The kind of cards about students who finished a course.
pub(crate) const FINISHED: &str = "course-finished";
/// The kind of cards about new certificates.
pub(crate) const CERTIFICATE: &str = "certificate";

/// The page with the courses that a person takes.
pub(crate) const OWN_PAGE: &str = "/learn/mine";
/// The page where people create and edit their courses.
pub(crate) const TEACHING: &str = "/learn/edit";

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[PagePlacement::Tile.item(OWN_PAGE, "home", Icon::Book, 78)],
    notices: &[
        NoticeKind::of_cards(STUDENT, "notice-student"),
        NoticeKind::of_cards(LESSON, "notice-lesson"),
        NoticeKind::of_cards(FINISHED, "notice-finished"),
        // The student is notified of the attestation, which awaits their answer.
        NoticeKind::elsewhere(CERTIFICATE, "notice-certificate"),
    ],
    own_page: Some(OWN_PAGE),
    section: Some("learn"),
    agents: AgentAccess {
        reads: &["/api/courses", "/api/items", "/api/items/{item}"],
        writes: &["put", "set", "attach", "sort"],
    },
    texts: Some(&TEXTS),
    ..Manifest::new("learn", Ports::new(3011, 7011))
};
