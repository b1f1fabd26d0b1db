//! Transfers: free parts of card sales go to their recipients' own accounts with the provider, once.

use std::path::Path;

use imajin_host::Config;

use crate::cards::{World, pay, world};
use crate::prelude::*;
use crate::support::until_tried_again;

impl World {
    /// Opens a person's account with the provider, and makes it ready.
    async fn connected(&self, who: &Somebody) -> String {
        self.ready().await;
        let begun = who.ask(&self.node, "/pay/api/connect/onboard", &json!({})).await;
        let account = begun.json()["accountId"].as_str().unwrap().to_owned();
        self.send_event("account.updated", &self.stripe.is_ready(&account)).await;
        account
    }

    async fn sells_by_card(&self) -> (Json, Json) {
        let checkout = self.checkout().await;
        let session = self.stripe.pay(checkout["id"].as_str().unwrap());
        self.completes(&session).await;
        (checkout["transactionId"].clone(), session)
    }

    async fn after(&mut self, how_many: u32) {
        days(&self.node, &self.olga, how_many).await;
        self.stripe.at(self.node.node.now().as_secs());
        for one in [&mut self.olga, &mut self.buyer, &mut self.band, &mut self.venue] {
            one.token = one.person.sign_in(&self.node).await;
        }
    }

    /// Restarts the node, as after a crash.
    async fn restarted(mut self, meanwhile: impl FnOnce(&Path)) -> Self {
        let clock = Arc::clone(&self.node.clock);
        let folder = self.node.stop().await.unwrap();
        meanwhile(folder.path());
        let services =
            vec![Arc::new(imajin_auth::Auth::new()) as Arc<dyn Service>, pay(&self.stripe)];
        self.node =
            TestNode::start_in(folder, services, Config::default(), 200, clock).await.unwrap();
        for one in [&mut self.olga, &mut self.buyer, &mut self.band, &mut self.venue] {
            one.token = one.person.sign_in(&self.node).await;
        }
        self
    }

    async fn all_transfers(&self, who: &Somebody) -> Vec<(i64, String)> {
        let all = who.get(&self.node, "/pay/api/connect/transfers").await.check(200).json();
        let of = |one: &Json| {
            let status = one["status"].as_str().unwrap().to_owned();
            (one["amount"].as_i64().unwrap(), status)
        };
        all.as_array().unwrap().iter().map(of).collect()
    }
}

/// Only free credit goes, only to people who asked for it, and a later refund comes from their balance.
#[tokio::test]
async fn what_is_free_goes_to_a_connected_account_once() {
    let mut world = world().await;
    let account = world.connected(&world.band).await;
    let (payment, session) = world.sells_by_card().await;
    world.after(13).await;
    // Longer than the worker's pause between two looks for due transfers.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(world.stripe.passed_on(&account), 0, "held");
    world.after(2).await;
    until(async || world.stripe.passed_on(&account) == 701).await;
    until(async || world.all_transfers(&world.band).await == [(701, "sent".to_owned())]).await;
    let sent = &world.stripe.transfers(&account)[0];
    assert!(sent["source_transaction"].as_str().unwrap().starts_with("ch_"));
    let node = &world.node;
    let credit = balances(node, [&world.band, &world.venue]).await;
    assert_eq!(credit, [0, 300], "the venue has no account: it is credit");
    let spend = json!({"amount": 1, "currency": "CHF"});
    world.band.signed(node, "/pay/api/payouts", &spend).await.check(402);
    // A refund comes from the seller's balance now, which is empty.
    let refund = json!({"transactionId": payment, "amount": 200});
    world.band.signed(node, "/pay/api/refund", &refund).await.check(402);
    world.band.top_up(node, &world.olga, 200).await;
    world.band.does(node, "/pay/api/refund", &refund).await;
    until(async || world.stripe.refunded(&session) == 200).await;
    // Days later no more is transferred, and nothing was taken back from the account.
    world.after(2).await;
    assert_eq!(world.stripe.passed_on(&account), 701);
    assert_eq!(world.stripe.transfers(&account).len(), 1);
    close(world.node).await;
}

