//! What a command about groups comes to. Pure: time, and what was found out before, arrive with the command.
//!
//! Always: an operation writes in the log of who wills it and in the group's; of somebody who is removed or gets another
//! role in theirs as well, as far as it is here.

use imajin_dfos::Value;
use imajin_dfos::cid::parse_cid;
use imajin_ledger::{Command, Decide, Draft, Refusal, RefusalKind, ops as kernel};
use imajin_protocol::{Did, Fact, FactValue, IdText};
use imajin_service::codes;
use serde_json::{Value as Json, json};

use super::reads::{self, Group};
use super::{
    ADMIN, GROUP, INVITES_MAX, MEMBER, MEMBERS_MAX, NESTING_MAX, OWNED_MAX, OWNER, POD, PRIVATE,
    PUBLIC, leads, role_of,
};
use crate::ops::{self, group as op};
use crate::projection::PROJECTION;
use crate::rules::{USES_MAX, conflict, here, is_invite_name, names_in_to, own_name, refuse};
use crate::statements::bad;

/// In `args` of making one: it was found that the group's key is kept for this person.
pub(crate) const ARG_MAY: &str = "may";
/// In `args` of joining: the group that the code stands for, and the invitation's name.
pub(crate) const ARG_GROUP: &str = "group";
pub(crate) const ARG_INVITE: &str = "invite";
/// In `args` of its end: CIDs of the bodies of the group's log, as texts.
pub(crate) const ARG_BODIES: &str = "bodies";

/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 80;
/// Longest description, in characters.
const ABOUT_CHARS_MAX: usize = 2000;

pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    match command.op.as_str() {
        op::CREATE => create(ctx, command),
        op::UPDATE => update(ctx, command),
        op::INVITE => invite(ctx, command),
        op::INVITE_WITHDRAW => withdraw(ctx, command),
        op::JOIN => join(ctx, command),
        op::LEAVE => leave(ctx, command),
        op::ROLE => role(ctx, command),
        op::REMOVE => remove(ctx, command),
        op::OFFER => offer(ctx, command),
        op::TAKE => take(ctx, command),
        op::DISSOLVE => dissolve(ctx, command),
        other => Err(refuse(
            RefusalKind::NotFound,
            format!("There is no operation {other:?} that one can ask for."),
        )),
    }
}

fn create(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    if command.args[ARG_MAY] != Json::Bool(true) {
        return Err(refuse(RefusalKind::Stored, "a group came unchecked"));
    }
    let did = named(command)?;
    words(command)?;
    let fact = command.fact_with(&[ops::FACT_KIND, ops::FACT_VISIBILITY], &[ops::FACT_PARENT])?;
    let word = |key| fact.id(key).map_or("", |id| id.as_str());
    let (kind, visibility) = (word(ops::FACT_KIND), word(ops::FACT_VISIBILITY));
    let is_pod = kind == POD && visibility == PRIVATE && fact.get(ops::FACT_PARENT).is_none();
    let is_group = kind == GROUP && matches!(visibility, PUBLIC | PRIVATE);
    if !is_pod && !is_group {
        return Err(bad(
            "fact",
            "kind is \"group\", with visibility \"public\" or \"private\" and perhaps a parent; or \"pod\", which is private and stands in no other.",
        ));
    }
    if let Some(parent) = fact.id(ops::FACT_PARENT) {
        stands_in(ctx, command, parent)?;
    }
    if reads::any(ctx.db(), did.as_str())?.is_some() {
        return Err(conflict("exists", "This group is there already."));
    }
    if reads::owned(ctx.db(), &command.did)? >= OWNED_MAX {
        let text = format!("You have {OWNED_MAX} groups, which is the most: dissolve one first.");
        return Err(conflict("full", text));
    }
    let fact = command.fact.clone();
    let told = draft(
        &did,
        op::OPENED,
        own_name(command)?,
        fact,
        unsalted(command),
    );
    enter(ctx, command, &did, vec![told])
}

