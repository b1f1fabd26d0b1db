//! `imajin init`: keys and folders, before anything is served.

use crate::cli::InitArgs;
use crate::config::{self, FILE_NAME};
use crate::failure::{Failure, OrFail, Outcome};
use crate::open::Opened;
use crate::output::Out;
use crate::serve::claim;
use std::io::ErrorKind;

/// Runs it. Doing it again changes nothing.
pub(super) fn run(args: &InitArgs) -> Outcome {
    let data = config::data_folder(args.data.data.as_deref()).map_err(Failure::unusable)?;
    let settings = config::load(&data, None).map_err(Failure::unusable)?;
    if let (Some(did), Some(key)) = (&args.carry_on, &args.key) {
        super::carry_on::run(&data, &settings, did, key)?;
    }
    let opened = Opened::new(&data, &settings)?;
    let url = match settings.url.as_str() {
        "" => format!("http://{}", settings.listen),
        url => url.to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .or_unusable("cannot start")?;
    let site = runtime.block_on(opened.site(&settings, url))?;
    let did = opened.identity.did().clone();
    let claim = claim::code(site.node())?;
    drop(site);
    opened.close()?;

    let path = data.join(FILE_NAME);
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path);
    match written {
        Ok(mut file) => {
            std::io::Write::write_all(&mut file, config::commented_defaults().as_bytes())
                .or_unusable(format!("cannot write {}", path.display()))?
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).or_unusable(format!("cannot write {}", path.display())),
    }
    let mut out = Out::new();
    out.line(format_args!("node      {}", did.as_str()))?;
    out.line(format_args!("data      {}", data.display()))?;
    out.line(format_args!("settings  {}", path.display()))?;
    match claim {
        Some(code) => out.line(format_args!("claim     {code}"))?,
        None => out.line("claim     (the node has an owner)")?,
    }
    out.done()
}
