//! The form to buy a place in a course: price, shares and payment method.

use imajin_app::{Answer, Node, Texts};
use imajin_selling::cashier;
use imajin_selling::pages::{rail_choice, shares};
use maud::{Markup, html};

use crate::courses::Course;

/// Draws the form, for a viewer who is signed in.
pub(super) fn form(node: &Node, course: &Course, t: Texts) -> Answer<Markup> {
    let rails = cashier(node)?.rails(node, &course.owner.did)?;
    let price = course.price().ok_or_else(crate::courses::no_offer)?;
    let rows = |rows: &[(String, i64)], money: &dyn Fn(i64) -> String| {
        html! { ul.rows { @for (name, part) in rows { li { (name) " " strong { (money(*part)) } } } } }
    };
    let of = (price.price, price.currency, t.lang);
    Ok(html! {
        form.card #buy data-offer novalidate {
            div.field { (rail_choice(&rails, t.lang)) }
            (shares(node, course, of, rows))
            p.hint { (t.text("signed")) " " (t.text("teacher-sees")) }
            div.actions { button.main type="submit" #pay { (t.text("enroll")) } }
            p #how aria-live="polite" {}
        }
    })
}
