//! Creating and replacing a survey.

use imajin_app::operation::{
    Context, Decide, Decision, FieldError, Int, ItemId, Operation, Paragraphs, Reasons, Title,
};
use imajin_app::refuse_if;
use imajin_items::{Millis, Placed, PutRefusal, Showing, check_put};
use imajin_protocol::IdText;

use crate::Dykil;
use crate::forms::{FormText, SPENDING, SurveyForm, groups_of};
use crate::queries;
use crate::survey::{Each, Kind, Mode, Show, Status, When};

/// Maximum number of groups in a spending survey.
const GROUPS_MAX: usize = 20;

/// Adds a survey, or replaces it as long as it is a draft: everything that is left out is empty from then on.
#[derive(Debug, Operation)]
#[operation(
    name = "dykil.put",
    authority = Any,
    erasable_by = Author,
    refusal = SurveyRefusal,
    check
)]
pub(crate) struct PutSurvey {
    /// The survey's id: `itm_` and 24 of 0-9 a-f, drawn by the client. Only its owner and the id together name a survey.
    #[reference]
    pub(crate) survey: ItemId,
    /// The title, in at most 200 characters.
    pub(crate) title: Title<200>,
    /// More about it, in at most 10 000 characters.
    pub(crate) note: Option<Paragraphs<10_000>>,
    /// The questions, as a text: a part of the JSON of SurveyJS (types `text`, `comment`, `radiogroup`, `checkbox`, `dropdown`,
    /// `rating`, `boolean`, `ranking`), or `spending` for the questions about a household's spending.
    pub(crate) form: FormText,
    /// Groups of a spending survey that households can say they belong to, one a line.
    pub(crate) groups: Option<Paragraphs<2_000>>,
    #[group]
    pub(crate) placed: Placed,
    #[group]
    pub(crate) showing: Showing,
    /// The kind: `survey`.
    #[fact]
    pub(crate) kind: Option<Kind>,
    /// The owner's view: `named` who answered what; `open` the answers without names; `totals` sums in steps of five answers; `secret` all
    /// answers after the close, in an order of chance.
    #[fact]
    pub(crate) mode: Mode,
    /// Who answers: `any`body, or once each `member`, each member and `guest`, each `person` with a key, each `ticket` or `slip`.
    #[fact]
    pub(crate) each: Each,
    /// Who sees the results: the `owner`, those who `answered` and everybody after the close, or `all`.
    #[fact]
    pub(crate) show: Show,
    /// 1 if the owner of a survey with a box learns who took part, after the close.
    #[fact]
    pub(crate) roll: Option<Int<0, 1>>,
    /// The event whose tickets or times count, by its DID.
    #[fact]
    pub(crate) event: Option<IdText>,
    /// When the survey closes; it is still shown afterwards. What `until` hides takes no answers, either.
    #[fact]
    pub(crate) closes: Option<Millis>,
    /// Answers are taken only `before` the event starts, or only `after` it has ended.
    #[fact]
    pub(crate) when: Option<When>,
}

#[derive(Debug, Reasons)]
pub(crate) enum SurveyRefusal {
    #[refused(all)]
    Item(PutRefusal),
    /// People answer this as it is: a survey that was opened doesn’t change any more.
    #[refused(Conflict, reason = "fixed")]
    Fixed,
}

impl PutSurvey {
    fn check(&self) -> Result<(), FieldError> {
        if self.title.trim().is_empty() {
            return Err(FieldError::new("title", "title must not be empty."));
        }
        if self.placed.parent.is_some() {
            let text = "A survey is in nothing else: leave in out.";
            return Err(FieldError::new("in", text));
        }
        self.check_form()?;
        let fits = match self.mode {
            Mode::Named => self.each.least().is_some() || self.each == Each::Ticket,
            Mode::Open => self.each == Each::Any,
            Mode::Totals | Mode::Secret => true,
        };
        if !fits {
            let text = "each must be member, guest, person or ticket in a named survey, and any in an open one.";
            return Err(FieldError::new("each", text));
        }
        let has_roll = self.roll.as_ref().is_some_and(|roll| roll.0 == 1);
        if has_roll && !(self.mode.is_boxed() && self.each.least().is_some()) {
            let text =
                "Only a survey of totals or a secret one that each person answers has a roll.";
            return Err(FieldError::new("roll", text));
        }
        if (self.each == Each::Ticket || self.when.is_some()) && self.event.is_none() {
            let text = "event must name the event whose tickets or times count.";
            return Err(FieldError::new("event", text));
        }
        self.showing.check()
    }

    fn check_form(&self) -> Result<(), FieldError> {
        let is_spending = self.form.as_str() == SPENDING;
        let groups = groups_of(self.groups.as_ref().map_or("", |groups| &groups.0));
        if is_spending && self.mode != Mode::Totals {
            let text = "A spending survey shows totals: mode must be totals.";
            return Err(FieldError::new("mode", text));
        }
        if groups.len() > GROUPS_MAX {
            let text = format!("groups has at most {GROUPS_MAX} lines.");
            return Err(FieldError::new("groups", text));
        }
        let form = SurveyForm::parse(self.form.as_str(), &groups).map_err(|error| {
            FieldError::new("groups", format!("groups can't be choices: {error}"))
        })?;
        let open = form.open_question().filter(|_| self.mode == Mode::Totals && !is_spending);
        match open {
            Some(question) => {
                let text = format!(
                    "{question:?} is answered in words, which have no totals: take it out, or choose another mode."
                );
                Err(FieldError::new("form", text))
            }
            None => Ok(()),
        }
    }
}

impl Decide for PutSurvey {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<SurveyRefusal> {
        let owner = ctx.owner().clone();
        let (db, id) = (ctx.reader(), self.survey.as_str());
        let status = queries::state(db, owner.as_str(), id)?.status;
        refuse_if!(status != Status::Draft, SurveyRefusal::Fixed);
        let put = check_put::<Dykil>(db, &owner, (&self.survey, Kind::Survey), &self.placed);
        put.map(drop).map_err(|refused| refused.widen())
    }
}
