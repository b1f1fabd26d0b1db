//! A course as its viewer finds it: its modules and lessons in their order, what it costs, and whether they may read it.
//!
//! Always: everybody who sees a course sees what it is made of; its lessons are for its teacher and its students, or for everybody where it
//! is free. A copy is its owner's alone until they offered it, with the original's share.

use std::collections::BTreeSet;

use imajin_items::files::{self, Place};
use imajin_items::{Base, Items, Origin, Owner, Seen, seen, shown};
use imajin_protocol::Did;
use imajin_protocol::fair::Manifest;
use imajin_protocol::money::Ppm;
use imajin_selling::{ForSale, Offered, cashier};
use imajin_service::operation::ItemId;
use imajin_service::{Node, Problem, args};

use crate::Learn;
use crate::items::{Item, Kind};
use crate::manifest::{MANIFEST, TEXTS};
use crate::queries;

/// Who reads a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Teacher,
    Student,
    Visitor,
}

/// A course.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) id: ItemId,
    pub(crate) owner: Owner,
    pub(crate) item: Item,
    /// All that its viewer sees in it.
    pub(crate) within: Vec<Item>,
    pub(crate) offer: Option<Offered>,
    pub(crate) role: Role,
}

impl Course {
    /// The files of one of its items, as its viewer gets them.
    pub(crate) fn files(&self, node: &Node, item: &Base) -> Vec<files::Shown> {
        let place = Place {
            service: MANIFEST.name,
            owner: &self.owner.did,
            item: &item.id,
        };
        files::shown(node, place, &item.files, self.role == Role::Teacher)
    }

    /// The path of its own page, or of the page of one of its lessons.
    pub(crate) fn path_of(&self, item: &Base) -> String {
        format!("{}/{}", self.owner.path(MANIFEST.name), item.address())
    }

    /// What it costs; `None` where it is free.
    pub(crate) fn price(&self) -> Option<&Offered> {
        self.offer.as_ref().filter(|offer| offer.price > 0)
    }

    /// Whether its viewer may read its lessons.
    pub(crate) fn is_open(&self) -> bool {
        self.role != Role::Visitor || self.price().is_none()
    }

    /// What is directly in it or in one of its modules, in its order.
    pub(crate) fn inside<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Item> {
        let is_in = move |item: &&Item| item.parent.as_deref() == Some(id);
        self.within.iter().filter(is_in)
    }

    /// Its lessons, in the order in which they are read.
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

    /// The lessons without which it isn't finished.
    pub(crate) fn required(&self) -> impl Iterator<Item = &Item> {
        let lessons = self.lessons().into_iter();
        lessons.filter(|lesson| !lesson.own.optional)
    }

