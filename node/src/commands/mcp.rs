//! `imajin mcp`: passes the messages of a program on standard input on to a node, and prints the node's answers.

use crate::cli::McpArgs;
use crate::client::{Client, ClientError};
use crate::output::Out;
use imajin_box::failure::{OrFail, Outcome};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value as Json, json};
use std::io::stdin;

/// The environment variable with the token.
const TOKEN: &str = "IMAJIN_MCP_TOKEN";
const TOKEN_BYTES_MAX: u64 = 1_024;
/// The member of `_meta` with a request's revision.
const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
/// The code of JSON-RPC 2.0 for a failure that isn't the request's.
const INTERNAL_ERROR: i32 = -32_603;

pub(super) fn run(args: &McpArgs) -> Outcome {
    let token = match &args.token_file {
        Some(file) => super::read_text(file, TOKEN_BYTES_MAX)?,
        None => std::env::var(TOKEN).or_unusable(TOKEN)?,
    };
    let client = super::client(&args.node, args.trust)?;
    client.check_private()?;
    let mut out = Out::new();
    for line in stdin().lines() {
        let line = line.or_unusable("cannot read standard input")?;
        if line.trim().is_empty() {
            continue;
        }
        if let Some(answer) = pass_on(&client, token.trim(), line) {
            out.json_line(&answer)?;
            out.flush()?;
        }
    }
    out.done()
}

/// Sends a message, and returns the node's answer; `None` for a notification.
fn pass_on(client: &Client, token: &str, line: String) -> Option<Json> {
    let message: Json = serde_json::from_str(&line).unwrap_or(Json::Null);
    let mut request = client
        .request(Method::POST, "/mcp")
        .bearer_auth(token)
        .header(CONTENT_TYPE, "application/json");
    for (name, value) in headers(&message) {
        request = request.header(name, value);
    }
    let request = request.body(line);
    let id = message.get("id").cloned();
    if message.is_object() && id.is_none() {
        if let Err(error) = client.send(request) {
            eprintln!("imajin: {error}");
        }
        return None;
    }
    Some(match client.json(request) {
        Ok(answer) => answer,
        Err(ClientError::Refused { problem, .. }) if problem.get("jsonrpc").is_some() => problem,
        Err(error) => json!({
            "jsonrpc": "2.0",
            "id": id,
            "error": { "code": INTERNAL_ERROR, "message": error.to_string() },
        }),
    })
}

/// Returns the headers that say over HTTP what the message says.
fn headers(message: &Json) -> Vec<(&'static str, &str)> {
    let params = &message["params"];
    let Some(version) = params["_meta"][VERSION].as_str() else {
        return Vec::new();
    };
    let texts = [
        ("mcp-protocol-version", Some(version)),
        ("mcp-method", message["method"].as_str()),
        ("mcp-name", params["name"].as_str()),
    ];
    texts.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_say_what_a_message_of_the_current_revision_says() {
        let older = json!({ "method": "tools/list", "params": {} });
        assert!(headers(&older).is_empty());
        let call = json!({
            "method": "tools/call",
            "params": { "name": "tea_read", "_meta": { VERSION: "2026-07-28" } },
        });
        let expected = [
            ("mcp-protocol-version", "2026-07-28"),
            ("mcp-method", "tools/call"),
            ("mcp-name", "tea_read"),
        ];
        assert_eq!(headers(&call), expected);
    }
}
