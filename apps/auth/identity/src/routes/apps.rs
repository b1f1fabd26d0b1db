//! Apps outside this repository: what they say of themselves, who lets them act, and their tokens.

use axum::Json as Answer200;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use imajin_app::extract::{self, Attempt, Json, Path, Person};
use imajin_app::operation::{self, Operation};
use imajin_app::{Answer, CommandRequest, DelegationRecord, Node, Peer, Problem, Role};
use imajin_dfos::Value;
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_ledger::Refusal;
use imajin_protocol::Did;
use imajin_protocol::delegation::ScopePattern;
use imajin_protocol::token::{self, Claims, Expected};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use utoipa::ToSchema;

use crate::NAME;
use crate::apps::requests::{self, AppRequest};
use crate::apps::{self, App};
use crate::delegations;
use crate::operations::DescribeApp;
use crate::people;
use crate::proof::who;

/// Lifetime of a token, in seconds.
const TOKEN_S: i64 = 600;
/// The token claim with the app's permissions.
const ALLOWED: &str = "allowed";
/// The token claim with the delegation that grants them.
const DELEGATION: &str = "delegation";

/// An app's description of itself.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewApp {
    /// The name that people see.
    #[schema(example = "Ticket shop")]
    name: String,
    /// Where it is.
    #[schema(example = "https://shop.example")]
    url: String,
    /// The addresses that people may be sent back to, exactly.
    #[serde(default)]
    returns: Vec<String>,
    /// The rights that it asks people for: `profile.update`, `profile.*`.
    scope: Vec<String>,
    /// With a proof: the salt of the body, as dag-json bytes.
    #[schema(value_type = Object)]
    salt: Option<serde_json::Value>,
}

/// An app.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppAnswer {
    /// Its DID: the key that it signs with.
    did: String,
    /// The key as a multikey, which a delegation names.
    key: String,
    /// The name that people see.
    name: String,
    /// Where it is.
    url: String,
    /// Where people may be sent back to.
    returns: Vec<String>,
    /// The rights that it asks people for.
    scope: Vec<String>,
    /// Whether it waits for the owner of the node to say yes.
    waiting: bool,
}

impl From<App> for AppAnswer {
    fn from(app: App) -> Self {
        let key = app.did.key_bytes().map(imajin_dfos::PublicKey::from_bytes);
        Self {
            key: key.map(|key| key.to_multikey()).unwrap_or_default(),
            did: app.did.to_string(),
            name: app.name,
            url: app.url,
            returns: app.returns,
            scope: app.scope,
            waiting: false,
        }
    }
}

/// Say what an app is.
///
/// The app asks for itself: it registered its key and signed in like everybody else (`register`, `challenge`, `authenticate`).
/// The body is that of `auth.app.describe`. Where an app may not be by its key alone, the request waits for the node's owner: ask
/// again until the answer isn't 202.
#[utoipa::path(
    post, path = "/api/apps", tag = "apps", request_body = NewApp,
    params(("MJN-Proof" = Option<String>, Header, description = "The proof of will, of an app with a chain")),
    responses(
        (status = 201, body = AppAnswer), (status = 202, description = "It waits for the node's owner (`waiting`)", body = AppAnswer), (status = 400, description = "A field is wrong"), (status = 401, description = "Not signed in"),
        (status = 403, description = "The owner said no (`app-declined`)"), (status = 429, description = "Enough apps wait from this address"), (status = 503, description = "Too many apps wait"),
    ),
)]
pub(crate) async fn describe(
    State(node): State<Node>,
    request: Request,
) -> Answer<(StatusCode, Answer200<AppAnswer>)> {
    let (parts, body) = request.into_parts();
    let bytes = extract::read_body(body, &node).await?;
    let (session, did) = who(&node, &parts)?;
    let new: NewApp = extract::parse_json(&bytes)?;
    let texts = |texts: &[String]| Value::List(texts.iter().map(|t| t.as_str().into()).collect());
    let body = Value::map([
        ("name", Value::from(new.name.as_str())),
        ("url", Value::from(new.url.as_str())),
        ("returns", texts(&new.returns)),
        ("scope", texts(&new.scope)),
    ]);
    let describe = DescribeApp::read(&operation::Parts::new(None, None, Some(&body)));
    let describe = describe.map_err(|error| Problem::from(Refusal::from(error)))?;
    if session.is_some() && node.role(&did)? == Role::Stranger {
        return wait(&node, &parts, did, new);
    }
    let command = CommandRequest::from_operation(did.clone(), &describe)?;
    let command = command.salted(new.salt.as_ref())?;
    node.submit(&parts, session.as_ref(), command).await?;
    Ok((StatusCode::CREATED, Answer200(find(&node, &did)?.into())))
}