/// Parts that became free before their recipient asked for an account stay credit.
#[tokio::test]
async fn only_what_becomes_free_from_then_on_goes() {
    let mut world = world().await;
    world.sells_by_card().await;
    world.after(15).await;
    let account = world.connected(&world.band).await;
    world.sells_by_card().await;
    world.after(15).await;
    until(async || world.stripe.passed_on(&account) == 701).await;
    assert_eq!(world.band.balance(&world.node).await, 701);
    close(world.node).await;
}

/// The answer is lost, the node is killed, the provider forgets the request's name: the transfer was made once.
#[tokio::test]
async fn a_crash_between_the_providers_answer_and_the_books_sends_nothing_twice() {
    let world = world().await;
    let account = world.connected(&world.band).await;
    world.sells_by_card().await;
    days(&world.node, &world.olga, 13).await;
    world.stripe.loses_answers(true);
    days(&world.node, &world.olga, 2).await;
    world.stripe.at(world.node.node.now().as_secs());
    // The list of earlier transfers is lost, too; then the request itself is.
    until(async || world.stripe.asked("GET /v1/transfers") > 0).await;
    world.stripe.loses_answers_of("POST /v1/transfers");
    until_tried_again(&world.node, async || world.stripe.passed_on(&account) == 701).await;
    world.stripe.forgets_keys();
    let world = world.restarted(|_| {}).await;
    world.stripe.loses_answers(false);
    until_tried_again(&world.node, async || {
        world.all_transfers(&world.band).await == [(701, "sent".to_owned())]
    })
    .await;
    assert_eq!(world.stripe.transfers(&account).len(), 1);
    assert_eq!(world.band.balance(&world.node).await, 0);
    close(world.node).await;
}

/// A transfer that the provider refuses is credit again, is shown with its reason, and is retried a day later.
#[tokio::test]
async fn a_refused_transfer_is_credit_again_and_tried_calmly() {
    let mut world = world().await;
    let account = world.connected(&world.band).await;
    world.sells_by_card().await;
    world.stripe.refuses("transfers", "balance_insufficient", 1);
    world.after(15).await;
    until(async || world.all_transfers(&world.band).await == [(701, "refused".to_owned())]).await;
    assert_eq!(world.band.balance(&world.node).await, 701);
    let page = world.band.get(&world.node, "/pay").await.text();
    assert_has!(page, "couldn’t be sent", "balance_insufficient");
    let before = world.stripe.asked("POST /v1/transfers");
    world.node.clock.pass(Duration::from_secs(23 * 3600));
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(world.stripe.asked("POST /v1/transfers"), before, "not before a day");
    world.after(2).await;
    until(async || world.stripe.passed_on(&account) == 701).await;
    until(async || world.band.balance(&world.node).await == 0).await;
    // The owner takes back a part of the transfer on the provider's own pages: it is credit here.
    let sent = world.stripe.transfers(&account)[0]["id"].clone();
    let reversed = world.stripe.reverse_by_hand(sent.as_str().unwrap(), 200);
    world.send_event("transfer.reversed", &reversed).await;
    world.send_event("transfer.reversed", &reversed).await;
    assert_eq!(world.band.balance(&world.node).await, 200);
    // The provider reports it by several events, which arrive at the same moment.
    let reversed = world.stripe.reverse_by_hand(sent.as_str().unwrap(), 100);
    tokio::join!(
        world.send_event("transfer.reversed", &reversed),
        world.send_event("transfer.updated", &reversed),
        world.send_event("transfer.updated", &reversed),
    );
    assert_eq!(world.band.balance(&world.node).await, 300);
    close(world.node).await;
}