/// WIRE.md §7: nesting at most 3; by who leads the group that it shall stand in.
fn stands_in(ctx: &Decide<'_>, command: &Command, parent: &IdText) -> Result<(), Refusal> {
    let role = reads::role(ctx.db(), parent.as_str(), &command.did)?;
    let parent = reads::group(ctx.db(), parent.as_str())?.filter(|_| leads(role));
    let parent = parent.ok_or_else(|| {
        refuse(
            RefusalKind::Forbidden,
            "Only who leads a group makes another one in it.",
        )
        .field(ops::FACT_PARENT)
    })?;
    if parent.kind == POD {
        return Err(bad(ops::FACT_PARENT, "No group stands in a pod."));
    }
    if reads::depth(ctx.db(), &parent)? >= NESTING_MAX {
        let text = format!("Groups stand at most {NESTING_MAX} deep in each other.");
        return Err(bad(ops::FACT_PARENT, text));
    }
    Ok(())
}

fn update(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let (group, _) = as_role(ctx, command, &named(command)?, &[OWNER])?;
    words(command)?;
    let fact = command.fact_with(&[ops::FACT_VISIBILITY], &[])?;
    let visibility = fact.id(ops::FACT_VISIBILITY).map_or("", |id| id.as_str());
    if visibility != PRIVATE && (visibility != PUBLIC || group.kind == POD) {
        return Err(bad(
            "fact",
            "visibility is \"private\", or of a group \"public\".",
        ));
    }
    let told = draft(
        &group.did,
        op::CHANGED,
        own_name(command)?,
        command.fact.clone(),
        unsalted(command),
    );
    enter(ctx, command, &group.did, vec![told])
}

/// A code, which role it gives, how many may use it.
fn invite(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let name = command.reference.clone();
    let name = name
        .filter(|name| is_invite_name(name.as_str()))
        .ok_or_else(|| {
            bad(
                "ref",
                "ref must be a new name for the invitation: inv_ and 24 hexadecimal digits.",
            )
        })?;
    let map = command.body.as_ref().and_then(Value::as_map);
    let only = map.is_some_and(|map| map.keys().all(|key| key == "code" || key == "salt"));
    let code = command.body.as_ref().and_then(|body| body.get_str("code"));
    let code = code.filter(|code| only && codes::is_code(code)).ok_or_else(|| {
        bad("code", "The body must be {\"code\": …} with a code like 7KQ2-M9XT-04RB, made from random bytes.")
    })?;
    let fact = command.fact_with(&[ops::FACT_GROUP, ops::FACT_ROLE, ops::FACT_USES], &[])?;
    let uses = fact
        .int(ops::FACT_USES)
        .filter(|uses| (1..=USES_MAX).contains(uses));
    let given = fact.id(ops::FACT_ROLE).and_then(|id| role_of(id.as_str()));
    let (Some(uses), Some(given)) = (uses, given.filter(|role| *role != OWNER)) else {
        return Err(bad(
            "fact",
            format!(
                "The fact must be {{\"group\": its DID, \"role\": \"admin\" or \"member\", \"uses\": 1 to {USES_MAX}}}."
            ),
        ));
    };
    // Who may not give a role may not invite with it either.
    let least: &[&str] = if given == ADMIN {
        &[OWNER]
    } else {
        &[OWNER, ADMIN]
    };
    let (group, _) = as_role(ctx, command, &of_fact(command)?, least)?;
    let taken = reads::by_code(ctx.db(), code)?.is_some()
        || crate::reads::invite_by_code(ctx.db(), code)?.is_some()
        || reads::invite(ctx.db(), &group.did, name.as_str())?.is_some();
    if taken {
        return Err(conflict(
            "taken",
            "There is such an invitation already. Make a new code.",
        ));
    }
    let open = reads::open_invites(ctx.db(), &group.did, ctx.now())?;
    if open.len() as u64 >= INVITES_MAX {
        let text = format!(
            "A group has at most {INVITES_MAX} open invitations. Take one back, or wait until one ends: each lasts a week."
        );
        return Err(conflict("quota", text));
    }
    let fact = fact_of([
        (ops::FACT_ROLE, FactValue::Id(id(given)?)),
        (ops::FACT_USES, FactValue::Int(uses)),
    ])?;
    let told = draft(&group.did, op::INVITED, name, Some(fact), None);
    enter(ctx, command, &group.did, vec![told])
}

fn withdraw(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    command.fact_with(&[ops::FACT_GROUP], &[])?;
    let (group, _) = as_role(ctx, command, &of_fact(command)?, &[OWNER, ADMIN])?;
    let name = command.reference.clone();
    let name = name.ok_or_else(|| bad("ref", "ref must be the invitation's name."))?;
    match reads::invite(ctx.db(), &group.did, name.as_str())? {
        Some(invite) if !invite.is_withdrawn => {
            let told = draft(&group.did, op::INVITE_ENDED, name, None, None);
            enter(ctx, command, &group.did, vec![told])
        }
        Some(_) => Err(conflict(
            "withdrawn",
            "This invitation was taken back already.",
        )),
        None => {
            Err(refuse(RefusalKind::NotFound, "The group has no such invitation.").field("ref"))
        }
    }
}

