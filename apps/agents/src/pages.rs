//! The page where people connect helpers, see what these did, and end them.
//!
//! Always: the token is made in the browser and shown there once; the node sees it with each request of the helper, and keeps
//! it nowhere.

use std::collections::HashMap;

use imajin_app::extract::Own;
use imajin_app::{Answer, DelegationRecord, Node, Page, Reader, Texts, Words, args};
use imajin_dfos::Timestamp;
use imajin_host::delegates;
use imajin_protocol::{Did, naming};
use maud::{Markup, html};

use crate::helper::is_in_force;
use crate::manifest::{OWN_PAGE, TEXTS};
use crate::mcp;
use crate::queries::{self, Helper, Reading};
use crate::tools::Tool;

/// The newest entries of a record among which those of helpers are looked for.
const ENTRIES_READ: u64 = 1_000;
/// Maximum number of entries that the page shows of a helper.
const DEEDS_SHOWN: usize = 50;
/// The choices for how long a helper may act, in days.
const DAYS: [u16; 3] = [30, 90, 365];

/// An entry of a helper.
struct Deed {
    at: Timestamp,
    op: String,
}

/// A helper, as the page shows it.
struct Row {
    helper: Helper,
    record: DelegationRecord,
    readings: Vec<Reading>,
    deeds: Vec<Deed>,
}

/// `/agents`
pub(crate) async fn helpers(Own(node, session, viewer): Own, reader: Reader) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let words = node.services().words().on(t);
    let rows = rows(&node, &session.did)?;
    let content = html! {
        div #message {}
        noscript { div.notice { p { (t.text("scripts-off")) } } }
        h1 { (t.text("home")) }
        p.lead { (t.text("lead")) }
        @if rows.is_empty() { p.soft.empty { (t.text("none")) } }
        @else { ul.rows { @for row in &rows { li { (self::row(&node, t, &words, row)) } } } }
        (made(t))
        (form(&node, t, &words))
    };
    Ok(t.page("help-helpers", t.text("home"), content)
        .script("/assets/agents/helpers.js")
        .current(OWN_PAGE)
        .viewer(Some(viewer)))
}

fn rows(node: &Node, owner: &Did) -> Answer<Vec<Row>> {
    let helpers = queries::read(node, |db| queries::helpers(db, owner))?;
    if helpers.is_empty() {
        return Ok(Vec::new());
    }
    let records = node.delegations(owner, None)?;
    let mut deeds = deeds(node, owner)?;
    let mut rows = Vec::with_capacity(helpers.len());
    for helper in helpers {
        let cid = &helper.delegation;
        let record = records.iter().find(|record| record.cid.to_string() == *cid);
        let Some(record) = record.cloned() else {
            continue;
        };
        rows.push(Row {
            readings: queries::read(node, |db| queries::readings(db, owner, cid))?,
            deeds: deeds.remove(cid).unwrap_or_default(),
            helper,
            record,
        });
    }
    Ok(rows)
}

/// Returns the newest entries by delegates in a record, by the CID of the delegation, the newest first.
fn deeds(node: &Node, owner: &Did) -> Answer<HashMap<String, Vec<Deed>>> {
    let mut deeds: HashMap<String, Vec<Deed>> = HashMap::new();
    let Some(status) = node.status(owner)? else {
        return Ok(deeds);
    };
    let after = status.seq.checked_sub(ENTRIES_READ);
    let entries = node.ledger().entries(owner, after, ENTRIES_READ as usize)?;
    for entry in entries.iter().rev() {
        let header = &entry.decoded;
        if let Some(via) = header.via {
            let of_helper = deeds.entry(via.to_string()).or_default();
            if of_helper.len() < DEEDS_SHOWN {
                of_helper.push(Deed { at: header.at, op: header.op.clone() });
            }
        }
    }
    Ok(deeds)
}

fn row(node: &Node, t: Texts, words: &Words, row: &Row) -> Markup {
    let unnamed = t.text("unnamed");
    let label = row.helper.label.as_deref().unwrap_or(&unnamed);
    let is_open = is_in_force(node, &row.record);
    html! {
        div.row {
            div.grow {
                strong { (label) } br;
                span.hint { (state(node, t, row, is_open)) }
            }
            @if is_open {
                button.danger type="button" data-end=(row.helper.delegation) aria-label=(t.format("end-of", args![label = label])) { (t.text("end")) }
            }
        }
        details {
            summary { (t.text("may")) }
            ul { @for item in &row.record.delegation.scope { li { (scope_text(t, words, item.as_str())) } } }
        }
        details {
            summary { (t.text("did")) }
            (history(t, words, row))
        }
    }
}

