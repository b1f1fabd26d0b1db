//! Documentation of a service's operations for people and programs: the page in `docs/operations`, the help of `imajin
//! put`, and the schemas in the OpenAPI document.

use std::fmt::Write;

use imajin_ledger::RefusalKind;
use imajin_log::{
    Derivation, EntryField, Equal, ErasableBy, ErasureScope, RequiredAuthority, Source, TargetLog,
};
use serde_json::{Map, Value as Json, json};

use super::{Declaration, Member, Needs, Part, Words};
use crate::words;

/// The page of a service, as Markdown. `said` has what each operation did, for the person whose record it is in.
pub fn page(service: &str, declarations: &[Declaration], said: &words::Words) -> String {
    let mut out = format!(
        "# The operations of `{service}`\n\nGenerated from the declarations in `apps/{service}`; [format.md](../format.md), §8, \
         says what the words mean. Every body has a `salt` as well.\n"
    );
    for declaration in declarations {
        // Writing into a String does not fail.
        let _ = operation(&mut out, declaration, said.operation(declaration.spec.op));
    }
    out
}

fn operation(out: &mut String, declaration: &Declaration, label: &str) -> std::fmt::Result {
    let spec = &declaration.spec;
    write!(out, "\n## `{}`\n\n{}\n\n", spec.op, declaration.about)?;
    writeln!(out, "* by: **{}**", authority(spec.by))?;
    if spec.body {
        writeln!(out, "* body: **{}**", erasure(spec.erasable_by))?;
    }
    for derivation in spec.derives {
        writeln!(out, "* derives: {}", consequence(derivation))?;
    }
    writeln!(out, "* in *My data*: “{label}”")?;
    if !declaration.members.is_empty() {
        out.push_str("\n| part | field | | what |\n|---|---|---|---|\n");
        for member in declaration.members {
            writeln!(out, "{}", row(member))?;
        }
    }
    if !declaration.reasons.is_empty() {
        out.push_str("\n| refused with | reason | field | message |\n|---|---|---|---|\n");
        for reason in declaration.reasons {
            let (why, field) = (reason.reason.unwrap_or(""), reason.field.unwrap_or(""));
            let status = status(reason.kind);
            writeln!(out, "| {status} | {why} | {field} | {} |", reason.message)?;
        }
    }
    if declaration.is_willed() {
        match usage(declaration) {
            Ok(line) => writeln!(out, "\n```sh\n{line}\n```"),
            Err(needs) => writeln!(out, "\n{}", needs.sentence()),
        }
    } else {
        Ok(())
    }
}

fn row(member: &Member) -> String {
    let part = match member.part {
        Part::Reference => "ref",
        Part::Fact => "fact",
        Part::Body => "body",
    };
    let optional = if member.is_optional { "optional" } else { "" };
    format!("| {part} | `{}` | {optional} | {} |", member.name, member.about)
}

fn authority(by: RequiredAuthority) -> &'static str {
    match by {
        RequiredAuthority::Controller => "controller",
        RequiredAuthority::OwnKey => "own key",
        RequiredAuthority::Any => "any",
        RequiredAuthority::CustodialAtStart => "custodial, only at seq 0",
        RequiredAuthority::Node => "node",
        RequiredAuthority::Derived => "derived",
    }
}

fn erasure(by: ErasableBy) -> &'static str {
    match by {
        ErasableBy::Author => "mine",
        ErasableBy::LogOwner => "evidence",
        ErasableBy::Nobody => "keep",
    }
}

fn consequence(derivation: &Derivation) -> String {
    let place = match derivation.target {
        TargetLog::SameLog => "in the same log",
        TargetLog::Node => "in the node's log",
        TargetLog::FactDids => "in the log of each DID of the fact `dids`",
        TargetLog::Parties => "in the parties' logs",
    };
    let equal = derivation.equal.iter().map(|equal| match equal {
        Equal::RefIsIntentDid => ", `ref` is the intent's `did`",
        Equal::RefIsIntentAuthor => ", `ref` is the intent's `author`",
        Equal::RefIsIntentRef => ", `ref` is the intent's `ref`",
        Equal::SameFact => ", the fact is the intent's",
        Equal::Fact => ", the fact is the intent's, and so is a body bound to it, salt and all",
    });
    let equal: String = equal.collect();
    let members = derivation.members.iter().map(|row| match row.from {
        Source::Author => format!(", `{}` is its author", row.member),
        Source::Ref => format!(", `{}` is its `ref`", row.member),
        Source::OnlyDid => format!(", `{}` is the one of its `dids`", row.member),
        Source::Fact(name) => format!(", `{}` is its `{name}`", row.member),
        Source::Text(text) => format!(", `{}` is `{text}`", row.member),
        Source::Piece => format!(", `{}` times its `quantity` is its `amount`", row.member),
    });
    let members: String = members.collect();
    let own = match derivation.own {
        [] => String::new(),
        own => format!("; the home says `{}`", own.join("`, `")),
    };
    let erases: Vec<String> = derivation.erases.iter().map(erased_bodies).collect();
    let erases =
        if erases.is_empty() { String::new() } else { format!(" of {}", erases.join(", and of ")) };
    format!(
        "`{}` {place}, at most {} in each{erases}{equal}{members}{own}",
        derivation.op, derivation.at_most
    )
}

