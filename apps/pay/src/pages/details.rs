//! The page of a person's payment details outside the box, with the form to change them.

use imajin_app::{Node, Problem, Texts};
use imajin_protocol::Did;
use maud::{Markup, html};

use crate::operations::{NOTE_BYTES_MAX, SetDetails};
use crate::queries;

pub(super) fn content(node: &Node, did: &Did, t: Texts) -> Result<Markup, Problem> {
    let row = queries::read(node, |db| queries::details(db, node.did(), did))?;
    let is_set = row.is_some();
    let details = row.unwrap_or_default();
    let iban = details.iban.as_ref().map(|iban| iban.grouped());
    // A field of the form: the hint may be empty; `fill` is HTML's `autocomplete`, and `mode` the keyboard that a phone
    // shows, as its `inputmode`.
    let input = |name: &str,
                 label: &str,
                 hint: &str,
                 value: Option<&str>,
                 fill: &str,
                 mode: &str| {
        let id = format!("details-{name}");
        let hint_id = Some(format!("{id}-hint")).filter(|_| !hint.is_empty());
        html! {
            div.field {
                label for=(id) { (t.text(label)) }
                @if let Some(hint_id) = &hint_id { p.hint id=(hint_id) { (t.text(hint)) } }
                input id=(id) data-detail=(name) type="text" inputmode=(mode) autocomplete=(fill)
                    value=[value] aria-describedby=[hint_id.as_ref()];
            }
        }
    };
    let SetDetails { name, street, building, postcode, town, country, email, phone, note, .. } =
        &details;
    let (email, phone) =
        (email.as_ref().map(|it| it.as_str()), phone.as_ref().map(|it| it.as_str()));
    Ok(html! {
        div #message {}
        h1 { (t.text("details")) }
        p.lead { (t.text("details-lead")) }
        noscript { div.notice.bad { p { (t.text("scripts-off")) } } }
        form #details novalidate autocomplete="off" {
            fieldset {
                legend { (t.text("details-account")) }
                (input("iban", "details-iban", "details-iban-hint", iban.as_deref(), "off", "text"))
                (input("name", "fact-holder", "details-holder-hint", name.as_ref().map(|it| it.as_str()), "name", "text"))
                details open[street.is_some() || town.is_some()] {
                    summary { (t.text("details-swiss")) }
                    p.hint { (t.text("details-swiss-why")) }
                    (input("street", "details-street", "", street.as_ref().map(|it| it.as_str()), "address-line1", "text"))
                    (input("building", "details-building", "", building.as_ref().map(|it| it.as_str()), "off", "text"))
                    (input("postcode", "details-postcode", "", postcode.as_ref().map(|it| it.as_str()), "postal-code", "text"))
                    (input("town", "details-town", "", town.as_ref().map(|it| it.as_str()), "address-level2", "text"))
                    (input("country", "details-country", "details-country-hint", country.as_ref().map(|it| it.as_str()), "country", "text"))
                }
            }
            fieldset {
                legend { (t.text("details-other")) }
                (input("email", "details-email", "", email, "email", "email"))
                (input("phone", "details-phone", "details-phone-hint", phone, "tel", "tel"))
                div.field {
                    label for="details-note" { (t.text("details-note")) }
                    textarea #details-note data-detail="note" rows="3" maxlength=(NOTE_BYTES_MAX) { (note.as_ref().map_or("", |it| it.0.as_str())) }
                }
            }
            div.actions {
                button #save-details.main type="submit" { (t.text("details-save")) }
                @if is_set { button #remove-details.danger type="button" { (t.text("details-remove")) } }
            }
        }
        p { a href="/pay" { (t.text("money-back")) } }
    })
}
