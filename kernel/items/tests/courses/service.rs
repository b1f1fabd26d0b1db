//! A service of courses, nested as deep as can be: lessons are in modules, which are in courses. Remarks hang on items.

use imajin_app::operation::{
    Choice, Context, Decide, Decision, Declaration, Int, ItemId, Line, Operation, read_operation,
};
use imajin_app::routing::OpenApiRouter;
use imajin_app::{
    Catalogue, Icon, KeepsEntries, Manifest, Node, Ports, Service, Things, entries_table,
};
use imajin_items::{
    Attach, Follow, ItemPages, Items, Placed, Put, Remove, Set, Showing, check_put, items_tables,
};
use imajin_ledger::{ProjectionSpec, Reader, machine};
use imajin_log::Applied;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// The kind of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Course,
    Module,
    Lesson,
}

/// The members that only items of this service have.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Own {
    pub(crate) minutes: Option<i64>,
}

/// Puts an item.
#[derive(Debug, Operation)]
#[operation(name = "shelf.put", authority = Any, erasable_by = Author, refusal = imajin_items::PutRefusal)]
struct PutItem {
    /// Its id.
    #[reference]
    item: ItemId,
    /// The title.
    title: Line<200>,
    /// How long it takes.
    minutes: Option<Int<0, 10_000>>,
    /// The kind of item.
    #[fact]
    kind: Kind,
    /// Where it is.
    #[group]
    placed: Placed,
    /// Who sees it.
    #[group]
    showing: Showing,
}

impl Decide for PutItem {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<Self::Refusal> {
        let item = (&self.item, self.kind);
        check_put::<Shelf>(ctx.reader(), ctx.owner(), item, &self.placed).map(drop)
    }
}

/// Says something about an item.
#[derive(Debug, Operation)]
#[operation(name = "shelf.say", authority = Any, erasable_by = Author)]
struct Say {
    /// The item's id.
    #[reference]
    item: ItemId,
    /// The words.
    words: Line<200>,
}

impl Decide for Say {
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<Self::Refusal> {
        Ok(())
    }
}

pub(crate) struct Shelf;

impl Items for Shelf {
    const SERVICE: &'static str = "shelf";
    const DEPTH: usize = 3;
    const HANGING: &'static [&'static str] = &[Say::NAME];
    type Kind = Kind;
    type Own = Own;

    fn may_contain(outer: Kind, inner: Kind) -> bool {
        use Kind::{Course, Lesson, Module};
        matches!((outer, inner), (Course, Module) | (Module, Lesson))
    }

    fn may_be_followed(kind: Kind) -> bool {
        kind == Kind::Course
    }

    fn hanging(db: Reader<'_>, owner: &str, item: &str) -> rusqlite::Result<usize> {
        let sql = "SELECT 1 FROM said WHERE owner_did = ?1 AND item = ?2";
        db.rows(sql, [owner, item], |_| Ok(())).map(|all| all.len())
    }
}

impl ItemPages for Shelf {
    const ICON: Icon = Icon::Book;
    const TEXTS: &'static Catalogue = &imajin_items::TEXTS;
    const NOT_FOUND: &'static str = "no-such-file";
}

impl KeepsEntries for Shelf {
    const THINGS: &'static [Things] =
        &[Things::put_by::<PutItem>("courses").removed_by::<Remove<Shelf>>()];
}

impl Service for Shelf {
    fn manifest(&self) -> &'static Manifest {
        static MANIFEST: Manifest = Manifest::new(Shelf::SERVICE, Ports::new(3098, 7098));
        &MANIFEST
    }

    fn operations(&self) -> &'static [Declaration] {
        // This service has neither `sort` nor `unfollow`.
        &[
            PutItem::DECLARATION,
            Say::DECLARATION,
            Set::<Shelf>::DECLARATION,
            Attach::<Shelf>::DECLARATION,
            Remove::<Shelf>::DECLARATION,
            Follow::<Shelf>::DECLARATION,
        ]
    }

    fn projection(&self) -> ProjectionSpec {
        ProjectionSpec {
            name: Shelf::SERVICE,
            version: 1,
            page_bytes: machine::SMALL_PAGES,
            schema: concat!(
                entries_table!(),
                items_tables!(),
                "CREATE TABLE said (seq INTEGER PRIMARY KEY, owner_did TEXT NOT NULL, item TEXT NOT NULL) STRICT;"
            ),
        }
    }

    fn apply(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        match entry.op {
            PutItem::NAME => imajin_items::put(db, entry, |put: PutItem| {
                let minutes = put.minutes.map(|minutes| minutes.0);
                let row = Put {
                    item: put.item,
                    kind: put.kind.name(),
                    title: put.title.0,
                    note: None,
                    placed: put.placed,
                    showing: put.showing,
                };
                (row, Own { minutes })
            }),
            Say::NAME if read_operation::<Say>(entry).is_some() => {
                let params = (entry.did.as_str(), entry.reference);
                let sql = "INSERT INTO said (owner_did, item) VALUES (?1, ?2)";
                db.execute(sql, params).map(drop)
            }
            _ => imajin_items::apply(db, entry, Self::DEPTH),
        }
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        OpenApiRouter::new().with_state(node)
    }
}
