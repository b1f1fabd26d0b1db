//! Signs manifests and the commands of `pay` by hand, as a client would.

use crate::prelude::*;
use imajin_node::client::Signed;
use imajin_protocol::fair::{self, Contributor, Digest, Manifest};
use imajin_protocol::money::Ppm;
use serde_json::Map;

/// Signs a manifest with these shares in millionths.
pub fn manifest(by: &Person, id: &str, shares: &[(&Did, u32)], role: Option<&str>) -> Manifest {
    build(by, id, shares, role, Map::new())
}

/// Signs a manifest for a gift.
pub fn gift(by: &Person) -> Manifest {
    manifest(by, "gift", &[(by.key.did(), 1_000_000)], None)
}

/// Signs a manifest with terms in which the signer has all shares.
pub fn manifest_with_terms(by: &Person, id: &str, terms: Json) -> Manifest {
    let terms = terms.as_object().cloned().unwrap_or_default();
    build(by, id, &[(by.key.did(), 1_000_000)], None, terms)
}

fn build(
    by: &Person,
    id: &str,
    shares: &[(&Did, u32)],
    role: Option<&str>,
    terms: Map<String, Json>,
) -> Manifest {
    let contributor = |(did, weight): &(&Did, u32)| Contributor {
        did: (*did).clone(),
        role: role.map(str::to_owned),
        weight: Ppm::new(*weight).expect("millionths"),
    };
    let draft = fair::Draft {
        id: id.to_owned(),
        kind: "event".to_owned(),
        owner: None,
        contributors: shares.iter().map(contributor).collect(),
        derives_from: Vec::new(),
        terms,
    };
    let manifest = draft.build().expect("a manifest");
    manifest.sign(&by.key.signing_key()).expect("a signature")
}

/// Builds the terms that a payer agrees to.
fn terms(manifest: &Manifest, seller: &str, amount: i64) -> Json {
    let digest = manifest.digest();
    json!({
        "amount": amount, "currency": "CHF", "seller": seller, "service": "events", "kind": "ticket",
        "fair": digest.to_string(), "follows": Digest::of_all(&[digest]).to_string(),
    })
}

impl Person {
    /// Publishes a manifest.
    pub fn publish(&self, manifest: &Manifest) -> Outcome {
        self.put("pay", "pay.fair.publish", &json!({ "manifest": manifest.text() }))
    }

    /// Pays a seller by a manifest whose recipients pass nothing on, for a ticket to no event. The node soon refunds
    /// the payment.
    pub fn pay(
        &self,
        op: &str,
        manifest: &Manifest,
        seller: &str,
        amount: i64,
        memo: &str,
    ) -> Outcome {
        self.pay_for("events", op, manifest, (seller, amount), memo)
    }

    /// Pays a seller for a service's listing. The node refunds payments for anything that none of its services sold.
    pub fn pay_for(
        &self,
        service: &str,
        op: &str,
        manifest: &Manifest,
        (seller, amount): (&str, i64),
        memo: &str,
    ) -> Outcome {
        let mut fact = terms(manifest, seller, amount);
        fact["service"] = json!(service);
        if op == "pay.checkout" {
            fact["rail"] = json!("emt");
        }
        let people = manifest.contributors().iter().map(|one| one.did.as_str());
        let body = json!({ "manifest": manifest.text(), "memo": memo });
        let command = json!({ "op": op, "fact": fact, "body": body });
        self.enter_with_node(&command, people.chain([seller]))
    }

    /// Pays the smallest amount to the manifest's signer: a receipt in both logs. Does not retry, for tests in which
    /// the node goes away.
    pub fn pay_once(&self, manifest: &Manifest, seller: &str) -> Outcome {
        let mut to = [seller.to_owned(), self.client.did()?.to_string()];
        to.sort();
        let (fact, body) = (terms(manifest, seller, 1), json!({ "manifest": manifest.text() }));
        let draft = draft_of(&json!({ "op": "pay.settle", "fact": fact, "body": body, "to": to }))?;
        let place = self.client.place(&self.signer)?;
        self.client.send_signed_once(&self.signer.sign(&draft, &place)?, &[])
    }

    /// Asks for credit.
    pub fn ask_for_credit(&self, amount: i64) -> Outcome {
        let fact = json!({ "amount": amount, "currency": "CHF", "rail": "emt" });
        self.enter_with_node(&json!({ "op": "pay.topup", "fact": fact }), [])
    }