/// Has the request of an app wait for the node's owner.
fn wait(
    node: &Node,
    parts: &Parts,
    did: Did,
    new: NewApp,
) -> Answer<(StatusCode, Answer200<AppAnswer>)> {
    let peer = parts.extensions.get::<Peer>().copied();
    let peer = peer.ok_or_else(|| Problem::internal("a request without a peer"))?;
    let app = App { did, name: new.name, url: new.url, returns: new.returns, scope: new.scope };
    match requests::ask(node, peer, &app)? {
        requests::OwnerAnswer::No => {
            Err(Problem::forbidden("The owner of this box said no to this app.")
                .slug("app-declined"))
        }
        // A yes that came this moment counts the next time.
        requests::OwnerAnswer::Waiting | requests::OwnerAnswer::Yes => {
            let waiting = AppAnswer { waiting: true, ..app.into() };
            Ok((StatusCode::ACCEPTED, Answer200(waiting)))
        }
    }
}

/// An app that asked the owner.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppRequestAnswer {
    /// Its own description.
    app: AppAnswer,
    /// Since when it waits, or has a yes.
    since: String,
}

/// The apps that asked the owner.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppRequestsAnswer {
    /// The newest first.
    requests: Vec<AppRequestAnswer>,
    /// How many.
    total: usize,
}

/// Checks that the node's owner asks.
fn is_owner(node: &Node, did: &Did) -> Result<(), Problem> {
    if node.is_owner(did)? {
        return Ok(());
    }
    Err(Problem::forbidden("Only the owner of this box answers apps that ask to be here."))
}

/// Lists the apps that ask to be here or have a yes, for the node's owner.
#[utoipa::path(
    get, path = "/api/app-requests", tag = "apps",
    responses((status = 200, body = AppRequestsAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Not the owner")),
)]
pub(crate) async fn requests_list(
    Person(node, session): Person,
) -> Answer<Answer200<AppRequestsAnswer>> {
    is_owner(&node, &session.did)?;
    let answer = |request: AppRequest| {
        let since = imajin_dfos::Timestamp::from_millis(request.created);
        Ok(AppRequestAnswer {
            app: AppAnswer {
                waiting: request.answer == requests::OwnerAnswer::Waiting,
                ..request.app.into()
            },
            since: since.map_err(Problem::internal)?.to_string(),
        })
    };
    let requests = requests::list(&node)?.into_iter().map(answer);
    let requests = requests.collect::<Result<Vec<_>, Problem>>()?;
    Ok(Answer200(AppRequestsAnswer { total: requests.len(), requests }))
}

/// The owner's answer to an app.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AnswerApp {
    /// Whether the app may introduce itself here.
    allow: bool,
}

/// Say yes or no to an app that asked. A no after a yes takes that back.
#[utoipa::path(
    post, path = "/api/app-requests/{did}", tag = "apps", request_body = AnswerApp, params(("did" = String, Path, description = "The app's DID")),
    responses((status = 204, description = "It counts from now on"), (status = 400, description = "Neither yes nor no"), (status = 401, description = "Not signed in"), (status = 403, description = "Not the owner"), (status = 404, description = "This app did not ask")),
)]
pub(crate) async fn answer(
    Person(node, session): Person,
    Path(did): Path<String>,
    Json(ask): Json<AnswerApp>,
) -> Answer<StatusCode> {
    is_owner(&node, &session.did)?;
    let unknown = || Problem::not_found("No app with this ID asked to be here.");
    let did = Did::parse(&did).map_err(|_| unknown())?;
    if requests::answer(&node, &did, ask.allow)? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(unknown())
    }
}

fn find(node: &Node, did: &Did) -> Result<App, Problem> {
    node.read(NAME, |db| apps::known(db, did))?
        .ok_or_else(|| Problem::not_found(format!("This node does not know an app {did}.")))
}

