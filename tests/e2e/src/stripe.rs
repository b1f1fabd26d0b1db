//! A strict stand-in for Stripe: it checks that requests are as Stripe documents them (form, keys, headers, bounds),
//! stores the objects they create, and signs its webhooks. Independent of the workspace's crates.

use parking_lot::{Mutex, MutexGuard};
use ring::hmac;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

// The path is explicit since the tests of pay include this file on its own.
#[path = "stripe/accounts.rs"]
mod accounts;
#[path = "stripe/money.rs"]
mod money;

/// The API key of the stand-in's account.
pub const KEY: &str = "sk_test_standin";
/// The webhook signing secret.
pub const SECRET: &str = "whsec_standin";

/// A running stand-in; it ends with the test.
#[derive(Clone)]
pub struct Stripe {
    /// The listening address.
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    now_s: i64,
    count: u32,
    /// Number of requests to answer with 500.
    away: u32,
    /// Whether answers get lost: the request is executed, and its response is not sent.
    lost: bool,
    /// Limits `lost` to requests with this prefix.
    lost_of: Option<&'static str>,
    sessions: Vec<Json>,
    intents: BTreeMap<String, Json>,
    transfers: BTreeMap<String, Json>,
    accounts: BTreeMap<String, Json>,
    /// Accounts that were closed.
    closed: BTreeSet<String>,
    /// Accounts whose lists of transfers cannot be read.
    garbled: BTreeSet<String>,
    refunds: BTreeMap<String, Json>,
    disputes: BTreeMap<String, Json>,
    /// A refused request: prefix, error code, and remaining number of refusals.
    refusing: Option<(&'static str, String, u32)>,
    /// Idempotency key → request, status and response.
    keys: BTreeMap<String, (String, u16, Json)>,
    /// All requests, as method and path.
    asked: Vec<String>,
}

struct StripeRequest {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: String,
}

type Answer = Result<Json, (u16, Json)>;

fn refuse(code: &str, message: impl Into<String>) -> (u16, Json) {
    let message: String = message.into();
    let error = json!({ "type": "invalid_request_error", "code": code, "message": message });
    (400, json!({ "error": error }))
}

impl Stripe {
    /// Starts a stand-in whose clock is at this second.
    pub fn start(now_s: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let stripe =
            Self { address: listener.local_addr().expect("its address"), state: Arc::default() };
        stripe.state().now_s = now_s;
        let here = stripe.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let here = here.clone();
                std::thread::spawn(move || here.serve(stream));
            }
        });
        stripe
    }

    /// Returns the base URL, for a setting.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Sets the clock.
    pub fn at(&self, now_s: i64) {
        self.state().now_s = now_s;
    }

    /// Answers the next requests with 500.
    pub fn goes_away(&self, requests: u32) {
        self.state().away = requests;
    }

    /// Sets whether answers get lost.
    pub fn loses_answers(&self, lost: bool) {
        let mut state = self.state();
        (state.lost, state.lost_of) = (lost, None);
    }

    /// Makes the answers to requests with this prefix get lost, and no others.
    pub fn loses_answers_of(&self, prefix: &'static str) {
        let mut state = self.state();
        (state.lost, state.lost_of) = (true, Some(prefix));
    }

    /// Returns the number of requests with this prefix.
    pub fn asked(&self, prefix: &str) -> usize {
        let state = self.state();
        state.asked.iter().filter(|one| one.starts_with(prefix)).count()
    }

    /// The newest session.
    pub fn newest(&self) -> Json {
        self.state().sessions.last().cloned().expect("a session")
    }

    /// Returns the total refunded from the session's payment.
    pub fn refunded(&self, session: &Json) -> i64 {
        let intent = session["payment_intent"].as_str().expect("a payment");
        self.state().intents[intent]["refunded"].as_i64().unwrap_or(0)
    }

    /// Returns the total of transfers to an account, less reversals.
    pub fn passed_on(&self, account: &str) -> i64 {
        let state = self.state();
        let all = state.transfers.values().filter(|one| one["destination"] == account);
        all.map(|one| one["amount"].as_i64().unwrap_or(0) - one["reversed"].as_i64().unwrap_or(0))
            .sum()
    }

    /// Pays on the session's page.
    pub fn pay(&self, id: &str) -> Json {
        let mut state = self.state();
        let number = state.next();
        let at = state.session(id).expect("a session");
        let intent = format!("pi_{number}");
        let session = &mut state.sessions[at];
        session["status"] = json!("complete");
        session["payment_status"] = json!("paid");
        session["payment_intent"] = json!(intent);
        let session = session.clone();
        let made = &session["made"];
        let mut charge = json!({ "id": format!("ch_{number}") });
        if let Some(to) = made["payment_intent_data[transfer_data][destination]"].as_str() {
            let amount = &made["payment_intent_data[transfer_data][amount]"];
            let amount: i64 = amount.as_str().expect("an amount").parse().expect("a number");
            charge["transfer"] = json!(format!("tr_{number}"));
            let transfer = json!({ "id": format!("tr_{number}"), "destination": to, "amount": amount, "reversed": 0 });
            state.transfers.insert(format!("tr_{number}"), transfer);
        }
        let made = json!({ "id": intent, "amount": session["amount_total"], "currency": session["currency"], "refunded": 0, "taken": 0, "metadata": session["metadata"], "latest_charge": charge });
        state.intents.insert(intent, made);
        session
    }

    /// Pays the same a second time, in another session with the metadata of the first.
    pub fn pay_twice(&self, session: &Json) -> Json {
        let mut state = self.state();
        let page = format!("cs_test_{}", state.next());
        let intent = format!("pi_{}", state.next());
        let mut second = session.clone();
        second["id"] = json!(page);
        second["payment_intent"] = json!(intent);
        let made = json!({ "id": intent, "amount": session["amount_total"], "currency": session["currency"], "refunded": 0, "taken": 0, "metadata": session["metadata"], "latest_charge": {} });
        state.intents.insert(intent, made);
        state.sessions.push(second.clone());
        second
    }

    /// Expires an unpaid session.
    pub fn expire(&self, id: &str) -> Json {
        let mut state = self.state();
        let at = state.session(id).expect("a session");
        state.sessions[at]["status"] = json!("expired");
        state.sessions[at]["url"] = Json::Null;
        state.sessions[at].clone()
    }

    /// Completes an account's onboarding.
    pub fn is_ready(&self, account: &str) -> Json {
        let mut state = self.state();
        let account = state.accounts.get_mut(account).expect("an account");
        for member in ["payouts_enabled", "details_submitted"] {
            account[member] = json!(true);
        }
        // Only requested capabilities become active.
        if let Some(capabilities) = account["capabilities"].as_object_mut() {
            for status in capabilities.values_mut() {
                *status = json!("active");
            }
        }
        account.clone()
    }

    /// Opens a session that is unknown to the node.
    pub fn forget_nothing_of(&self, session: &Json) {
        self.state().sessions.push(session.clone());
    }

    /// Returns the body of an event about an object.
    pub fn event(&self, kind: &str, object: &Json) -> String {
        let mut state = self.state();
        let id = format!("evt_{}", state.next());
        let event = json!({
            "id": id, "object": "event", "api_version": "2024-06-20", "created": state.now_s, "type": kind,
            "livemode": false, "pending_webhooks": 1, "request": { "id": null, "idempotency_key": null },
            "data": { "object": object },
        });
        // With whitespace: the signature covers bytes, not JSON.
        format!("{event:#}\n")
    }

    /// Returns the signature header of a body at the current time.
    pub fn signature(&self, body: &str) -> String {
        let now = self.state().now_s;
        signature(now, body, SECRET)
    }

    fn serve(&self, mut stream: TcpStream) {
        let Ok(clone) = stream.try_clone() else {
            return;
        };
        let mut reader = BufReader::new(clone);
        while let Some(asked) = read(&mut reader) {
            let (status, answer, lost) = self.answer(&asked);
            if lost {
                return;
            }
            let text = answer.to_string();
            let head = format!(
                "HTTP/1.1 {status} -\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                text.len()
            );
            if stream.write_all((head + &text).as_bytes()).is_err() {
                return;
            }
        }
    }

    fn answer(&self, request: &StripeRequest) -> (u16, Json, bool) {
        let mut state = self.state();
        state.asked.push(format!("{} {}", request.method, request.path));
        if state.away > 0 {
            state.away -= 1;
            return (500, json!({ "error": { "message": "away" } }), false);
        }
        let (status, answer) = match state.checked(request) {
            Ok(json) => (200, json),
            Err(refused) => refused,
        };
        let is_meant = |of| state.asked.last().is_some_and(|one| one.starts_with(of));
        let lost = state.lost && state.lost_of.is_none_or(is_meant);
        (status, answer, lost)
    }
}

