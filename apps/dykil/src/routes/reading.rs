//! Reading surveys, the caller's named answers, and results.

use axum::http::HeaderMap;
use axum::response::Response;
use imajin_app::extract::{Path, Person, Query, Visitor};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Node, Problem, Role, args, csv, refuse_if, tagged, time};
use imajin_dfos::Timestamp;
use imajin_items::{Owner, files};
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::voting::receipt;
use crate::Dykil;
use crate::asking;
use crate::manifest::TEXTS;
use crate::queries::{self, AnswerRow, Survey};
use crate::results::{self, Results};
use crate::survey::{Item, Mode, Status};

/// A survey.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyAnswer {
    #[serde(flatten)]
    item: Item,
    /// Whether it takes answers.
    status: Status,
    /// Its questions, in the JSON of SurveyJS, as a text; `spending` for those about a household's spending. A list has them for
    /// the owner alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<String>,
    /// The owner sees: how many answers their record has.
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<i64>,
}

impl SurveyAnswer {
    /// Makes the answer for a list of the owner's.
    fn new(node: &Node, owner: &Did, viewer: Option<&Did>, survey: Survey) -> Answer<Self> {
        let is_own = viewer == Some(owner);
        let answers = if is_own {
            queries::read(node, |db| queries::came(db, owner.as_str(), &survey.item.id))?
        } else {
            None
        };
        Ok(Self {
            status: survey.state.visible_status(&survey.item, node.now()),
            form: is_own.then_some(survey.form_text),
            answers: is_own.then(|| answers.map_or(0, |(number, _)| number)),
            item: survey.item,
        })
    }
}

imajin_items::list_route!(
    /// A person's surveys, as far as the caller may see them.
    "dykil", "Nobody here goes by that",
    /// A person's surveys, as far as the caller may see them.
    SurveysAnswer,
    /// In the order of the page.
    SurveyAnswer,
    node, asked => asking::all(&node, &asked.owner, asked.viewer.as_ref())?,
    survey => SurveyAnswer::new(&node, &asked.owner, asked.viewer.as_ref(), survey)
);

imajin_items::item_route!(
    /// One survey with its questions, by its owner and its id or slug.
    "dykil", SurveyAnswer, node, asked => {
        let (owner, viewer) = (&asked.owner, asked.viewer.as_ref());
        let mut survey = asking::seen(&node, owner, viewer, &asked.item)?;
        files::describe(&node, owner, &mut survey.item.base.files);
        let form = Some(survey.form_text.clone());
        SurveyAnswer { form, ..SurveyAnswer::new(&node, owner, viewer, survey)? }
    }
);

imajin_items::file_route!(
    /// A file of a survey, for those who see the survey; a preview of a picture with `w`.
    "dykil", node, asked => asked.find::<Dykil>(&node)?.base
);

/// The answers that a person gave with their name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GivenAnswers {
    /// The newest first.
    answers: Vec<GivenAnswer>,
}

/// An answer that a person gave with their name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GivenAnswer {
    /// The survey's owner.
    owner: String,
    /// The survey's id.
    survey: String,
    /// The title, if its author can see the survey.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The answers by the names of the questions.
    #[schema(value_type = Object)]
    answers: Value,
    /// When it was given.
    #[schema(value_type = Option<String>)]
    at: Option<Timestamp>,
}

/// The answers that the caller gave with their name, which they can take back.
#[utoipa::path(
    get, path = "/api/given", tag = "dykil",
    responses((status = 200, body = GivenAnswers), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn given(Person(node, session): Person) -> Answer<axum::Json<GivenAnswers>> {
    let all = queries::read(&node, |db| queries::given(db, session.did.as_str()))?;
    let answers = all.into_iter().map(|given| {
        let owner = Did::parse(&given.of).ok();
        let survey = owner
            .and_then(|owner| asking::seen(&node, &owner, Some(&session.did), &given.survey).ok());
        GivenAnswer {
            title: survey.map(|survey| survey.item.title.clone()),
            answers: serde_json::from_str(&given.answers).unwrap_or_default(),
            at: Timestamp::from_millis(given.at).ok(),
            owner: given.of,
            survey: given.survey,
        }
    });
    let answers = answers.collect();
    Ok(axum::Json(GivenAnswers { answers }))
}

/// The place of a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeatAnswer {
    /// As an answer with a name names it.
    seat: String,
}

/// The place of the caller's ticket, for a survey that each ticket answers with a name.
#[utoipa::path(
    get, path = "/api/surveys/{owner}/{survey}/seat", tag = "dykil",
    params(
        ("owner" = String, Path, description = "A DID or a short name"),
        ("survey" = String, Path, description = "An id or slug"),
    ),
    responses(
        (status = 200, body = SeatAnswer), (status = 401, description = "Not signed in"),
        (status = 403, description = "No ticket of its event"), (status = 404, description = "It is not there for you"),
    ),
)]
pub(crate) async fn seat(
    Person(node, session): Person,
    Path((whose, name)): Path<(String, String)>,
) -> Answer<axum::Json<SeatAnswer>> {
    let owner = node.person(&whose)?;
    let survey = asking::seen(&node, &owner, Some(&session.did), &name)?;
    let seat = asking::seat_of(&node, &survey, &session.did)?;
    Ok(axum::Json(SeatAnswer { seat }))
}

/// The query of results. A receipt proves that the caller answered.
#[derive(Debug, Deserialize)]
pub(crate) struct ResultsQuery {
    receipt: Option<String>,
}

