//! A client of rmcp, which `judge.mjs` drives: `imajin-rmcp http|stdio REVISION`. README.md has the lines that it reads and writes.

use std::env;
use std::error::Error;

use rmcp::model::{CallToolRequestParams, ClientConfig, ProtocolVersion};
use rmcp::service::RunningService;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rmcp::{ClientLifecycleMode, ClientServiceExt, RoleClient, ServiceError};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// The revision that begins with `initialize`.
const PREVIOUS: &str = "2025-11-25";

type Client = RunningService<RoleClient, ClientConfig>;

/// A line of the judge: a tool to call, or without a name the wish for the list of tools.
#[derive(Deserialize)]
struct Request {
    name: Option<String>,
    #[serde(default)]
    arguments: Map<String, Json>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(way), Some(revision)) = (arguments.next(), arguments.next()) else {
        return Err("usage: imajin-rmcp http|stdio REVISION".into());
    };
    let client = match connect(&way, &revision).await {
        Ok(client) => client,
        Err(error) => {
            println!("{}", json!({ "error": error.to_string() }));
            return Ok(());
        }
    };
    println!("{}", greet(&client));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = answer(&client, serde_json::from_str(&line)?).await;
        let answer = answer.unwrap_or_else(|error| json!({ "error": error.to_string() }));
        println!("{answer}");
    }
    client.cancel().await?;
    Ok(())
}

async fn connect(way: &str, revision: &str) -> Result<Client, Box<dyn Error>> {
    let url = env::var("IMAJIN_NODE")?;
    let lifecycle = if revision == PREVIOUS {
        ClientLifecycleMode::Initialize
    } else {
        ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] }
    };
    let client = ClientConfig::default();
    Ok(if way == "stdio" {
        let mut program = Command::new(env::var("IMAJIN_BIN")?);
        program.args(["mcp", "--node", &url]);
        let transport = TokioChildProcess::new(program)?;
        client.serve_with_lifecycle(transport, lifecycle).await?
    } else {
        let config = StreamableHttpClientTransportConfig::with_uri(format!("{url}/mcp"));
        let config = config.auth_header(env::var("IMAJIN_MCP_TOKEN")?);
        let transport = StreamableHttpClientTransport::from_config(config);
        client.serve_with_lifecycle(transport, lifecycle).await?
    })
}

/// Returns what the node reported of itself.
fn greet(client: &Client) -> Json {
    let info = client.peer_info();
    let info = info.as_deref();
    json!({
        "revision": info.map(|info| info.protocol_version.to_string()),
        "server": info.and_then(|info| info.server_info.as_ref()).map(|server| &server.name),
        "instructions": info.and_then(|info| info.instructions.as_ref()),
    })
}

async fn answer(client: &Client, request: Request) -> Result<Json, ServiceError> {
    let Some(name) = request.name else {
        let tools = client.list_all_tools().await?.into_iter();
        let names: Vec<String> = tools.map(|tool| tool.name.into_owned()).collect();
        return Ok(json!({ "tools": names }));
    };
    let params = CallToolRequestParams::new(name).with_arguments(request.arguments);
    let result = client.call_tool(params).await?;
    let texts = result.content.iter().filter_map(|block| block.as_text());
    let text: String = texts.map(|block| block.text.as_str()).collect();
    Ok(json!({
        "isError": result.is_error == Some(true),
        "text": text,
        "content": result.structured_content,
    }))
}
