//! The smallest app: short notes, each for its author alone. The test `notes` shows that a node needs nothing more of an app.

use axum::extract::State;
use imajin_app::extract::Authed;
use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Declaration, ItemId, Line, Operation, Reasons,
    Request, read_operation,
};
use imajin_app::routing::{OpenApiRouter, get, routes};
use imajin_app::{
    Answer, Catalogue, KeepsEntries, Lang, Manifest, Node, Page, Ports, Problem, Service, Things,
    entries_table,
};
use imajin_dfos::Cid;
use imajin_ledger::{ProjectionSpec, Reader, machine};
use imajin_log::{Applied, Derivation, TargetLog, ops};

const NAME: &str = "notes";
const WORDS: [&str; 2] = [include_str!("notes/en.ftl"), include_str!("notes/de.ftl")];
static TEXTS: Catalogue = Catalogue::new(NAME, WORDS);
static MANIFEST: Manifest = Manifest {
    own_page: Some("/notes"),
    section: Some(NAME),
    texts: Some(&TEXTS),
    ..Manifest::new(NAME, Ports::new(3099, 7099))
};

/// Writes a note, or replaces it.
#[derive(Debug, Operation)]
#[operation(name = "notes.put", authority = Any, erasable_by = Author)]
struct PutNote {
    /// The note's id: `itm_` and 24 of 0-9 a-f, drawn by the client.
    #[reference]
    note: ItemId,
    /// The note, in at most 200 characters.
    words: Line<200>,
}

impl Decide for PutNote {
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<Self::Refusal> {
        Ok(())
    }
}

/// Removes a note, and erases its words.
#[derive(Debug, Operation)]
#[operation(name = "notes.remove", authority = OwnKey, refusal = RemoveRefusal, prepared = Vec<Cid>, derives = [
    Derivation::new(ops::BODY_ERASED, TargetLog::SameLog).erases(&[ops::ErasureScope::new(&[PutNote::NAME], &[(ops::EntryField::Ref, ops::EntryField::Ref)])])])]
struct RemoveNote {
    /// The note's id.
    #[reference]
    note: ItemId,
}

/// Why a note was not removed.
#[derive(Debug, Reasons)]
enum RemoveRefusal {
    /// You have no such note.
    #[refused(NotFound, field = "ref")]
    Unknown,
}

impl BeforeSubmit for RemoveNote {
    fn before_submit(&self, request: &Request<'_>) -> Result<Vec<Cid>, Problem> {
        request.node.bodies(request.owner, |header| {
            let about = header.reference.as_ref().map(|id| id.as_str());
            header.op == PutNote::NAME && about == Some(self.note.as_str())
        })
    }
}

impl Decide for RemoveNote {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RemoveRefusal> {
        if ctx.prepared().is_empty() {
            return Err(RemoveRefusal::Unknown.into());
        }
        ctx.erase(ctx.prepared().clone());
        Ok(())
    }
}

/// The service.
pub struct Notes;

impl KeepsEntries for Notes {
    const THINGS: &'static [Things] = &[Things::put_by::<PutNote>(NAME).removed_by::<RemoveNote>()];
}

impl Service for Notes {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn operations(&self) -> &'static [Declaration] {
        &[PutNote::DECLARATION, RemoveNote::DECLARATION]
    }

    fn projection(&self) -> ProjectionSpec {
        ProjectionSpec {
            name: NAME,
            version: 1,
            page_bytes: machine::SMALL_PAGES,
            schema: concat!(
                entries_table!(),
                "CREATE TABLE notes (owner_did TEXT, id TEXT, words TEXT, PRIMARY KEY (owner_did, id)) STRICT;"
            ),
        }
    }

    fn apply(&self, db: &rusqlite::Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        // `None` if the note was removed or erased, or if a later version of the program wrote it.
        let put = read_operation::<PutNote>(entry).filter(|_| entry.op == PutNote::NAME);
        let words = put.map(|put| put.operation.words.0);
        db.prepare_cached("INSERT OR REPLACE INTO notes VALUES (?1, ?2, ?3)")?
            .execute((entry.did.as_str(), entry.reference, words))
            .map(drop)
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        let routes = OpenApiRouter::new().routes(routes!(list));
        routes.route("/", get(page)).with_state(node)
    }
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Note {
    id: String,
    words: String,
}

fn notes(node: &Node, did: &str) -> Answer<Vec<Note>> {
    let sql = "SELECT id, words FROM notes WHERE owner_did = ?1 AND words IS NOT NULL ORDER BY id";
    let read = |row: &rusqlite::Row<'_>| row.try_into().map(|(id, words)| Note { id, words });
    node.read(NAME, |db| Reader::from(db).rows(sql, [did], read))
}

/// The caller's notes.
#[utoipa::path(get, path = "/api/notes", tag = "notes", responses((status = 200, body = Vec<Note>)))]
async fn list(State(node): State<Node>, Authed(session): Authed) -> Answer<axum::Json<Vec<Note>>> {
    notes(&node, session.did.as_str()).map(axum::Json)
}

async fn page(State(node): State<Node>, Authed(session): Authed, lang: Lang) -> Answer<Page> {
    let (t, viewer) = (TEXTS.for_reader(lang), Some(node.viewer(&session)?));
    let content = maud::html! {
        h1 { (t.text("home")) } ul.rows { @for note in notes(&node, session.did.as_str())? { li { (note.words) } } }
    };
    Ok(t.page("help-notes", t.text("home"), content).viewer(viewer))
}