fn join(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let did = named(command)?;
    let fact = command
        .fact_with(&[ops::FACT_INVITE, ops::FACT_ROLE], &[])?
        .clone();
    let name = fact.id(ops::FACT_INVITE).map_or("", |id| id.as_str());
    if reads::role(ctx.db(), did.as_str(), &command.did)?.is_some() {
        return Err(conflict("member", "You are in this group already."));
    }
    let shown = |key: &str| command.args.get(key).and_then(Json::as_str);
    if shown(ARG_GROUP) != Some(did.as_str()) || shown(ARG_INVITE) != Some(name) {
        return Err(refuse(
            RefusalKind::Forbidden,
            "One comes into a group by an invitation: name its code in X-Imajin-Invite.",
        ));
    }
    let invite = reads::invite(ctx.db(), &did, name)?;
    let open = match &invite {
        Some(invite) => invite.is_open(ctx.db(), ctx.now())?,
        None => false,
    };
    let invite = invite.filter(|_| open).ok_or_else(|| {
        refuse(
            RefusalKind::Gone,
            "This invitation has ended, was used up or taken back. Ask for another one.",
        )
    })?;
    if fact.id(ops::FACT_ROLE).map(IdText::as_str) != Some(invite.role) {
        let text = format!("By this invitation one comes as {}.", invite.role);
        return Err(bad(ops::FACT_ROLE, text));
    }
    if reads::size(ctx.db(), &did)? >= MEMBERS_MAX {
        let text = format!("This group has {MEMBERS_MAX} people, which is the most.");
        return Err(conflict("full", text));
    }
    let told = draft(&did, op::JOINED, own_name(command)?, Some(fact), None);
    enter(ctx, command, &did, vec![told])
}

fn leave(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let (group, role) = as_role(ctx, command, &named(command)?, &[OWNER, ADMIN, MEMBER])?;
    if role == OWNER {
        return Err(conflict(
            "owner",
            "Who answers for a group does not leave it: hand it to somebody in it, or dissolve it.",
        ));
    }
    let told = draft(&group.did, op::LEFT, own_name(command)?, None, None);
    enter(ctx, command, &group.did, vec![told])
}

fn role(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let fact = command.fact_with(&[ops::FACT_DIDS, ops::FACT_ROLE], &[])?;
    let given = fact.id(ops::FACT_ROLE).and_then(|id| role_of(id.as_str()));
    let given = given
        .filter(|role| *role != OWNER)
        .ok_or_else(|| bad(ops::FACT_ROLE, "role is \"admin\" or \"member\"."))?;
    let (group, _) = as_role(ctx, command, &named(command)?, &[OWNER])?;
    let (member, has) = member_of(ctx, command, &group)?;
    if has == OWNER || has == given {
        let text = format!("They are {has} of this group already.");
        return Err(conflict("role", text));
    }
    let told = fact_of([
        (ops::FACT_MEMBER, FactValue::Id(did_id(&member)?)),
        (ops::FACT_ROLE, FactValue::Id(id(given)?)),
    ])?;
    tell_both(ctx, command, &group, &member, op::ROLE_CHANGED, told)
}

fn remove(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    command.fact_with(&[ops::FACT_DIDS], &[])?;
    let (group, mine) = as_role(ctx, command, &named(command)?, &[OWNER, ADMIN])?;
    let (member, has) = member_of(ctx, command, &group)?;
    if member == command.did {
        return Err(bad("fact", "To go yourself, leave the group."));
    }
    if has == OWNER || (has == ADMIN && mine != OWNER) {
        return Err(refuse(
            RefusalKind::Forbidden,
            "Only its owner puts out who leads it.",
        ));
    }
    let told = fact_of([(ops::FACT_MEMBER, FactValue::Id(did_id(&member)?))])?;
    tell_both(ctx, command, &group, &member, op::REMOVED, told)
}

