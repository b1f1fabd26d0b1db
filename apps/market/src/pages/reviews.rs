//! Reviews and problems on pages: the record of a seller, the reviews of a listing, and what a buyer says about an order.

use imajin_app::operation::Choice;
use imajin_app::{Texts, args};
use imajin_items::editor::field;
use imajin_items::pages::words;
use maud::{Markup, html};

use crate::orders::Party;
use crate::reviews::{ListingReview, ProblemKind, Review, STARS_MAX, SellerRecord};
use crate::routes::OrderView;

/// Renders the record of a seller: nothing while there is none.
pub(super) fn record(record: &SellerRecord, t: Texts) -> Markup {
    let number = |message, count: i64| (count > 0).then(|| t.format(message, args![count = count]));
    let average = record.average_tenths().map(|tenths| {
        let average = t.lang.decimal(tenths, 1);
        t.format("record-stars", args![average = average, count = record.reviews])
    });
    let parts =
        [number("record-sold", record.sold), average, number("record-problems", record.problems)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    html! { @if !parts.is_empty() { p.soft { (parts.join(" · ")) } } }
}

/// Renders the reviews of a listing, without the names of their authors.
pub(super) fn reviews(reviews: &[ListingReview], t: Texts) -> Markup {
    html! {
        @if !reviews.is_empty() {
            section #reviews {
                h2 { (t.text("reviews")) }
                ul.rows.listings {
                    @for one in reviews {
                        li {
                            (review(&one.review, t))
                            p.soft { (t.format("paid-price", args![amount = t.lang.amount(one.amount, one.currency)])) }
                        }
                    }
                }
            }
        }
    }
}

fn review(review: &Review, t: Texts) -> Markup {
    let label = t.format("stars", args![count = review.stars]);
    html! {
        p { span.stars role="img" aria-label=(label) { (symbols(review.stars)) } }
        (words(review.text.as_deref()))
        @if review.erased { p.soft { (t.text("text-removed")) } }
    }
}

/// Returns a line of stars, of which so many are full.
fn symbols(stars: i64) -> String {
    let symbol = |number| if number <= stars { '★' } else { '☆' };
    (1..=STARS_MAX).map(symbol).collect()
}

/// Renders the review of an order, or the form for it.
pub(super) fn of_order(order: &OrderView, t: Texts) -> Markup {
    let Some(written) = &order.review else {
        return form(order, t);
    };
    html! {
        section.card {
            h2 { (t.text("review")) }
            (review(written, t))
            @if order.party == Party::Buyer && written.text.is_some() {
                p.hint { (t.text("unreview-hint")) }
                div.actions { button #unreview type="button" { (t.text("unreview")) } }
            }
        }
    }
}

fn form(order: &OrderView, t: Texts) -> Markup {
    let stars = html! {
        select #stars {
            option value="" { (t.text("choose-stars")) }
            @for count in (1..=STARS_MAX).rev() {
                option value=(count) { (symbols(count)) " " (t.format("stars", args![count = count])) }
            }
        }
    };
    let text = html! { textarea #text maxlength="1000" rows="3" aria-describedby="review-hint" {} };
    html! {
        @if order.reviewable {
            form.card #review novalidate {
                h2 { (t.text("review-title")) }
                (field(None, "stars", t.text("field-stars"), stars))
                (field(None, "text", t.text("field-text"), text))
                p.hint #review-hint { (t.text("review-hint")) }
                div.actions { button.main #publish type="submit" { (t.text("publish")) } }
            }
        }
    }
}

/// Renders the problem with an order, or the folded form that reports one.
pub(super) fn problem(order: &OrderView, t: Texts) -> Markup {
    let Some(kind) = order.problem else {
        return report(order, t);
    };
    html! {
        div.notice {
            p { (t.text("problem")) " " strong { (t.text(kind.label())) } }
            @if order.party == Party::Buyer {
                div.actions { button #solve type="button" data-about=(kind.name()) { (t.text("solve")) } }
            } @else {
                p { (t.text("problem-seller")) }
            }
        }
    }
}

fn report(order: &OrderView, t: Texts) -> Markup {
    let kinds = html! {
        select #about aria-describedby="report-hint" {
            @for kind in ProblemKind::ALL { option value=(kind.name()) { (t.text(kind.label())) } }
        }
    };
    html! {
        @if order.reportable {
            details {
                summary { (t.text("report-title")) }
                form #report novalidate {
                    (field(None, "about", t.text("field-about"), kinds))
                    p.hint #report-hint { (t.text("report-hint")) }
                    div.actions { button #tell type="submit" { (t.text("report")) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_has_as_many_full_stars_as_it_gives() {
        assert_eq!(symbols(1), "★☆☆☆☆");
        assert_eq!(symbols(4), "★★★★☆");
        assert_eq!(symbols(5), "★★★★★");
    }
}
