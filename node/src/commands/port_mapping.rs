//! `imajin port-mapping`: whether this box asks its router for a port mapping. The running node does that; the command
//! saves the choice in its folder and prints the state.

use crate::cli::PortMappingArgs;
use crate::output::Out;
use imajin_box::failure::{OrFail, Outcome};
use imajin_box::folder::NODE_FOLDER;
use imajin_box::{address, control};
use imajin_host::mapping::{self, Mapping};
use serde_json::json;

pub(super) fn run(args: &PortMappingArgs) -> Outcome {
    let data = super::existing_node(&args.data)?;
    let folder = data.join(NODE_FOLDER);
    if let Some(word) = &args.choice {
        mapping::choose(&folder, word == "on").or_no("saving the choice")?;
    }
    let on = mapping::is_wanted(&folder).or_no("reading the choice")?;
    let is_running = address::running(&data).is_some();
    let stands = if is_running {
        control::ask(&data).ok().and_then(|running| running.place.mapping)
    } else {
        None
    };
    Out::answer(args.json, &json!({ "on": on, "mapping": stands }), |out| {
        out.line(says(on, is_running, stands.as_ref()))
    })
}

fn says(on: bool, is_running: bool, stands: Option<&Mapping>) -> String {
    match (on, stands) {
        (false, _) => "off: no router is asked for anything".to_owned(),
        (true, _) if !is_running => "on: the router is asked when the node starts".to_owned(),
        (true, None | Some(Mapping::Asking)) => "on: the router is being asked".to_owned(),
        (true, Some(Mapping::Open(open))) => format!("on: {}", open.says()),
        (true, Some(Mapping::Failed(why))) => {
            format!("on, but no port leads here: {why}; the box asks the router again")
        }
    }
}