/// The entries whose bodies an erasure may name.
fn erased_bodies(scope: &ErasureScope) -> String {
    let mut text = match scope.ops {
        [] => "any operation".to_owned(),
        ops => format!("`{}`", ops.join("`, `")),
    };
    for (n, (field, of_intent)) in scope.equal.iter().enumerate() {
        let (with, name) = (if n == 0 { "whose" } else { "and" }, field.name());
        let whose = match of_intent {
            EntryField::Fact(member) if name != format!("fact.{member}") => {
                format!("one of the intent's `{}`", of_intent.name())
            }
            _ => format!("the intent's `{}`", of_intent.name()),
        };
        // Writing into a String does not fail.
        let _ = write!(text, " {with} `{name}` is {whose}");
    }
    if scope.below.is_some() {
        text.push_str(" or an item below it");
    }
    text
}

fn status(kind: RefusalKind) -> u16 {
    match kind {
        RefusalKind::BadRequest => 400,
        RefusalKind::Unauthorized => 401,
        RefusalKind::PaymentRequired => 402,
        RefusalKind::Forbidden => 403,
        RefusalKind::NotFound => 404,
        RefusalKind::Conflict => 409,
        RefusalKind::Gone => 410,
        RefusalKind::TooLarge => 413,
        RefusalKind::Stored => 500,
        RefusalKind::Unavailable => 503,
    }
}

/// The call of `imajin put` for an operation, with an example of its content.
///
/// # Errors
/// The operation's need besides the proof that `imajin put` makes.
pub fn usage(declaration: &Declaration) -> Result<String, Needs> {
    if let Some(needs) = declaration.needs {
        return Err(needs);
    }
    let op = declaration.spec.op;
    let sample = declaration.sample(&mut Words::new("word"));
    let mut out = format!("imajin put {} {op}", imajin_protocol::naming::service_of(op));
    // Writing into a String does not fail.
    if let Some(body) = sample.body {
        let _ = write!(out, " '{body}'");
    }
    if let Some(reference) = sample.reference {
        let _ = write!(out, " --ref {reference}");
    }
    if let Some(fact) = sample.fact {
        let _ = write!(out, " --fact '{fact}'");
    }
    // Only who asks for it can name these.
    let others = |derivation: &Derivation| derivation.target == TargetLog::Parties;
    if declaration.spec.derives.iter().any(others) {
        out.push_str(" --to did:imajin:…");
    }
    Ok(out)
}

/// Adds the schemas of a service's operations to its OpenAPI document: the bodies that its command route takes.
pub fn openapi(document: &mut Json, declarations: &[Declaration]) {
    let mut bodies = Vec::new();
    let mut schemas = Map::new();
    for declaration in declarations.iter().filter(|declaration| declaration.is_willed()) {
        let op = declaration.spec.op;
        if let Some(mut body) = declaration.schema(Part::Body) {
            body["description"] = declaration.about.into();
            body["properties"]["salt"] = json!({ "type": "object", "description": "16 random bytes as dag-json; exactly where a proof is sent" });
            bodies.push(json!({ "$ref": format!("#/components/schemas/{op}") }));
            schemas.insert(op.to_owned(), body);
        }
        if let Some(mut fact) = declaration.schema(Part::Fact) {
            fact["description"] = format!("The fact of {op}. {}", declaration.about).into();
            schemas.insert(format!("{op}.fact"), fact);
        }
    }
    if let Some(all) = document["components"]["schemas"].as_object_mut() {
        all.extend(schemas);
        all.sort_keys();
    }
    if !bodies.is_empty() {
        let content =
            &mut document["paths"]["/api/commands/{op}"]["post"]["requestBody"]["content"];
        content["application/json"]["schema"] = json!({ "anyOf": bodies });
    }
}