/// The results of a survey, for those to whom its owner shows them.
#[utoipa::path(
    get, path = "/api/surveys/{owner}/{survey}/results", tag = "dykil",
    params(
        ("owner" = String, Path, description = "A DID or a short name"),
        ("survey" = String, Path, description = "An id or slug"),
        ("receipt" = Option<String>, Query, description = "That of your answer, where those see the results who answered"),
    ),
    responses(
        (status = 200, body = Results), (status = 304, description = "As by your If-None-Match"),
        (status = 403, description = "They are not shown to you"), (status = 404, description = "It is not there for you"),
    ),
)]
pub(crate) async fn results(
    Visitor(node, caller): Visitor,
    Path((whose, name)): Path<(String, String)>,
    Query(query): Query<ResultsQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    let owner = node.person(&whose)?;
    let survey = asking::seen(&node, &owner, caller.did(), &name)?;
    let receipt = query.receipt.as_deref().and_then(receipt);
    let results = results::read_results(&node, (&owner, &survey), caller.did(), receipt.as_ref())?;
    let bytes = serde_json::to_vec(&results).map_err(Problem::internal)?;
    let kind = ("application/json", "private, no-cache");
    Ok(tagged(&headers, kind, bytes))
}

/// All answers of a survey as a table for a spreadsheet (RFC 4180), for its owner.
#[utoipa::path(
    get, path = "/api/surveys/{owner}/{survey}/results.csv", tag = "dykil",
    params(
        ("owner" = String, Path, description = "Your DID or short name"),
        ("survey" = String, Path, description = "An id or slug"),
    ),
    responses(
        (status = 200, description = "With names the author's `role` of today; without, by `each`, who could answer", content_type = "text/csv", body = String),
        (status = 401, description = "Not signed in"), (status = 403, description = "Only its owner has the table"), (status = 404, description = "It is not there for you"),
    ),
)]
pub(crate) async fn results_csv(
    Person(node, session): Person,
    Path((whose, name)): Path<(String, String)>,
) -> Answer<Response> {
    let owner = node.person(&whose)?;
    let survey = asking::seen(&node, &owner, Some(&session.did), &name)?;
    refuse_if!(owner != session.did, Problem::forbidden(TEXTS.say("csv-own", args![])));
    let table = match survey.item.own.mode {
        Mode::Totals => totals_csv(&node, &owner, &survey)?,
        _ => answers_csv(&node, &owner, &survey)?,
    };
    Ok(csv::file("answers.csv", table))
}

/// Builds the table of answers, one line each. Named answers have the author, time and current role; others have the
/// receipt and the survey's audience.
fn answers_csv(node: &Node, owner: &Did, survey: &Survey) -> Answer<String> {
    let form = survey.form()?.form;
    let rows =
        queries::read(node, |db| queries::list_answers(db, owner.as_str(), &survey.item.id))?;
    let first: &[&str] = match survey.item.own.mode {
        Mode::Named => &["by", "did", "at", "role"],
        Mode::Open => &["receipt", "at", "each"],
        _ => &["receipt", "each"],
    };
    let first = first.iter().map(|&name| name.to_owned());
    let mut table = csv::line(first.chain(form.headings()));
    for one in &rows {
        let json = serde_json::from_str(&one.answers).unwrap_or_default();
        if let Ok(answers) = form.recall(&json) {
            let cells = cells(node, survey, one)?;
            table += &csv::line(cells.into_iter().chain(form.cells(&answers)));
        }
    }
    Ok(table)
}

fn cells(node: &Node, survey: &Survey, told: &AnswerRow) -> Answer<Vec<String>> {
    let at = time::text(told.at).unwrap_or_default();
    let receipt = told.receipt.clone().unwrap_or_default();
    let each = survey.item.own.each.name().to_owned();
    Ok(match survey.item.own.mode {
        Mode::Named => {
            let did = told.by.clone().unwrap_or_default();
            let (name, role) = match Did::parse(&did) {
                Ok(did) => {
                    let role = node.role(&did)?;
                    (Owner::from_did(node, did)?.name, role)
                }
                Err(_) => (None, Role::Stranger),
            };
            vec![name.unwrap_or_default(), did, at, role.to_string()]
        }
        Mode::Open => vec![receipt, at, each],
        _ => vec![receipt, each],
    })
}

/// Builds the table of totals: the number of answers with the audience, the roles on the roll, then one line per sum.
fn totals_csv(node: &Node, owner: &Did, survey: &Survey) -> Answer<String> {
    let results = results::read_results(node, (owner, survey), Some(owner), None)?;
    let form = survey.form()?.form;
    let mut table = csv::line(["of", "name", "what", "value"]);
    let mut add = |of: &str, name: &str, what: &str, value: i64| {
        table.push_str(&csv::line([of, name, what, &value.to_string()]));
    };
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let answers = count(results.answers);
    add("answers", results.each.name(), "answers", answers);
    if let Some(came) = results.came {
        add("roll", "member", "people", count(came.members));
        add("roll", "guest", "people", count(came.guests));
        add("roll", "stranger", "people", count(came.others));
    }
    for (name, counted) in &results.questions {
        let name = form.heading(name);
        add("question", name, "answers", count(counted.n));
        for (value, number) in &counted.by {
            add("question", name, value, *number);
        }
    }
    for group in &results.groups {
        add("group", &group.name, "households", group.spent.households);
        add("group", &group.name, "members", group.spent.members);
        for (category, sum) in &group.spent.totals {
            add("group", &group.name, &format!("{category} total"), *sum);
        }
        for (category, mean) in &group.spent.means {
            add("group", &group.name, &format!("{category} mean"), *mean);
        }
    }
    for (place, number) in &results.places {
        add("place", place, "households", count(*number));
    }
    Ok(table)
}