/// Only accounts with the capability can receive transfers, so the node requests it, also for an account that was
/// opened without it. Until the provider grants it, all parts stay credit.
#[tokio::test]
async fn an_account_is_asked_for_the_capability_to_receive_transfers() {
    let mut world = world().await;
    let account = world.connected(&world.band).await;
    let without = world.stripe.takes_transfers_from(&account, false);
    world.send_event("account.updated", &without).await;
    world.sells_by_card().await;
    world.after(15).await;
    until(async || world.band.balance(&world.node).await == 701).await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(world.stripe.asked("POST /v1/transfers"), 0, "not ready");
    // The band resumes, and identifies itself again.
    world.connected(&world.band).await;
    until(async || world.stripe.passed_on(&account) == 701).await;
    until(async || world.band.balance(&world.node).await == 0).await;
    close(world.node).await;
}

/// News of an account that come late change nothing: the node asks the provider for the current state.
#[tokio::test]
async fn an_account_that_is_ready_again_stays_so_when_older_news_come_late() {
    let mut world = world().await;
    let account = world.connected(&world.band).await;
    let older = world.stripe.takes_transfers_from(&account, true);
    let newer = world.stripe.is_ready(&account);
    for reported in [newer, older] {
        world.send_event("account.updated", &reported).await;
    }
    world.sells_by_card().await;
    world.after(15).await;
    until(async || world.stripe.passed_on(&account) == 701).await;
    close(world.node).await;
}

/// An account about which the provider gives no clear answer has its own pauses: the node asks for it once, and the
/// other accounts get their transfers at once meanwhile.
#[tokio::test]
async fn a_recipient_whose_account_cannot_be_looked_at_delays_nobody_else() {
    let mut world = world().await;
    let band = world.connected(&world.band).await;
    let venue = world.connected(&world.venue).await;
    world.sells_by_card().await;
    world.after(1).await;
    world.sells_by_card().await;
    world.stripe.garbles_account(&band);
    world.after(13).await;
    until(async || world.stripe.passed_on(&venue) == 300).await;
    let looks = format!("GET /v1/transfers?destination={band}");
    until(async || world.stripe.asked(&looks) > 0).await;
    // Longer than the worker's pause: the node's clock doesn't advance, so that nothing is retried.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(world.stripe.asked(&looks), 1, "asked again too soon");
    // A day later the node asks for it again, and the venue, which comes after it, gets its next part all the same.
    world.after(1).await;
    until(async || world.stripe.passed_on(&venue) == 600).await;
    assert!(world.stripe.asked(&looks) > 1);
    let node = &world.node;
    assert_eq!(world.band.balance(node).await, 0, "set aside until it is known");
    assert_eq!(world.stripe.transfers(&band).len(), 0);
    let is_due = |all: Vec<(i64, String)>| all.iter().all(|(_, status)| status == "due");
    assert!(is_due(world.all_transfers(&world.band).await));
    close(world.node).await;
}

/// The provider lists nothing for a closed account. Its list of all transfers shows that none was made, so the part
/// that was set aside is credit again.
#[tokio::test]
async fn what_was_set_aside_for_an_account_that_was_closed_is_credit_again() {
    let mut world = world().await;
    let band = world.connected(&world.band).await;
    let venue = world.connected(&world.venue).await;
    world.sells_by_card().await;
    world.stripe.closes_account(&band);
    world.after(15).await;
    until(async || world.all_transfers(&world.band).await == [(701, "refused".to_owned())]).await;
    assert_eq!(world.band.balance(&world.node).await, 701);
    assert_eq!(world.stripe.transfers(&band).len(), 0);
    until(async || world.stripe.passed_on(&venue) == 300).await;
    close(world.node).await;
}

/// A transfer to an account before it was closed is not credit, even if the provider's answer was lost.
#[tokio::test]
async fn what_went_to_an_account_before_it_was_closed_is_no_credit() {
    let mut world = world().await;
    let account = world.connected(&world.band).await;
    world.sells_by_card().await;
    world.stripe.loses_answers_of("POST /v1/transfers");
    world.after(15).await;
    until(async || world.stripe.passed_on(&account) == 701).await;
    world.stripe.closes_account(&account);
    world.stripe.forgets_keys();
    let world = world.restarted(|_| {}).await;
    world.stripe.loses_answers(false);
    until(async || world.all_transfers(&world.band).await == [(701, "sent".to_owned())]).await;
    assert_eq!(world.band.balance(&world.node).await, 0);
    close(world.node).await;
}

