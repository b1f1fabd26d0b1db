//! JSON Schemas (2020-12) of what operations say.

use serde_json::{Map, Value as Json, json};

use super::{Declaration, Part};
use crate::routing::DESCRIBED;

/// Makes the schema of a type.
pub type MakesSchema = fn() -> Json;

/// A member: its name, its description, whether it is optional, and its schema.
type Row<'a> = (&'a str, &'a str, bool, Option<MakesSchema>);

/// The schema, where what a program takes is described while it runs.
pub const fn described(schema: MakesSchema) -> Option<MakesSchema> {
    if DESCRIBED { Some(schema) } else { None }
}

/// The schema of a text with one of these values.
pub fn choice_schema(names: &[&str]) -> Json {
    json!({ "type": "string", "enum": names })
}

/// A map with exactly these members.
pub fn object_schema(members: &[Row<'_>]) -> Json {
    let mut properties = Map::new();
    for (name, about, _, schema) in members {
        let mut schema = schema.map_or(Json::Null, |schema| schema());
        if let (Some(schema), false) = (schema.as_object_mut(), about.is_empty()) {
            schema.insert("description".to_owned(), (*about).into());
        }
        properties.insert((*name).to_owned(), schema);
    }
    let required: Vec<&str> = members.iter().filter(|row| !row.2).map(|row| row.0).collect();
    let mut schema =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let (Some(schema), false) = (schema.as_object_mut(), required.is_empty()) {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

impl Declaration {
    /// The schema of the operation's fact or body; `None` if it has none.
    pub(super) fn schema(&self, part: Part) -> Option<Json> {
        let rows: Vec<Row<'_>> = self
            .part(part)
            .map(|member| (member.name, member.about, member.is_optional, member.schema))
            .collect();
        (!rows.is_empty()).then(|| object_schema(&rows))
    }
}