/// Describes an app.
#[utoipa::path(
    get, operation_id = "one", path = "/api/apps/{did}", tag = "apps", params(("did" = String, Path, description = "The app's DID")),
    responses((status = 200, body = AppAnswer), (status = 404, description = "This node does not know the app")),
)]
pub(crate) async fn read_app(
    State(node): State<Node>,
    Path(did): Path<String>,
) -> Answer<Answer200<AppAnswer>> {
    let did = people::by_name(&node, &did)?;
    people::get(&node, &did)?;
    find(&node, &did).map(|app| Answer200(app.into()))
}

/// An app that may act for me.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Authorised {
    /// The app.
    app: AppAnswer,
    /// The delegation: `DELETE delegations/{cid}` ends it.
    cid: String,
    /// The rights that it has.
    scope: Vec<String>,
    /// Until when.
    until: String,
    /// Whether it was ended.
    ended: bool,
}

/// The apps that may act for me.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuthorisedAnswer {
    /// Oldest first.
    apps: Vec<Authorised>,
    /// How many.
    total: usize,
}

/// Lists the apps that may act in my name.
#[utoipa::path(get, path = "/api/apps", tag = "apps", responses((status = 200, body = AuthorisedAnswer), (status = 401, description = "Not signed in")))]
pub(crate) async fn list(Person(node, session): Person) -> Answer<Answer200<AuthorisedAnswer>> {
    let mut apps = Vec::new();
    for given in delegations::list(&node, &session.did, None)? {
        let did = Did::from_key(given.delegation.key.as_bytes());
        if let Some(app) = node.read(NAME, |db| apps::known(db, &did))? {
            apps.push(Authorised {
                app: app.into(),
                cid: given.cid.to_string(),
                scope: scope_of(&given),
                until: given.delegation.until.to_string(),
                ended: given.ended,
            });
        }
    }
    Ok(Answer200(AuthorisedAnswer { total: apps.len(), apps }))
}

fn scope_of(given: &DelegationRecord) -> Vec<String> {
    given.delegation.scope.iter().map(ToString::to_string).collect()
}

/// For whom, and for what.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AskToken {
    /// The person, a DID in any form.
    did: String,
    /// The rights of the token; all that the person allowed, if left out.
    scope: Option<Vec<String>>,
}

/// A token.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenAnswer {
    /// A JWT: `sub` the person, `aud` the app, `allowed` the scope; verified by `/.well-known/jwks.json`.
    token: String,
    /// When it ends: ten minutes from now, or with the delegation.
    expires_at: String,
    /// The person.
    did: String,
    /// The rights of the token.
    scope: Vec<String>,
}

/// Get a token for a person who lets this app act.
#[utoipa::path(
    post, path = "/api/apps/token", tag = "apps", request_body = AskToken,
    responses(
        (status = 200, body = TokenAnswer), (status = 400, description = "No scope"), (status = 401, description = "The app is not signed in"),
        (status = 403, description = "The person has not allowed this, or not any more"),
    ),
)]
pub(crate) async fn token(
    Person(node, session): Person,
    Json(ask): Json<AskToken>,
) -> Answer<Answer200<TokenAnswer>> {
    let app = &session.did;
    find(&node, app)?;
    let refused = || {
        Problem::forbidden("This person has not let the app do this, or not any more. Send them to the page that asks: /apps/authorize?app=…")
            .slug("not-authorised")
    };
    // An app without any permission from a person must not learn whether this node knows them.
    let person = people::by_name(&node, &ask.did).map_err(|_| refused())?;
    let identity = people::get(&node, &person).map_err(|_| refused())?;
    let patterns = ask
        .scope
        .map(|scope| {
            scope.iter().map(|text| ScopePattern::parse(text)).collect::<Result<Vec<_>, _>>()
        })
        .transpose()
        .map_err(|error| Problem::field("scope", format!("{error}.")))?;
    let grant = delegations::list(&node, &person, None)?
        .into_iter()
        .rev()
        .find(|given| is_good(&node, given, app) && covers(given, patterns.as_deref()))
        .ok_or_else(refused)?;
    let scope = match patterns {
        Some(wanted) => wanted.iter().map(ToString::to_string).collect(),
        None => scope_of(&grant),
    };
    let exp = (node.now().as_secs() + TOKEN_S).min(grant.delegation.until.as_secs());
    let extra = Map::from_iter([
        (ALLOWED.to_owned(), json!(scope.join(" "))),
        (DELEGATION.to_owned(), json!(grant.cid.to_string())),
    ]);
    let claims = Claims {
        sub: person.clone(),
        iss: node.did().clone(),
        aud: app.to_string(),
        iat: node.now().as_secs(),
        exp,
        jti: random::hex::<16>()?,
        scope: identity.scope,
        subtype: identity.subtype,
        tier: node.tier(&identity.did)?,
        extra,
    };
    let token =
        token::sign(&node.key().key, &node.key().kid, &claims).map_err(Problem::internal)?;
    let ends = imajin_dfos::Timestamp::from_millis(exp.saturating_mul(1000));
    Ok(Answer200(TokenAnswer {
        token,
        expires_at: ends.map_err(Problem::internal)?.to_string(),
        did: person.to_string(),
        scope,
    }))
}