/// It is theirs once they take it, within a week; offered to oneself, it stays where it is.
fn offer(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    command.fact_with(&[ops::FACT_DIDS], &[])?;
    let (group, _) = as_role(ctx, command, &named(command)?, &[OWNER])?;
    let (member, _) = member_of(ctx, command, &group)?;
    let open = reads::offer(ctx.db(), &group.did, ctx.now())?;
    let told = fact_of([(ops::FACT_MEMBER, FactValue::Id(did_id(&member)?))])?;
    if member != command.did {
        if open.as_ref() == Some(&member) {
            return Err(conflict("offered", "The group is offered to them already."));
        }
        return tell_both(ctx, command, &group, &member, op::OFFERED, told);
    }
    if open.is_none() {
        return Err(conflict(
            "owner",
            "The group is yours, and offered to nobody.",
        ));
    }
    let told = draft(
        &group.did,
        op::OFFERED,
        did_id(&group.did)?,
        Some(told),
        None,
    );
    enter(ctx, command, &group.did, vec![told])
}

/// Who was offered a group answers for it from now on, and says in words of their own what it is; who did before stays in
/// it and leads it.
fn take(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let (group, _) = as_role(ctx, command, &named(command)?, &[OWNER, ADMIN, MEMBER])?;
    words(command)?;
    if reads::offer(ctx.db(), &group.did, ctx.now())?.as_ref() != Some(&command.did) {
        return Err(conflict(
            "offer",
            "This group is not offered to you, or not any more: ask its owner.",
        ));
    }
    if reads::owned(ctx.db(), &command.did)? >= OWNED_MAX {
        let text = format!("You have {OWNED_MAX} groups, which is the most: dissolve one first.");
        return Err(conflict("full", text));
    }
    let mut told = vec![draft(
        &group.did,
        op::HANDED,
        own_name(command)?,
        None,
        unsalted(command),
    )];
    if let Some(before) = reads::owner(ctx.db(), &group.did)? {
        let fact = fact_of([
            (ops::FACT_MEMBER, FactValue::Id(did_id(&before)?)),
            (ops::FACT_ROLE, FactValue::Id(id(ADMIN)?)),
        ])?;
        let reference = did_id(&group.did)?;
        let mut places = vec![&group.did];
        if here(ctx, &before).is_ok() {
            names_in_to(command, &before)?;
            places.push(&before);
        }
        told.extend(places.into_iter().map(|place| {
            draft(
                place,
                op::ROLE_CHANGED,
                reference.clone(),
                Some(fact.clone()),
                None,
            )
        }));
    }
    enter(ctx, command, &group.did, told)
}

/// The group is no more, and its owner's words go from its log.
fn dissolve(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let (group, _) = as_role(ctx, command, &named(command)?, &[OWNER])?;
    if !reads::inside(ctx.db(), &group.did)?.is_empty() {
        return Err(conflict(
            "inside",
            "Other groups stand in this one: dissolve those first.",
        ));
    }
    let found = command.args[ARG_BODIES].as_array().into_iter().flatten();
    let bodies: Vec<Value> = found
        .filter_map(|text| parse_cid(text.as_str()?).ok().map(Value::Link))
        .collect();
    let mut told = vec![draft(
        &group.did,
        op::DISSOLVED,
        own_name(command)?,
        None,
        None,
    )];
    if !bodies.is_empty() {
        told.push(Draft {
            did: group.did.clone(),
            service: "auth",
            op: kernel::BODY_ERASED,
            reference: None,
            body: Some(Value::map([("bodies", Value::List(bodies))])),
            fact: None,
        });
    }
    enter(ctx, command, &group.did, told)
}

/// Into the group's log, and into the member's where it is here.
fn tell_both(
    ctx: &mut Decide<'_>,
    command: &Command,
    group: &Group,
    member: &Did,
    op: &'static str,
    fact: Fact,
) -> Result<(), Refusal> {
    let reference = did_id(&group.did)?;
    let mut told = vec![draft(
        &group.did,
        op,
        reference.clone(),
        Some(fact.clone()),
        None,
    )];
    if here(ctx, member).is_ok() {
        names_in_to(command, member)?;
        told.push(draft(member, op, reference, Some(fact), None));
    }
    enter(ctx, command, &group.did, told)
}

fn enter(
    ctx: &mut Decide<'_>,
    command: &Command,
    group: &Did,
    told: Vec<Draft>,
) -> Result<(), Refusal> {
    here(ctx, group)?;
    names_in_to(command, group)?;
    ctx.intent();
    for draft in told {
        ctx.derive(draft);
    }
    ctx.reply(json!({ "group": group }));
    Ok(())
}

