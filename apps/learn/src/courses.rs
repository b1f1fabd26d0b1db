//! A course as a viewer may see it: its modules and lessons in order, its price, and whether the viewer may read the
//! lessons.
//!
//! Always: everyone who sees a course sees its outline. Its lessons are for its teacher and its students, or for
//! everyone if the course is free. A copy is visible to its owner only, until they offer it with the original's share.

use std::collections::BTreeSet;

use imajin_app::operation::ItemId;
use imajin_app::{Answer, Catalogue, Icon, Node, Problem, args, refuse_if};
use imajin_items::files::{self, ItemRef};
use imajin_items::{Base, ItemPages, ItemView, Items, Origin, Owner, visible_item, visible_items};
use imajin_protocol::Did;
use imajin_protocol::fair::Manifest;
use imajin_protocol::money::Ppm;
use imajin_selling::{ForSale, Offered, cashier};

use crate::Learn;
use crate::items::{Item, Kind};
use crate::manifest::{MANIFEST, TEXTS};
use crate::queries::{self, CourseSeat};

/// The viewer's relation to a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Teacher,
    Student,
    Visitor,
}

/// A course as a viewer may see it.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) id: ItemId,
    pub(crate) owner: Owner,
    pub(crate) item: Item,
    /// The modules and lessons that the viewer may see.
    pub(crate) within: Vec<Item>,
    pub(crate) offer: Option<Offered>,
    pub(crate) role: Role,
}

impl Course {
    /// Returns the files of the course or one of its lessons, as far as the viewer may see them.
    pub(crate) fn files(&self, node: &Node, item: &Base) -> Vec<files::FileView> {
        let place = ItemRef { service: MANIFEST.name, owner: &self.owner.did, item: &item.id };
        files::file_views(node, place, &item.files, self.role == Role::Teacher)
    }

    /// Returns the path of the course's page, or of a lesson's.
    pub(crate) fn path_of(&self, item: &Base) -> String {
        format!("{}/{}", self.owner.path(MANIFEST.name), item.address())
    }

    /// Returns the price; `None` if the course is free.
    pub(crate) fn price(&self) -> Option<&Offered> {
        self.offer.as_ref().filter(|offer| offer.price > 0)
    }

    /// Whether the viewer may read the lessons.
    pub(crate) fn is_open(&self) -> bool {
        self.role != Role::Visitor || self.price().is_none()
    }

    /// Returns the items directly in the course or in one of its modules, in order.
    pub(crate) fn inside<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Item> {
        let is_in = move |item: &&Item| item.parent.as_deref() == Some(id);
        self.within.iter().filter(is_in)
    }

    /// Returns the lessons in reading order.
    pub(crate) fn lessons(&self) -> Vec<&Item> {
        let mut all = Vec::new();
        for item in self.inside(&self.item.id) {
            match item.kind {
                Kind::Lesson => all.push(item),
                _ => all.extend(self.inside(&item.id)),
            }
        }
        all
    }

    /// Returns the lessons that are required to finish the course.
    pub(crate) fn required(&self) -> impl Iterator<Item = &Item> {
        self.lessons().into_iter().filter(|lesson| !lesson.own.optional)
    }

    /// Whether the course's owner lets others teach copies of it.
    pub(crate) fn is_copied_by_all(&self, node: &Node) -> Answer<bool> {
        let course = format!("{}/{}", self.owner.did, self.item.id);
        terms_of_copy(node, &course).map(|terms| terms.is_some())
    }
}

impl ForSale for Course {
    type App = Learn;

    fn seller(&self) -> &Did {
        &self.owner.did
    }

    fn title(&self) -> &str {
        &self.item.title
    }

    fn path(&self) -> String {
        self.path_of(&self.item)
    }

    fn offered(&self) -> Answer<&Offered> {
        self.price().ok_or_else(no_offer)
    }

    fn no_offer() -> Problem {
        no_offer()
    }
}

impl ItemPages for Learn {
    const ICON: Icon = Icon::Book;
    const TEXTS: &'static Catalogue = &TEXTS;
    const NOT_FOUND: &'static str = "no-such-course";

    /// Returns a person's items. Others don't see a copy that isn't offered, or what is in it.
    fn list(node: &Node, owner: &Did, viewer: Option<&Did>) -> Answer<Vec<Item>> {
        let mut all = visible_items::<Learn>(node, owner, viewer)?;
        if viewer == Some(owner) {
            return Ok(all);
        }
        let is_hidden = |item: &Item| {
            let is_copy = item.kind == Kind::Course && item.copied.is_some();
            Ok::<bool, Problem>(is_copy && offer_of(node, owner, &item.id)?.is_none())
        };
        let mut hidden = BTreeSet::new();
        for item in &all {
            if is_hidden(item)? {
                hidden.insert(item.id.clone());
            }
        }
        // Also hide modules in hidden courses, and the lessons in them.
        for _ in 1..Learn::DEPTH {
            let inner = all
                .iter()
                .filter(|item| item.parent.as_ref().is_some_and(|id| hidden.contains(id)));
            let inner: Vec<String> = inner.map(|item| item.id.clone()).collect();
            hidden.extend(inner);
        }
        all.retain(|item| !hidden.contains(&item.id));
        // Courses differ in who may read them, so a list shows no files of lessons.
        all.iter_mut().for_each(close);
        Ok(all)
    }