/// Returns a `Stripe-Signature` header as documented.
pub fn signature(time_s: i64, body: &str, secret: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{time_s}.{body}").as_bytes());
    format!("t={time_s},v1={}", imajin_dfos::hex::encode(tag.as_ref()))
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<StripeRequest> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(StripeRequest { method, path, headers, body: String::from_utf8(body).ok()? })
}

/// Decodes a form; refuses duplicate names and invalid escapes.
fn form(text: &str) -> Result<BTreeMap<String, String>, (u16, Json)> {
    let decode = |text: &str| {
        let mut out = Vec::new();
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                b'%' => {
                    let digits = [bytes.next()?, bytes.next()?];
                    out.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
                }
                b'+' => out.push(b' '),
                other => out.push(other),
            }
        }
        String::from_utf8(out).ok()
    };
    let mut fields = BTreeMap::new();
    for field in text.split('&').filter(|field| !field.is_empty()) {
        let parts =
            field.split_once('=').and_then(|(name, value)| Some((decode(name)?, decode(value)?)));
        let (name, value) = parts.ok_or_else(|| refuse("form", field))?;
        if fields.insert(name.clone(), value).is_some() {
            return Err(refuse("parameter_duplicate", name));
        }
    }
    Ok(fields)
}

impl State {
    fn next(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    fn session(&self, id: &str) -> Option<usize> {
        self.sessions.iter().position(|session| session["id"] == id)
    }

    /// Checks what every request needs: key, version, idempotency.
    fn checked(&mut self, request: &StripeRequest) -> Answer {
        let header = |name: &str| request.headers.get(name).map_or("", String::as_str);
        if header("authorization") != format!("Bearer {KEY}") {
            return Err((401, json!({ "error": { "message": "Invalid API Key provided" } })));
        }
        if header("stripe-version") != "2024-06-20" {
            return Err(refuse("version", "a version of the API is named"));
        }
        if request.method == "GET" {
            return self.get(&request.path);
        }
        if header("content-type") != "application/x-www-form-urlencoded" {
            return Err(refuse("content_type", header("content-type")));
        }
        let key = header("idempotency-key").to_owned();
        if key.is_empty() || key.len() > 255 {
            return Err(refuse("idempotency", "every POST has a key of at most 255 characters"));
        }
        let what = format!("{} {}", request.path, request.body);
        if let Some((before, status, answer)) = self.keys.get(&key) {
            if *before != what {
                return Err(refuse("idempotency_key_in_use", format!("{before} is not {what}")));
            }
            return match status {
                200 => Ok(answer.clone()),
                status => Err((*status, answer.clone())),
            };
        }
        let answer = form(&request.body).and_then(|fields| self.post(&request.path, fields));
        let (status, json) = match &answer {
            Ok(json) => (200, json.clone()),
            Err((status, json)) => (*status, json.clone()),
        };
        self.keys.insert(key, (what, status, json));
        answer
    }

    fn get(&self, path: &str) -> Answer {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let query = form(query)?;
        let missing = || (404, json!({ "error": { "code": "resource_missing", "message": path } }));
        let of = |all: &BTreeMap<String, Json>, id: &str| all.get(id).cloned().ok_or_else(missing);
        match path.strip_prefix("/v1/").unwrap_or(path).split('/').collect::<Vec<_>>()[..] {
            ["checkout", "sessions"] => self.list(&query),
            ["checkout", "sessions", id] => {
                self.session(id).map(|at| self.sessions[at].clone()).ok_or_else(missing)
            }
            ["payment_intents", id] => {
                let mut intent = of(&self.intents, id)?;
                if query.get("expand[]").map(String::as_str) != Some("latest_charge") {
                    intent["latest_charge"] = intent["latest_charge"]["id"].clone();
                }
                Ok(intent)
            }
            ["account"] => Ok(
                json!({ "id": "acct_own", "object": "account", "business_profile": { "name": null },
                "settings": { "dashboard": { "display_name": "Olga’s café" } } }),
            ),
            ["accounts", id] => {
                self.is_open(id)?;
                of(&self.accounts, id)
            }
            [what @ ("refunds" | "transfers")] => self.moves(what, &query),
            _ => Err(missing()),
        }
    }

    /// Lists newest first, in pages.
    fn list(&self, query: &BTreeMap<String, String>) -> Answer {
        let number =
            |name: &str, other: i64| query.get(name).map_or(Ok(other), |text| text.parse());
        let (Ok(limit), Ok(from)) = (number("limit", 10), number("created[gte]", 0)) else {
            return Err(refuse("parameter_invalid_integer", format!("{query:?}")));
        };
        assert!((1..=100).contains(&limit));
        let mut all: Vec<Json> = self
            .sessions
            .iter()
            .rev()
            .filter(|one| one["created"].as_i64() >= Some(from))
            .cloned()
            .collect();
        if let Some(after) = query.get("starting_after") {
            let at = all.iter().position(|one| one["id"] == *after);
            all.drain(..=at.ok_or_else(|| refuse("resource_missing", after))?);
        }
        // Small pages expose a client that reads only the first.
        let page = 2.min(limit as usize);
        let more = all.len() > page;
        all.truncate(page);
        Ok(json!({ "object": "list", "has_more": more, "data": all }))
    }

    fn post(&mut self, path: &str, fields: BTreeMap<String, String>) -> Answer {
        match path.strip_prefix("/v1/").unwrap_or(path).split('/').collect::<Vec<_>>()[..] {
            ["checkout", "sessions"] => self.open(fields),
            ["refunds"] => self.refund(&fields),
            ["transfers"] => self.transfer(&fields),
            ["transfers", id, "reversals"] => self.reverse(id, &fields),
            ["accounts"] => self.begin_account(fields),
            ["accounts", id] => self.ask_capabilities(id, &fields),
            ["account_links"] => {
                only(&fields, &["account", "type", "refresh_url", "return_url"])?;
                let account = &fields["account"];
                if !self.accounts.contains_key(account) || fields["type"] != "account_onboarding" {
                    return Err(refuse("resource_missing", account));
                }
                Ok(
                    json!({ "object": "account_link", "url": format!("https://connect.stripe.example/{account}") }),
                )
            }
            _ => Err((404, json!({ "error": { "message": path } }))),
        }
    }

    fn open(&mut self, fields: BTreeMap<String, String>) -> Answer {
        let text =
            |name: &str| fields.get(name).cloned().ok_or_else(|| refuse("parameter_missing", name));
        let number = |name: &str| -> Result<i64, (u16, Json)> {
            text(name)?.parse().map_err(|_| refuse("parameter_invalid_integer", name))
        };
        if text("mode")? != "payment" {
            return Err(refuse("parameter_invalid", "mode"));
        }
        for name in ["success_url", "cancel_url"] {
            if !text(name)?.starts_with("http") {
                return Err(refuse("url_invalid", name));
            }
        }
        let until = number("expires_at")?;
        if !(self.now_s + 30 * 60..=self.now_s + 24 * 3600).contains(&until) {
            return Err(refuse(
                "parameter_invalid",
                "expires_at must be 30 minutes to 24 hours from now",
            ));
        }
        let (mut total, mut lines, mut currency) = (0, 0, String::new());
        let mut parameters = vec![
            "mode".to_owned(),
            "success_url".to_owned(),
            "cancel_url".to_owned(),
            "expires_at".to_owned(),
            "client_reference_id".to_owned(),
            "customer_email".to_owned(),
        ];
        while fields.contains_key(&format!("line_items[{lines}][quantity]")) {
            let line = format!("line_items[{lines}]");
            let price = format!("{line}[price_data]");
            total +=
                number(&format!("{line}[quantity]"))? * number(&format!("{price}[unit_amount]"))?;
            currency = text(&format!("{price}[currency]"))?;
            if currency != currency.to_lowercase()
                || text(&format!("{price}[product_data][name]"))?.is_empty()
            {
                return Err(refuse("parameter_invalid", line));
            }
            for name in [
                "quantity",
                "price_data][currency",
                "price_data][unit_amount",
                "price_data][product_data][name",
                "price_data][product_data][description",
            ] {
                parameters.push(format!("{line}[{name}]"));
            }
            lines += 1;
        }
        if lines == 0 || total < 50 {
            return Err(refuse("amount_too_small", format!("{total}")));
        }
        let metadata: Map<String, Json> = fields
            .iter()
            .filter_map(|(name, value)| {
                let key = name.strip_prefix("metadata[")?.strip_suffix(']')?;
                Some((key.to_owned(), json!(value)))
            })
            .collect();
        let transfer = "payment_intent_data[transfer_data]";
        if let Some(to) = fields.get(&format!("{transfer}[destination]")) {
            let ready = self
                .accounts
                .get(to)
                .is_some_and(|account| account["capabilities"]["transfers"] == "active");
            if !ready || number(&format!("{transfer}[amount]"))? > total {
                return Err(refuse("account_invalid", to));
            }
        }
        let of_intent = |name: &str| {
            name.starts_with("metadata[")
                || name.starts_with("payment_intent_data[metadata][")
                || name.starts_with(transfer)
        };
        if let Some(other) =
            fields.keys().find(|name| !parameters.contains(name) && !of_intent(name))
        {
            return Err(refuse("parameter_unknown", other));
        }
        let id = format!("cs_test_{}", self.next());
        let session = json!({
            "id": id, "object": "checkout.session", "created": self.now_s, "expires_at": until, "status": "open", "payment_status": "unpaid",
            "url": format!("https://checkout.stripe.example/c/pay/{id}"), "amount_total": total, "currency": currency, "payment_intent": null,
            "client_reference_id": fields.get("client_reference_id"), "metadata": metadata, "made": fields,
        });
        self.sessions.push(session.clone());
        Ok(session)
    }
}

/// Refuses fields that are not in `names`.
fn only(fields: &BTreeMap<String, String>, names: &[&str]) -> Result<(), (u16, Json)> {
    match fields.keys().find(|name| !names.contains(&name.as_str())) {
        Some(other) => Err(refuse("parameter_unknown", other)),
        None => match names.iter().find(|name| !fields.contains_key(**name)) {
            Some(name) => Err(refuse("parameter_missing", *name)),
            None => Ok(()),
        },
    }
}