fn draft(
    did: &Did,
    op: &'static str,
    reference: IdText,
    fact: Option<Fact>,
    body: Option<Value>,
) -> Draft {
    Draft {
        did: did.clone(),
        service: PROJECTION.name,
        op,
        reference: Some(reference),
        body,
        fact,
    }
}

/// What the command says, for another log: that one's entry has a salt of its own.
fn unsalted(command: &Command) -> Option<Value> {
    let mut body = command.body.clone();
    if let Some(members) = body.as_mut().and_then(Value::as_map_mut) {
        members.remove("salt");
    }
    body
}

fn no_group() -> Refusal {
    refuse(RefusalKind::NotFound, "You are in no such group.").field("ref")
}

/// The group that the `ref` names.
fn named(command: &Command) -> Result<Did, Refusal> {
    let did = command.reference.as_ref().and_then(IdText::to_did);
    did.filter(|did| did.key_bytes().is_some())
        .ok_or_else(|| bad("ref", "ref must be the group's DID."))
}

/// The group that the fact names.
fn of_fact(command: &Command) -> Result<Did, Refusal> {
    let id = command
        .fact
        .as_ref()
        .and_then(|fact| fact.id(ops::FACT_GROUP));
    id.and_then(IdText::to_did)
        .ok_or_else(|| bad(ops::FACT_GROUP, "group must be the group's DID."))
}

/// The group, for who belongs to it in one of these roles. Whoever does not belong to it learns nothing of it.
fn as_role(
    ctx: &Decide<'_>,
    command: &Command,
    group: &Did,
    roles: &[&str],
) -> Result<(Group, &'static str), Refusal> {
    let role = reads::role(ctx.db(), group.as_str(), &command.did)?.ok_or_else(no_group)?;
    let group = reads::group(ctx.db(), group.as_str())?.ok_or_else(no_group)?;
    match roles.contains(&role) {
        true => Ok((group, role)),
        false => Err(refuse(
            RefusalKind::Forbidden,
            format!("That is for its {}; you are {role}.", roles.join(" or ")),
        )),
    }
}

/// The member that the fact names, and their role.
fn member_of(
    ctx: &Decide<'_>,
    command: &Command,
    group: &Group,
) -> Result<(Did, &'static str), Refusal> {
    let ids = command
        .fact
        .as_ref()
        .and_then(|fact| fact.ids(ops::FACT_DIDS));
    let did = match ids.as_deref() {
        Some([id]) => id.to_did(),
        _ => None,
    };
    let did = did.ok_or_else(|| bad("fact", "dids must name one member."))?;
    let role = reads::role(ctx.db(), group.did.as_str(), &did)?;
    let role = role.ok_or_else(|| {
        refuse(RefusalKind::NotFound, "They are not in this group.").field("dids")
    })?;
    Ok((did, role))
}

fn words(command: &Command) -> Result<(), Refusal> {
    let body = command.body.as_ref();
    let map = body.and_then(Value::as_map);
    let only = map.is_some_and(|map| {
        map.keys()
            .all(|key| matches!(key.as_str(), "name" | "about" | "salt"))
    });
    let text = |key: &str, most: usize| {
        let text = body.and_then(|body| body.get_str(key)).map(str::trim);
        text.filter(|text| (1..=most).contains(&text.chars().count()))
    };
    let name = text("name", NAME_CHARS_MAX).filter(|name| !name.chars().any(char::is_control));
    let has_about = map.is_some_and(|map| map.contains_key("about"));
    if !only || name.is_none() || (has_about && text("about", ABOUT_CHARS_MAX).is_none()) {
        return Err(bad(
            "name",
            format!(
                "The body must be {{\"name\": at most {NAME_CHARS_MAX} characters, \"about\": at most {ABOUT_CHARS_MAX}, or left out}}."
            ),
        ));
    }
    Ok(())
}

fn fact_of(members: impl IntoIterator<Item = (&'static str, FactValue)>) -> Result<Fact, Refusal> {
    Fact::new(members).map_err(|error| bad("fact", format!("{error}.")))
}

fn id(text: &str) -> Result<IdText, Refusal> {
    IdText::parse(text).map_err(|error| bad("fact", format!("{error}.")))
}

fn did_id(did: &Did) -> Result<IdText, Refusal> {
    IdText::from_did(did).map_err(|error| bad("did", format!("{error}.")))
}