    /// Tops up a person's credit: they announce an e-transfer, and this owner confirms it.
    pub fn fund(&self, person: &Self, amount: i64) {
        person.ask_for_credit(amount).expect("a top-up");
        let payment = person.newest_payment("pay.pending");
        self.confirm(&payment, amount, &[person.did()]).expect("a confirmation");
    }

    /// Confirms that an e-transfer has arrived.
    pub fn confirm(&self, payment: &str, amount: i64, others: &[&str]) -> Outcome {
        let fact = json!({ "amount": amount, "currency": "CHF" });
        let command = json!({ "op": "pay.emt.confirm", "ref": payment, "fact": fact });
        self.enter_with_node(&command, others.iter().copied())
    }

    /// Refunds a payment.
    pub fn refund(&self, payment: &str, amount: i64, reason: &str, others: &[&str]) -> Outcome {
        let fact = json!({ "amount": amount, "currency": "CHF" });
        let body = json!({ "reason": reason });
        let command = json!({ "op": "pay.refund", "ref": payment, "fact": fact, "body": body });
        self.enter_with_node(&command, others.iter().copied())
    }

    /// Signs and sends a command that also writes to these people's logs and the node's.
    pub(crate) fn enter_with_node<'a>(
        &self,
        command: &Json,
        others: impl IntoIterator<Item = &'a str>,
    ) -> Outcome {
        self.client.submit(&self.signer, &self.draft_with_node(command, others)?)
    }

    /// The unsent command of [`Self::enter_with_node`].
    pub(crate) fn draft_with_node<'a>(
        &self,
        command: &Json,
        others: impl IntoIterator<Item = &'a str>,
    ) -> Outcome<Draft> {
        let others = others.into_iter().filter(|did| *did != self.did());
        let mut to: Vec<String> = others.map(str::to_owned).collect();
        to.push(self.client.node()?.did.to_string());
        to.sort();
        to.dedup();
        Ok(draft_of(command)?.to(&to)?)
    }

    /// Returns the payment of the newest entry of an operation in this person's history.
    pub fn newest_payment(&self, op: &str) -> String {
        let history = self.money(&format!("transactions/{}", self.did()));
        let all = history["transactions"].as_array().expect("transactions");
        let payment = all.iter().find(|one| one["op"] == op).expect("such an entry");
        payment["transactionId"].as_str().expect("an id").to_owned()
    }

    /// Returns the credit in CHF.
    pub fn credit(&self) -> i64 {
        let balance = self.money(&format!("balance/{}", self.did()));
        balance["balances"][0]["amount"].as_i64().unwrap_or(0)
    }

    /// Returns the total of all pending payments to this person.
    pub fn coming(&self) -> i64 {
        let balance = self.money(&format!("balance/{}", self.did()));
        let all = balance["coming"].as_array().expect("a list").iter();
        all.map(|one| one["amount"].as_i64().expect("an amount")).sum()
    }

    /// Reads this person's own data from `pay`.
    pub fn money(&self, path: &str) -> Json {
        self.read(&format!("/pay/api/{path}"))
    }

    /// Requests something that needs a signature, signs the payload of the answer, and sends the request again with it.
    pub fn sign_and_ask(&self, path: &str, wish: &Json) -> (u16, Json) {
        let (status, first) = self.ask_with(path, wish, None);
        match &first["sign"] {
            sign if status == 403 && !sign.is_null() => self.ask_signed(path, wish, sign),
            _ => (status, first),
        }
    }

    /// Sends a request with the signature that `sign` describes.
    pub fn ask_signed(&self, path: &str, wish: &Json, sign: &Json) -> (u16, Json) {
        let signed = self.signed(sign);
        let mut wish = wish.clone();
        if let Some(body) = signed.body.as_deref() {
            let body: Json = serde_json::from_str(body).expect("a body");
            wish["salt"] = body["salt"].clone();
        }
        self.ask_with(path, &wish, Some(&*signed.token))
    }

    /// Signs the command that `sign` describes.
    pub fn signed(&self, sign: &Json) -> Signed {
        assert!(sign["to"].is_array(), "{sign}");
        let draft = draft_of(sign).expect("a draft");
        let place = self.client.place(&self.signer);
        let signed = self.signer.sign(&draft, &place.expect("a place"));
        signed.expect("a signature")
    }

    fn ask_with(&self, path: &str, wish: &Json, proof: Option<&str>) -> (u16, Json) {
        let mut request = self.request(Method::POST, path).json(wish);
        if let Some(proof) = proof {
            request = request.header("mjn-proof", proof);
        }
        request.json_answer()
    }
}