/// Whether a delegation is in force and for this app's key.
fn is_good(node: &Node, given: &DelegationRecord, app: &Did) -> bool {
    !given.ended
        && given.delegation.until > node.now()
        && Did::from_key(given.delegation.key.as_bytes()) == *app
}

fn covers(given: &DelegationRecord, wanted: Option<&[ScopePattern]>) -> bool {
    wanted.is_none_or(|wanted| {
        !wanted.is_empty()
            && wanted.iter().all(|one| given.delegation.scope.iter().any(|had| had.covers(one)))
    })
}

/// A token to look at.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct LookAt {
    /// The token.
    token: String,
}

/// The validity of a token at the moment.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Worth {
    /// Whether it counts: signed by this node, not over, and the person still allows it.
    valid: bool,
    /// The person.
    did: Option<String>,
    /// The app.
    app: Option<String>,
    /// The rights of the token.
    scope: Vec<String>,
    /// When it ends.
    expires_at: Option<String>,
    /// Why it does not count.
    error: Option<String>,
}

/// Is this app's token any good? Unlike a look at its signature alone, this knows whether the person ended it.
#[utoipa::path(post, path = "/api/apps/token/verify", tag = "apps", request_body = LookAt, responses((status = 200, body = Worth)))]
pub(crate) async fn verify(
    State(node): State<Node>,
    _: Attempt,
    Json(look): Json<LookAt>,
) -> Answer<Answer200<Worth>> {
    Ok(Answer200(match worth(&node, &look.token)? {
        Ok(worth) => worth,
        Err(error) => Worth { error: Some(error), ..Worth::default() },
    }))
}

fn worth(node: &Node, text: &str) -> Result<Result<Worth, String>, Problem> {
    let audience = audience(text).unwrap_or_default();
    let expected = Expected { issuer: node.did(), audience: &audience, now: node.now() };
    let ours = node.key().key.verifying_key();
    let claims = token::verify(text, |kid| (*kid == node.key().kid).then_some(ours), &expected);
    let claims = match claims {
        Ok(claims) => claims,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let extra = |name: &str| claims.extra.get(name).and_then(serde_json::Value::as_str);
    let (Some(allowed), Some(cid), Ok(app)) =
        (extra(ALLOWED), extra(DELEGATION), Did::parse(&claims.aud))
    else {
        return Ok(Err("this is no token of an app".to_owned()));
    };
    let gone = people::find(node, &claims.sub)?.is_none_or(|identity| identity.deleted);
    let good = delegations::list(node, &claims.sub, None)?
        .iter()
        .any(|given| given.cid.to_string() == cid && is_good(node, given, &app));
    if gone || !good {
        return Ok(Err("the person does not let this app act any more".to_owned()));
    }
    let ends = imajin_dfos::Timestamp::from_millis(claims.exp.saturating_mul(1000));
    Ok(Ok(Worth {
        valid: true,
        did: Some(claims.sub.to_string()),
        app: Some(app.to_string()),
        scope: allowed.split(' ').map(str::to_owned).collect(),
        expires_at: ends.ok().map(|at| at.to_string()),
        error: None,
    }))
}

/// Returns the audience of a token, before the token is verified. The verification then checks this audience.
fn audience(text: &str) -> Option<String> {
    let payload = imajin_dfos::base64::decode_url(text.split('.').nth(1)?).ok()?;
    let payload: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    payload.get("aud")?.as_str().map(str::to_owned)
}
