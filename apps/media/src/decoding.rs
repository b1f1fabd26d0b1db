//! Turns at the decoder.
//!
//! Always: a thread that others need never waits for a turn, or for a child that decodes. People take turns, strangers by
//! their address, and leave one child to the household where there are two. Work is cancelled when its request ends.

use std::sync::Arc;

use imajin_app::fair::{FairSemaphore, Full, Permit, Shares};
use imajin_app::{Answer, Node, Problem, args, blocking};
use imajin_dfos::Cid;
use imajin_host::jobs::{Client, JobOwner};
use imajin_pictures::{CancelToken, Facts, Kind, PictureError, Pictures};
use imajin_protocol::Did;

use crate::files::{self, Missing, Previews};
use crate::manifest::TEXTS;

/// Requests that may wait: each is a connection, or a stream of one, with its task.
const WAITING_MAX: usize = 512;
/// Requests of one client that may wait: a page of photos in a browser that asks for all at once.
const WAITING_EACH: usize = 128;
/// Reads of the disk for answers (an archive of a thousand files is one): at most half of the threads that wait for the disk.
const READS: Shares = Shares {
    permits: 6,
    each: 3,
    for_members: 2,
    for_owner: 1,
    waiting: WAITING_MAX,
    waiting_each: WAITING_EACH,
};
/// Seconds after which one may try again.
const RETRY_S: u32 = 5;
/// Passes of work that needs previews: one that finds what is missing, and one that has them all. In a third, what was made
/// went in between, as from a full disk.
const PASSES_MAX: usize = 3;

/// The program's decoder, and whose turn it is.
pub(crate) struct Decoding {
    pictures: Pictures,
    turns: FairSemaphore<JobOwner>,
    /// Turns for reading the disk for answers meanwhile.
    reads: FairSemaphore<JobOwner>,
}

impl Decoding {
    pub(crate) fn new(pictures: Pictures) -> Self {
        let permits = pictures.children();
        let turns = FairSemaphore::new(Shares {
            permits,
            each: 1,
            for_members: permits - 1,
            for_owner: 0,
            waiting: WAITING_MAX,
            waiting_each: WAITING_EACH,
        });
        Self { pictures, turns, reads: FairSemaphore::new(READS) }
    }
}

/// Waits for a client's turn.
/// Errors: 429 or 503 if the queue is full.
async fn turn(turns: &FairSemaphore<JobOwner>, client: &Client) -> Answer<Permit<JobOwner>> {
    let turn = turns.acquire(client.who.clone(), client.role).await;
    turn.map_err(|full| match full {
        Full::Client => {
            Problem::too_many_of_yours(RETRY_S, TEXTS.say("too-many-previews", args![]))
        }
        Full::All => busy(),
    })
}

fn busy() -> Problem {
    Problem::busy(RETRY_S, TEXTS.say("decoder-busy", args![]))
}

/// Runs `work` with the decoder on a separate thread when it is this client's turn. Returns `None` without a decoder.
/// Errors: the queue is full.
async fn in_turn<T: Send + 'static>(
    node: &Node,
    client: &Client,
    work: impl FnOnce(&Node, &Pictures) -> T + Send + 'static,
) -> Result<Option<T>, Problem> {
    let Some(decoding) = node.get::<Decoding>() else {
        return Ok(None);
    };
    let turn = turn(&decoding.turns, client).await?;
    let cancel = CancelToken::default();
    let pictures = decoding.pictures.cancelled_by(&cancel);
    let _cancelled_with_this_request = cancel.guard();
    let node = node.clone();
    let done = blocking::long(move || {
        // The turn ends when the child is free, not when the request is dropped.
        let _turn = turn;
        work(&node, &pictures)
    });
    done.await.map(Some)
}

/// Does something that needs previews: without them first, and again when those that were missing are made. `work` reads the
/// disk, and never waits for the decoder.
/// Errors: those of `work`; 429 or 503 if too many requests already wait for the decoder.
pub(crate) async fn with_previews<T: Send + 'static>(
    node: &Node,
    client: &Client,
    work: impl Fn(&Previews) -> Result<T, Problem> + Send + Sync + 'static,
) -> Result<T, Problem> {
    let work = Arc::new(work);
    let mut previews = Previews::default();
    for _ in 0..PASSES_MAX {
        let decoding = node.get::<Decoding>().ok_or_else(files::no_preview)?;
        let turn = turn(&decoding.reads, client).await?;
        let pass = Arc::clone(&work);
        let (done, missing) = blocking::run(move || {
            let _turn = turn;
            let done = pass(&previews);
            (done, previews.into_missing())
        })
        .await?;
        if missing.is_empty() {
            return done;
        }
        previews = Previews::default();
        for missing in missing {
            previews = make(node, client, missing).await?;
        }
    }
    Err(busy())
}

async fn make(node: &Node, client: &Client, missing: Missing) -> Result<Previews, Problem> {
    let made = in_turn(node, client, move |node, pictures| files::make(node, pictures, missing));
    match made.await? {
        Some(Ok(made)) => Ok(made),
        Some(Err(PictureError::Busy | PictureError::Cancelled)) => Err(busy()),
        Some(Err(error)) => Err(Problem::internal(error)),
        None => Err(files::no_preview()),
    }
}

/// Returns the kind of a picture or film, and the facts that it contains.
/// Errors: the file can't be read, or too many requests already wait for the decoder.
pub(crate) async fn look(
    node: &Node,
    client: &Client,
    (owner, cid): (&Did, Cid),
) -> Result<(Kind, Option<Facts>), Problem> {
    let (here, whose) = (node.clone(), owner.clone());
    let opened = blocking::run(move || {
        let (mut file, _) = here.ledger().media().open(&whose, &cid)?;
        Ok((files::first_kind(&mut file)?, file))
    });
    let (kind, file) = opened.await?.map_err(crate::bytes::problem)?;
    if !kind.says_facts() {
        return Ok((kind, None));
    }
    let whose = owner.clone();
    let facts = in_turn(node, client, move |node, pictures| {
        let facts = pictures.look(file);
        if let Ok(facts) = &facts {
            files::note(node, &whose, &cid, (kind, facts));
        }
        facts
    });
    match facts.await? {
        Some(Ok(facts)) => return Ok((kind, Some(facts))),
        // Facts are optional: the file is taken without them.
        Some(Err(error)) => tracing::info!(%cid, %error, "a picture says nothing of itself"),
        None => {}
    }
    Ok((kind, None))
}
