//! Reviews and problems through the real program: who may review what, words that are taken back, and a seller's record.

use imajin_e2e::market_orders::{LISTING, PIECE};
use serde_json::json;

use crate::market_orders::{Street, refusal, refused};

/// Returns a street where Bob bought a piece of Ada's and has it, and the order's payment.
fn handed_over() -> (Street, String) {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    bob.order(ada, ada.sell_listing(&json!({ "quantity": 2 }))).unwrap();
    let payment = bob.newest_order();
    bob.hand_order(ada, &payment, None).unwrap();
    (street, payment)
}

#[test]
fn a_buyer_reviews_an_order_once() {
    let street = Street::new();
    let Street { ada, bob, eve, .. } = &street;
    bob.order(ada, ada.sell_listing(&json!({}))).unwrap();
    let payment = bob.newest_order();
    let review = |stars| bob.review_order(ada, &payment, stars, Some("A fine ladder"));
    assert_members!(bob.order_by(&payment), "reviewable": false, "reportable": true);
    assert_eq!(refused(review(4)), "409 early");
    bob.hand_order(ada, &payment, None).unwrap();
    assert_members!(bob.order_by(&payment), "reviewable": true);
    assert_eq!(refused(review(6)), "400 stars");
    let of_seller = ada.review_order(bob, &payment, 5, None);
    assert_eq!(refused(of_seller), "403 seller");
    assert_eq!(refusal(eve.review_order(ada, &payment, 5, None)).0, 404);
    // A block stops no review.
    ada.block(bob);
    review(4).unwrap();
    assert_eq!(refused(review(5)), "409 done");
    for order in [bob.order_by(&payment), ada.order_by(&payment)] {
        assert_members!(order["review"], "stars": 4, "text": "A fine ladder", "erased": false);
        assert_members!(order, "reviewable": false);
    }
    let listing = street.listing();
    assert_members!(listing["record"], "sold": 1, "problems": 0, "reviews": 1, "stars": 4);
    assert_members!(listing["reviews"][0], "stars": 4, "text": "A fine ladder", "amount": PIECE);
    let page = street.node.get(&format!("/market/{}/{LISTING}", ada.did()));
    let page = page.text().unwrap();
    assert!(page.contains("A fine ladder") && page.contains("1 sold"));
    assert!(!page.contains(bob.did()), "the page names the buyer");
}

#[test]
fn the_words_of_a_review_go_and_its_stars_stay() {
    let (street, payment) = handed_over();
    let Street { ada, bob, .. } = &street;
    assert_eq!(refusal(bob.unreview_order(ada, &payment)).0, 404);
    bob.review_order(ada, &payment, 2, Some("A bent ladder")).unwrap();
    assert_eq!(refusal(ada.unreview_order(bob, &payment)).0, 404);
    street.assert_copies(&["A bent ladder"]);
    bob.unreview_order(ada, &payment).unwrap();
    assert_eq!(refusal(bob.unreview_order(ada, &payment)).0, 404);
    street.assert_copies(&[&payment]);
    for order in [bob.order_by(&payment), ada.order_by(&payment)] {
        assert_members!(order["review"], "stars": 2, "erased": true);
        assert!(order["review"]["text"].is_null());
    }
    assert_members!(street.listing()["record"], "reviews": 1, "stars": 2);
    let again = bob.review_order(ada, &payment, 5, None);
    assert_eq!(refused(again), "409 done");
}

#[test]
fn the_stars_of_a_review_outlive_its_authors_record() {
    let (street, payment) = handed_over();
    let Street { ada, bob, .. } = &street;
    bob.review_order(ada, &payment, 3, Some("A short ladder")).unwrap();
    bob.unreview_order(ada, &payment).unwrap();
    street.delete(bob);
    let listing = street.listing();
    assert_members!(listing["record"], "sold": 1, "reviews": 1, "stars": 3);
    assert_members!(listing["reviews"][0], "stars": 3, "erased": true);
    assert!(listing["reviews"][0]["text"].is_null());
}

/// The deletion of a buyer's data takes the words of their reviews back first, so that they must go even if the seller left before.
#[test]
fn the_words_of_a_review_go_although_its_seller_left() {
    let (street, payment) = handed_over();
    let Street { ada, bob, .. } = &street;
    bob.review_order(ada, &payment, 4, Some("A light ladder")).unwrap();
    street.delete(ada);
    bob.unreview_order(ada, &payment).unwrap();
    assert_members!(bob.order_by(&payment)["review"], "stars": 4, "erased": true);
}

#[test]
fn who_speaks_for_the_sellers_group_reviews_nothing_of_it() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    let choir = json!({ "name": "Choir" });
    let group = bob.make_group(&choir, "public", None).unwrap();
    let invitation = ("inv_000000000000000000000001", "AAAA-BBBB-0001");
    bob.invite_into(&group, invitation.0, invitation.1, "admin").unwrap();
    ada.join(&group, invitation.0, invitation.1, "admin").unwrap();
    let fair = ada.sell_listing(&json!({}));
    let ladder = json!({ "title": "Ladder" });
    ada.put_listing(LISTING, &ladder, &json!({ "for": group })).unwrap();
    bob.order(ada, fair).unwrap();
    let payment = bob.newest_order();
    bob.hand_order(ada, &payment, None).unwrap();
    // The listing no longer names the group; its earlier version does.
    ada.put_listing(LISTING, &ladder, &json!({})).unwrap();
    assert_members!(bob.order_by(&payment), "reviewable": false);
    let own = bob.review_order(ada, &payment, 5, Some("The best"));
    assert_eq!(refused(own), "403 group");
}

#[test]
fn a_problem_counts_until_its_buyer_ends_it() {
    let (street, payment) = handed_over();
    let Street { ada, bob, .. } = &street;
    let report = |about, on| bob.report_problem(ada, &payment, about, on);
    assert_eq!(refusal(report("broken", false)).1, "done");
    report("broken", true).unwrap();
    assert_eq!(refusal(report("broken", true)).1, "done");
    assert_eq!(ada.order_by(&payment)["problem"], "broken");
    assert_members!(street.listing()["record"], "problems": 1);
    let by_seller = ada.report_problem(bob, &payment, "broken", false);
    assert_eq!(refused(by_seller), "403 seller");
    report("broken", false).unwrap();
    assert!(ada.order_by(&payment)["problem"].is_null());
    assert_members!(street.listing()["record"], "problems": 0);
    // Nothing is left to report once all of the money is back.
    ada.cancel_order(&payment, (ada, bob)).unwrap();
    assert_members!(bob.order_by(&payment), "back": PIECE, "reportable": false);
    assert_eq!(refusal(report("money", true)).1, "refunded");
    let review = bob.review_order(ada, &payment, 1, None);
    assert_eq!(refused(review), "409 cancelled");
    assert_members!(street.listing()["record"], "sold": 0);
}