fn state(node: &Node, t: Texts, row: &Row, is_open: bool) -> String {
    if !is_open {
        return t.text("ended").into_owned();
    }
    let until = t.date(row.record.delegation.until);
    let used = delegates::last_use(node, &row.helper.delegation);
    let used = used.and_then(|used| Timestamp::from_millis(used).ok());
    match used {
        Some(used) => t.format("used", args![used = t.date_time(used), day = until]),
        None => t.format("until", args![day = until]),
    }
}

/// Lists the entries and readings of a helper, as sentences.
fn history(t: Texts, words: &Words, row: &Row) -> Markup {
    html! {
        @if row.deeds.is_empty() && row.readings.is_empty() { p.soft { (t.text("did-nothing")) } }
        @if !row.deeds.is_empty() {
            p.hint { (t.text("did-hint")) }
            ul { @for deed in &row.deeds { li { (t.moment(deed.at)) ": " (words.operation(&deed.op)) } } }
        }
        @if !row.readings.is_empty() {
            ul { @for reading in &row.readings { li { (reading_text(t, words, reading)) } } }
        }
    }
}

fn reading_text(t: Texts, words: &Words, reading: &Reading) -> String {
    let midnight = Timestamp::parse(&format!("{}T00:00:00.000Z", reading.day));
    let day = midnight.map_or_else(|_| reading.day.clone(), |midnight| t.date(midnight));
    let app = words.service(&reading.service);
    t.format("did-read", args![day = day, app = app])
}

/// Says what an item of a scope allows.
fn scope_text(t: Texts, words: &Words, scope: &str) -> String {
    let (app, rest) = scope.split_once('.').unwrap_or((scope, ""));
    let message = format!("scope-{}", rest.replace('.', "-"));
    match words.get(app, &message) {
        Some(text) => text.to_owned(),
        None if rest == "read" => t.format("may-read", args![app = words.service(app)]),
        None => scope.to_owned(),
    }
}

/// The token of a new helper and the ways to connect its program, which the script fills in.
fn made(t: Texts) -> Markup {
    html! {
        section #made.card tabindex="-1" hidden {
            h2 { (t.text("made")) }
            p { (t.text("made-lead")) }
            (pasted(t, "address", "address"))
            (pasted(t, "token", "token"))
            details name="way" {
                summary { (t.text("config")) }
                p.hint { (t.text("config-hint")) }
                pre #config {}
                div #copy-config.actions {}
            }
            details name="way" {
                summary { (t.text("command")) }
                p.hint { (t.text("command-hint")) }
                (pasted(t, "command", "command-label"))
            }
            p { a.button href=(OWN_PAGE) { (t.text("made-done")) } }
        }
    }
}

/// Draws a field of a text to paste; the script fills it in and adds *Copy* to it.
fn pasted(t: Texts, id: &str, label: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { (t.text(label)) }
            div.with { input id=(id) class="mono" type="text" autocomplete="off" readonly; }
        }
    }
}

fn form(node: &Node, t: Texts, words: &Words) -> Markup {
    let tools = Tool::all(node);
    html! {
        form #form-new.card data-path=(mcp::PATH) novalidate hidden {
            h2 { (t.text("new")) }
            div.field {
                label for="label" { (t.text("label")) }
                p.hint #label-hint { (t.text("label-hint")) }
                input #label type="text" maxlength="100" autocomplete="off" aria-describedby="label-hint";
            }
            fieldset {
                legend { (t.text("presets")) }
                @for (preset, message) in [("read", "preset-read"), ("write", "preset-write"), ("all", "preset-all")] {
                    label.check { input type="radio" name="preset" value=(preset) checked[preset == "read"]; (t.text(message)) }
                }
            }
            details {
                summary { (t.text("list")) }
                fieldset {
                    legend { (t.text("list-legend")) }
                    @for tool in &tools { (choice(t, words, tool)) }
                }
            }
            div.field {
                label for="days" { (t.text("days")) }
                select #days { @for days in DAYS { option value=(days) { (t.format("days-count", args![count = days])) } } }
            }
            p.hint { (t.text("seen")) }
            div.actions { button.main type="submit" { (t.text("make")) } }
        }
    }
}

fn choice(t: Texts, words: &Words, tool: &Tool) -> Markup {
    let scope = tool.scope();
    let is_read = matches!(tool, Tool::Read(_));
    let app = words.service(naming::service_of(&scope));
    html! {
        label.check {
            input type="checkbox" name="scope" value=(scope) data-kind=(if is_read { "read" } else { "write" }) checked[is_read];
            @if is_read { (scope_text(t, words, &scope)) }
            @else { (app) ": " (scope_text(t, words, &scope)) }
        }
    }
}