/// A provider that is away completely is not asked for one payment after another.
#[tokio::test]
async fn a_provider_that_is_away_is_left_alone_by_all() {
    let mut world = world().await;
    let band = world.connected(&world.band).await;
    let venue = world.connected(&world.venue).await;
    world.sells_by_card().await;
    days(&world.node, &world.olga, 13).await;
    let before = world.stripe.asked("");
    world.stripe.goes_away(2);
    // Both parts are free now; from here on the node's clock doesn't advance.
    world.after(1).await;
    until(async || world.stripe.asked("") > before).await;
    // Longer than the worker's pause.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(world.stripe.asked(""), before + 1, "asked while it is away");
    let both = async || world.stripe.passed_on(&band) + world.stripe.passed_on(&venue) == 1_001;
    until_tried_again(&world.node, both).await;
    close(world.node).await;
}

/// Copies the folder of a stopped node, as a backup does.
fn copied(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let there = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&there).unwrap();
            copied(&entry.path(), &there);
        } else {
            std::fs::copy(entry.path(), there).unwrap();
        }
    }
}

/// Restores an older copy of a node's folder.
fn put_back(older: &Path, folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap()
        } else {
            std::fs::remove_file(path).unwrap()
        }
    }
    copied(older, folder);
}

/// The provider remembers transfers that an older copy of the record doesn't know: the node checks them before it sends
/// any.
#[tokio::test]
async fn a_backup_from_before_a_transfer_sends_nothing_twice() {
    let world = world().await;
    let account = world.connected(&world.band).await;
    world.sells_by_card().await;
    let backup = tempfile::tempdir().unwrap();
    let mut world = world.restarted(|folder| copied(folder, backup.path())).await;
    world.after(15).await;
    until(async || world.stripe.passed_on(&account) == 701).await;
    world.stripe.forgets_keys();
    let mut world = world.restarted(|folder| put_back(backup.path(), folder)).await;
    world.after(1).await;
    until(async || world.all_transfers(&world.band).await == [(701, "sent".to_owned())]).await;
    let node = &world.node;
    assert_eq!(world.stripe.transfers(&account).len(), 1);
    let balances = (world.band.balance(node).await, world.venue.balance(node).await);
    assert_eq!(balances, (0, 300));
    assert_eq!(world.stripe.balance(), 300, "the provider has what the books owe");
    close(world.node).await;
}

/// An older copy that does not know yet that the payment arrived learns of it again, holds its parts again, and checks
/// the provider's transfers since the payment was begun. Amounts that the owner took back there meanwhile are credit.
#[tokio::test]
async fn a_backup_from_before_the_payment_sends_nothing_twice() {
    let world = world().await;
    let account = world.connected(&world.band).await;
    let checkout = world.checkout().await;
    let backup = tempfile::tempdir().unwrap();
    let mut world = world.restarted(|folder| copied(folder, backup.path())).await;
    world.pays(&checkout).await;
    world.after(15).await;
    until(async || world.stripe.passed_on(&account) == 701).await;
    let sent = world.stripe.transfers(&account)[0]["id"].clone();
    world.stripe.reverse_by_hand(sent.as_str().unwrap(), 200);
    world.stripe.forgets_keys();
    let mut world = world.restarted(|folder| put_back(backup.path(), folder)).await;
    world.ready().await;
    world.after(15).await;
    until(async || world.all_transfers(&world.band).await == [(701, "sent".to_owned())]).await;
    assert_eq!(world.stripe.transfers(&account).len(), 1);
    until(async || world.band.balance(&world.node).await == 200).await;
    assert_eq!(world.venue.balance(&world.node).await, 300);
    assert_eq!(world.stripe.balance(), 500, "the provider has what the books owe");
    close(world.node).await;
}
