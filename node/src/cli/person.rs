//! Flags of what a person does with their own data.

use super::location::{NodeAndKey, PlaceArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Flags of `imajin register`.
#[derive(Debug, Args)]
#[command(after_help = "\
Doing it again with the same key changes nothing.

Examples:
  imajin register --node http://127.0.0.1:7000 --key me.json --handle ada --name 'Ada Lovelace'
  imajin register --node http://127.0.0.1:7000 --key me.json --claim CODE      become the owner of a new node")]
pub struct RegisterArgs {
    #[command(flatten)]
    /// The node, and the key.
    pub at: NodeAndKey,
    /// The name in your page's address: 3 to 30 of a-z, 0-9 and _.
    #[arg(long, value_name = "H")]
    pub handle: Option<String>,
    /// The display name.
    #[arg(long, value_name = "N")]
    pub name: Option<String>,
    /// The claim code that a new node prints; its first user becomes the node's owner.
    #[arg(long, value_name = "CODE")]
    pub claim: Option<String>,
    /// An invitation, if the node requires one.
    #[arg(long, value_name = "CODE")]
    pub invite: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin anchor`.
#[derive(Debug, Args)]
#[command(after_help = "\
A node anchors every record that changed once a day; this does it now, for yours. What it publishes says nothing of you to
anybody else. The answer is checked, and countersigned where your record has an identity chain: from then on nobody, not
even with your help, can pass off another history. Keep the file: a node that cut your record off is caught by it.

Examples:
  imajin anchor --node http://127.0.0.1:7000 --key me.json --to anchor.json
  imajin verify ada.tar --anchors anchor.json")]
pub struct AnchorArgs {
    #[command(flatten)]
    /// The node, and the key.
    pub at: NodeAndKey,
    /// Write the published anchor, with the path to your entry in it, to this file.
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

const PUT_HELP: &str = "\
The body is JSON; bytes are {\"/\":{\"bytes\":\"<base64>\"}}, links {\"/\":\"<cid>\"}. A salt is added. For an operation
without a body, give no body.

Examples:
  imajin put --node http://127.0.0.1:7000 --key me.json profile profile.update '{\"displayName\":\"Ada\"}'
  imajin put --node http://127.0.0.1:7000 --key me.json profile profile.update @me-profile.json
  imajin put --node http://127.0.0.1:7000 --key me.json profile profile.follow --fact '{\"dids\":[\"did:imajin:…\"]}'
  imajin put --node http://127.0.0.1:7000 --key me.json connections connections.block --ref did:imajin:…";

/// The help has an example of every declared operation that `imajin put` can submit.
fn put_long_help() -> String {
    let mut out = format!("{PUT_HELP}\n\nOperations:\n");
    for service in crate::open::all_services() {
        let asked_for = service.operations().iter().filter(|declaration| declaration.is_willed());
        for declaration in asked_for {
            let op = declaration.spec.op;
            let usage = imajin_app::operation::usage(declaration).unwrap_or_else(|_| {
                format!("{op}: not by put, but by a page of the node or another command")
            });
            out.push_str(&format!("  {}\n    {usage}\n", declaration.about));
        }
    }
    out
}

/// Flags of `imajin put`.
#[derive(Debug, Args)]
#[command(after_help = PUT_HELP, after_long_help = put_long_help())]
pub struct PutArgs {
    #[command(flatten)]
    /// The node, and the key.
    pub at: NodeAndKey,
    /// The service, for example profile.
    #[arg(value_name = "SERVICE")]
    pub service: String,
    /// The operation, for example profile.update.
    #[arg(value_name = "OP")]
    pub op: String,
    /// The body: JSON, @FILE, or - for standard input.
    #[arg(value_name = "JSON|@FILE|-", allow_hyphen_values = true)]
    pub body: Option<String>,
    /// The subject of the entry (a DID, a CID or an id).
    #[arg(long = "ref", value_name = "ID")]
    pub reference: Option<String>,
    /// The entry's fact, as JSON.
    #[arg(long, value_name = "JSON")]
    pub fact: Option<String>,
    /// A DID whose log may get a derived entry [default: the fact's dids]; repeatable.
    #[arg(long, value_name = "DID")]
    pub to: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin log`.
#[derive(Debug, Args)]
#[command(after_help = "\
One line an entry: number, time, who willed it, operation. With --json: one JSON object a line, with bodies.

Examples:
  imajin log --node http://127.0.0.1:7000 --key me.json
  imajin log --data /var/lib/imajin did:imajin:…
  imajin log stick/ada --json")]
pub struct LogArgs {
    /// A DID (in a data folder), or the path of a bundle or log; with --node, your own DID by default.
    #[arg(value_name = "DID|PATH")]
    pub target: Option<String>,
    #[command(flatten)]
    /// The node.
    pub place: PlaceArgs,
    /// Only entries after this number.
    #[arg(long, value_name = "SEQ")]
    pub after: Option<u64>,
    /// Print one JSON object a line, with bodies.
    #[arg(long)]
    pub json: bool,
}

/// A person, and the node or data folder.
#[derive(Debug, Args)]
pub struct UserArgs {
    /// The person's DID [default: the key's].
    #[arg(value_name = "DID")]
    pub did: Option<String>,
    #[command(flatten)]
    /// The node.
    pub place: PlaceArgs,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// The recipient of an encrypted bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Encrypt {
    /// A passphrase; asked for, or taken from IMAJIN_PASSPHRASE.
    Passphrase,
    /// The owner's encryption key.
    Owner,
}

/// Flags of `imajin export`.
#[derive(Debug, Args)]
#[command(after_help = "\
A path that ends in .tar, or --encrypt, gives one file; else a folder is written. With a key the bundle is signed by its
owner, without one by the node. What is at PATH is replaced only when the new bundle is whole; a folder that holds
something else is refused.

Examples:
  imajin export --node http://127.0.0.1:7000 --key me.json --to ada.tar
  imajin export did:imajin:… --data /var/lib/imajin --to stick/ada
  imajin export --node http://127.0.0.1:7000 --key me.json --to ada.tar.age --encrypt owner")]
pub struct ExportArgs {
    #[command(flatten)]
    /// The person, and the node or data folder.
    pub user: UserArgs,
    /// The file or folder to write [default: the DID's short name in this folder].
    #[arg(long, value_name = "PATH")]
    pub to: Option<PathBuf>,
    /// Encrypt it.
    #[arg(long, value_name = "TO")]
    pub encrypt: Option<Encrypt>,
}

/// The role of an imported bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportAs {
    /// This node becomes the person's home: the person signs that, and their record continues here.
    Home,
    /// A read-only copy.
    Backup,
}

/// Flags of `imajin import`.
#[derive(Debug, Args)]
#[command(after_help = "\
All or nothing, and it can be repeated after a break. Everything is verified first.

Examples:
  imajin import ada.tar --node https://imajin.local --key me.json          this node becomes Ada's home
  imajin import stick/ada --as backup --data /var/lib/imajin")]
pub struct ImportArgs {
    /// The bundle: a folder or a tar.
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    #[command(flatten)]
    /// The import.
    pub import: ImportFlags,
}

/// Flags of every import.
#[derive(Debug, Args)]
pub struct ImportFlags {
    /// The role of the import [default: home with --key, else backup].
    #[arg(long = "as", value_name = "WHAT")]
    pub what: Option<ImportAs>,
    #[command(flatten)]
    /// The node.
    pub place: PlaceArgs,
    /// The address that people will reach you at, written into the home entry [default: --node, or the configured one].
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// An invitation, if the node requires one.
    #[arg(long, value_name = "CODE")]
    pub invite: Option<String>,
    /// The newest head that you know, if the copy is older; later entries are abandoned.
    #[arg(long, value_name = "JWS")]
    pub abandons: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::put_long_help;

    #[test]
    fn the_help_of_put_has_examples_of_what_put_can_submit() {
        let help = put_long_help();
        for op in ["auth.identity.create", "connections.accept", "connections.group.join"] {
            assert!(help.contains(&format!("    {op}: not by put")), "{op}");
            assert!(
                !help.contains(&format!(
                    "imajin put {} {op} ",
                    op.split('.').next().unwrap_or_default()
                )),
                "{op}"
            );
        }
        assert!(help.contains("imajin put connections connections.block --ref did:imajin:"));
        let erase = help.lines().find(|line| line.contains("put events events.erase"));
        assert!(erase.is_some_and(|line| line.ends_with("--to did:imajin:…")), "{erase:?}");
    }
}