    fn find(node: &Node, owner: &Did, viewer: Option<&Did>, name: &str) -> Answer<ItemView<Item>> {
        let (item, course) = find(node, owner, viewer, name)?;
        let within = match item.kind {
            Kind::Course => course.within,
            _ => course.inside(&item.id).cloned().collect(),
        };
        Ok(ItemView { item, within })
    }

    fn is_in_feeds(kind: Kind) -> bool {
        kind == Kind::Course
    }

    /// Returns the path of an item's page. Modules have none, so it is that of their course.
    fn page_path(path: &str, item: &Item, all: &[Item]) -> String {
        let course = all.iter().find(|other| Some(&other.id) == item.parent.as_ref());
        let shown = course.filter(|_| item.kind == Kind::Module).unwrap_or(item);
        format!("{path}/{}", shown.address())
    }
}

/// Builds the 404 for a course that isn't for sale.
pub(crate) fn no_offer() -> Problem {
    Problem::not_found(TEXTS.say("no-offer", args![]))
}

/// Builds the refusal of lessons that only students may read: 402 for a paid course, else 403.
pub(crate) fn not_open(course: &Course) -> Problem {
    let problem = match course.price() {
        Some(_) => Problem::payment_required(TEXTS.say("for-students", args![])),
        None => Problem::forbidden(TEXTS.say("for-students", args![])),
    };
    problem.slug("not-enrolled")
}

fn course_of(
    node: &Node,
    owner: Owner,
    viewer: Option<&Did>,
    ItemView { item, within }: ItemView<Item>,
) -> Answer<Course> {
    let teacher = owner.did.as_str();
    let (offer, is_student) = queries::read(node, |db| {
        let is_in = |did: &Did| {
            let seat = CourseSeat { teacher, course: &item.id, student: did.as_str() };
            queries::is_in(db, did.as_str(), seat)
        };
        let is_student = viewer.map(is_in).transpose()?.unwrap_or(false);
        Ok((Offered::find(db, teacher, &item.id)?, is_student))
    })?;
    let role = match (viewer == Some(&owner.did), is_student) {
        (true, _) => Role::Teacher,
        (_, true) => Role::Student,
        _ => Role::Visitor,
    };
    if role != Role::Teacher && item.copied.is_some() && offer.is_none() {
        return Err(Learn::not_found());
    }
    let id = ItemId::parse(&item.id).ok_or_else(|| Problem::internal("a course has no id"))?;
    let mut course = Course { id, owner, item, within, offer, role };
    if !course.is_open() {
        course.within.iter_mut().for_each(close);
    }
    Ok(course)
}

/// Removes the files of a module or lesson, which only readers of the lesson may see.
fn close(item: &mut Item) {
    if item.kind != Kind::Course {
        item.base.files.clear();
    }
}

/// Returns a course by its id or slug, as the viewer may see it.
/// Errors: 404 if it doesn't exist, is hidden from the viewer, or isn't a course.
pub(crate) fn open(node: &Node, owner: &Did, viewer: Option<&Did>, name: &str) -> Answer<Course> {
    let entry = visible_item::<Learn>(node, owner, viewer, name)?;
    let entry =
        entry.filter(|found| found.item.kind == Kind::Course).ok_or_else(Learn::not_found)?;
    course_of(node, Owner::from_did(node, owner.clone())?, viewer, entry)
}

/// Returns the item with this id or slug, and the course that contains it.
/// Errors: 404 if it doesn't exist, is hidden from the viewer, or isn't in a course.
pub(crate) fn find(
    node: &Node,
    owner: &Did,
    viewer: Option<&Did>,
    name: &str,
) -> Answer<(Item, Course)> {
    let entry = visible_item::<Learn>(node, owner, viewer, name)?.ok_or_else(Learn::not_found)?;
    let mut item = entry.item.clone();
    let mut around = entry;
    while let Some(outer) = around.item.base.parent {
        around =
            visible_item::<Learn>(node, owner, viewer, &outer)?.ok_or_else(Learn::not_found)?;
    }
    refuse_if!(around.item.kind != Kind::Course, Learn::not_found());
    let course = course_of(node, Owner::from_did(node, owner.clone())?, viewer, around)?;
    if !course.is_open() {
        close(&mut item);
    }
    Ok((item, course))
}

/// Returns the offer of a course, if its owner made one.
pub(crate) fn offer_of(node: &Node, owner: &Did, course: &str) -> Answer<Option<Offered>> {
    queries::read(node, |db| Offered::find(db, owner.as_str(), course))
}

/// Returns the terms on which anyone may teach a copy of a course: the manifest from which a copy's derives, and its
/// share of the copy's income. `None` if the owner doesn't allow copies. `course` is `<DID>/<id>`.
pub(crate) fn terms_of_copy(node: &Node, course: &str) -> Answer<Option<(Manifest, Ppm)>> {
    let Some((owner, id)) = Origin::parts(course) else {
        return Ok(None);
    };
    let offer = offer_of(node, &owner, id.as_str())?;
    let Some(fair) = offer.as_ref().and_then(Offered::digest) else {
        return Ok(None);
    };
    let manifest = cashier(node)?.manifest(node, &fair)?;
    Ok(manifest.and_then(|manifest| {
        let share = manifest.copy_share().ok().flatten()?;
        Some((manifest, share))
    }))
}