    /// Whether its students may teach it themselves.
    pub(crate) fn is_copied_by_all(&self, node: &Node) -> Result<bool, Problem> {
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

    fn offered(&self) -> Result<&Offered, Problem> {
        self.price().ok_or_else(no_offer)
    }

    fn no_offer() -> Problem {
        no_offer()
    }
}

/// The answer for what isn't there, or isn't for this visitor.
pub(crate) fn none() -> Problem {
    Problem::not_found(TEXTS.say("no-such-course", args![]))
}

/// The answer for a course that can't be bought.
pub(crate) fn no_offer() -> Problem {
    Problem::not_found(TEXTS.say("no-offer", args![]))
}

/// The answer for lessons that are for students.
pub(crate) fn not_open(course: &Course) -> Problem {
    let problem = match course.price() {
        Some(_) => Problem::payment_required(TEXTS.say("for-students", args![])),
        None => Problem::forbidden(TEXTS.say("for-students", args![])),
    };
    problem.slug("not-enrolled")
}

fn of(
    node: &Node,
    owner: Owner,
    viewer: Option<&Did>,
    Seen { item, within }: Seen<Item>,
) -> Result<Course, Problem> {
    let teacher = owner.did.as_str();
    let (offer, is_student) = node.read(MANIFEST.name, |db| {
        let place = |did: &Did| queries::is_in(db, did.as_str(), (teacher, &item.id, did.as_str()));
        let is_student = viewer.map(place).transpose()?.unwrap_or(false);
        Ok((Offered::of(db, teacher, &item.id)?, is_student))
    })?;
    let role = match (viewer == Some(&owner.did), is_student) {
        (true, _) => Role::Teacher,
        (_, true) => Role::Student,
        _ => Role::Visitor,
    };
    if role != Role::Teacher && item.copied.is_some() && offer.is_none() {
        return Err(none());
    }
    let id = ItemId::parse(&item.id).ok_or_else(|| Problem::internal("a course has no id"))?;
    let mut course = Course {
        id,
        owner,
        item,
        within,
        offer,
        role,
    };
    if !course.is_open() {
        course.within.iter_mut().for_each(close);
    }
    Ok(course)
}

/// Leaves out what only those who may read a lesson know of it.
fn close(item: &mut Item) {
    if item.kind != Kind::Course {
        item.base.files.clear();
    }
}

/// A course for this viewer, by its id or its slug.
///
/// # Errors
/// 404 if it isn't there for them.
pub(crate) fn open(
    node: &Node,
    owner: &Did,
    viewer: Option<&Did>,
    name: &str,
) -> Result<Course, Problem> {
    let found = seen::<Learn>(node, owner, viewer, name)?;
    let found = found.filter(|found| found.item.kind == Kind::Course);
    let found = found.ok_or_else(none)?;
    of(node, Owner::of(node, owner.clone())?, viewer, found)
}

/// Whatever has this id or slug, with the course that it is in.
///
/// # Errors
/// 404 if it isn't there for them, or in no course.
pub(crate) fn find(
    node: &Node,
    owner: &Did,
    viewer: Option<&Did>,
    name: &str,
) -> Result<(Item, Course), Problem> {
    let found = seen::<Learn>(node, owner, viewer, name)?.ok_or_else(none)?;
    let mut item = found.item.clone();
    let mut around = found;
    while let Some(outer) = around.item.base.parent {
        around = seen::<Learn>(node, owner, viewer, &outer)?.ok_or_else(none)?;
    }
    if around.item.kind != Kind::Course {
        return Err(none());
    }
    let course = of(node, Owner::of(node, owner.clone())?, viewer, around)?;
    if !course.is_open() {
        close(&mut item);
    }
    Ok((item, course))
}

/// All of somebody's items that a viewer finds in their list.
pub(crate) fn items(node: &Node, owner: &Did, viewer: Option<&Did>) -> Result<Vec<Item>, Problem> {
    let mut all = shown::<Learn>(node, owner, viewer)?;
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
    // Modules, and the lessons in them.
    for _ in 1..Learn::DEPTH {
        let inner = all.iter().filter(|item| {
            let parent = item.parent.as_ref();
            parent.is_some_and(|id| hidden.contains(id))
        });
        let inner: Vec<String> = inner.map(|item| item.id.clone()).collect();
        hidden.extend(inner);
    }
    all.retain(|item| !hidden.contains(&item.id));
    // Each course has readers of its own.
    all.iter_mut().for_each(close);
    Ok(all)
}

/// The courses of somebody that a viewer finds in their list.
pub(crate) fn all(node: &Node, owner: &Did, viewer: Option<&Did>) -> Result<Vec<Item>, Problem> {
    let mut all = items(node, owner, viewer)?;
    all.retain(|item| item.kind == Kind::Course);
    Ok(all)
}

/// What a course costs, if its owner said so.
pub(crate) fn offer_of(node: &Node, owner: &Did, course: &str) -> Result<Option<Offered>, Problem> {
    node.read(MANIFEST.name, |db| Offered::of(db, owner.as_str(), course))
}

/// On which terms everybody may teach a course themselves: the manifest that a copy's derives from, and its share of what the copy
/// earns. `None` where its owner doesn't allow it. `course` is `<DID>/<id>`.
pub(crate) fn terms_of_copy(node: &Node, course: &str) -> Result<Option<(Manifest, Ppm)>, Problem> {
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
