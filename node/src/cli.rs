//! The command line: every command, flag and help text of `imajin`. The names and flags are a contract with scripts,
//! so they are added to and never changed. It parses and decides nothing; each command has its file in `commands/`.

mod backup;
mod chat;
mod fair;
mod identity;
mod key;
mod location;
mod mcp;
mod node;
mod owner;
mod person;
mod repair;
mod update;
mod usb;

pub use backup::{BackupArgs, BackupCommand, BackupListArgs, CarryOnArgs, RestoreArgs};
pub use chat::{ChatCommand, ChatReadArgs, ChatVerifyArgs};
pub use fair::{
    FairAgreeArgs, FairCommand, FairEmbedArgs, FairReadArgs, FairSignArgs, FairStripArgs,
    FairVerifyArgs, TargetArgs,
};
pub use identity::{DidCommand, ResolveArgs};
pub use key::{KeyCommand, KeyNewArgs, KeyRecoverArgs, KeyShowArgs};
pub use location::{DataArgs, DataLocation, NodeAndKey, PlaceArgs, PlaceError, TrustArgs};
pub use mcp::McpArgs;
pub use node::{
    BoxSettingsArgs, InitArgs, PortMappingArgs, PortsArg, RebuildArgs, RegisterNodeArgs,
    ReportArgs, ServeArgs,
};
pub use owner::{OwnerCommand, OwnerGiveArgs, OwnerReleaseArgs, OwnerShowArgs};
pub use person::{
    AnchorArgs, Encrypt, ExportArgs, ImportArgs, ImportAs, ImportFlags, LogArgs, PutArgs,
    RegisterArgs, UserArgs,
};
pub use repair::RepairArgs;
pub use update::{UpdateArgs, VersionsCommand};
pub use usb::{UsbCommand, UsbExportArgs, UsbImportArgs, UsbListArgs};

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Exit status:
  0  done, or: valid
  1  refused, failed, or: not valid
  2  could not even try: wrong use, nothing there, not reachable

Examples:
  imajin                                            start a node on http://127.0.0.1:7000
  imajin key new --key me.json                      make yourself a key
  imajin register --node http://127.0.0.1:7000 --key me.json --handle ada --name Ada
  imajin export --node http://127.0.0.1:7000 --key me.json --to stick/ada
  imajin verify stick/ada                           needs no node and no network";

/// A sovereign node: it keeps each person's data in that person's own signed log, proves it, and hands it over.
#[derive(Debug, Parser)]
#[command(name = "imajin", version, about, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Cli {
    /// The command [default: serve].
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands of `imajin`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the node (the default command).
    Serve(ServeArgs),
    /// Make the node's key, folders and configuration file; print its DID and claim code.
    #[command(after_help = "\
Examples:
  imajin init --data /var/lib/imajin
  imajin init --data /var/lib/imajin --seal                             asks for a passphrase
  imajin init --data /var/lib/imajin --seal --seal-key-file stick/box.key
  imajin init --data /var/lib/imajin --reseal                           another passphrase
  imajin init --data /var/lib/imajin --carry-on did:imajin:… --key me.json

With --seal each start needs a passphrase, a key file or a systemd credential that is not on the card, to open the node's key
and secrets; without it the node starts unattended. A node that is sealed with a passphrase and started without one
asks for it on its page. If you lose it, the sealed data are lost. --reseal chooses another, --unseal removes the seal.

With --carry-on a new box becomes the same node although the old box's key is lost: bring the folder users/ of the old
box (or of a copy) into the data folder first. The owner's key signs the new box's key into the node's identity, and the
old key out of it.")]
    Init(InitArgs),
    /// Show the state of a node: versions, sizes, heads.
    #[command(
        after_help = "Examples:\n  imajin status\n  imajin status --data /var/lib/imajin --json"
    )]
    Status(ReportArgs),
    /// Check every log, the journal, the projections, permissions, disk and clock; print problems and remedies.
    #[command(
        after_help = "Exit status: 0 all is well, 1 something is wrong, 2 the folder cannot be checked.\n\n\
        Example:\n  imajin doctor --data /var/lib/imajin"
    )]
    Doctor(ReportArgs),
    /// Make, show or recover a person's key.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Resolve a DID and verify its identity chain.
    #[command(subcommand)]
    Did(DidCommand),
    /// Make an identity on a node with your own key.
    Register(RegisterArgs),
    /// Show who owns a node, hand it to another person, or release it.
    #[command(subcommand)]
    Owner(OwnerCommand),
    /// Register this node with a registry, leave one, or show the state of each registration.
    #[command(after_help = "\
A node needs no registry. The data folder keeps the choice; a running node acts on it within seconds, a stopped one at its
next start. `imajin register` is about people, not nodes.

Exit status: 0 done, 1 the registry does not answer or refuses.

Examples:
  imajin register-node                                       show its state
  imajin register-node https://registry.example
  imajin register-node https://registry.example --home       its name leads to the box at home, with HTTPS
  imajin register-node https://registry.example --leave")]
    RegisterNode(RegisterNodeArgs),
    /// Show or change whether this box asks its router for a port mapping (UPnP, NAT-PMP, PCP), so that it can be
    /// reached from outside.
    #[command(after_help = "\
Off until you turn it on. The box asks for one port, TCP 443 (or another if that is taken), which leads to its HTTPS port.
It renews the mapping while the node runs, and removes it when you turn it off or the node stops.

Examples:
  imajin port-mapping                 show its state
  imajin port-mapping on
  imajin port-mapping off")]
    PortMapping(PortMappingArgs),
    /// Sign any command and send it to a node.
    Put(PutArgs),
    /// Print the entries of a log, one a line.
    Log(LogArgs),
    /// Count what a node holds about a person, by service and kind.
    #[command(
        after_help = "Examples:\n  imajin count --node http://127.0.0.1:7000 --key me.json\n  \
        imajin count did:imajin:… --data /var/lib/imajin"
    )]
    Count(UserArgs),
    /// Write a person's whole record as a bundle that anyone can verify.
    Export(ExportArgs),
    /// Erase a person's data, and list what must stay as proof for others.
    #[command(
        after_help = "Needs the owner's key: a deletion is signed. It first says what it will erase and what stays.\n\n\
        Example:\n  imajin delete --node http://127.0.0.1:7000 --key me.json"
    )]
    Delete(DeleteArgs),
    /// Verify a bundle or a log without a node, a network or trust; or compare two bundles.
    Verify(VerifyArgs),
    /// Sign who made a file and how its earnings are shared (.fair); agree to it, verify it, put it into the file or take
    /// it out.
    #[command(subcommand)]
    Fair(FairCommand),
    /// Read or verify the conversations in a bundle, without a node.
    #[command(subcommand)]
    Chat(ChatCommand),
    /// Pass the messages of an assistant (MCP) on standard input on to a node.
    Mcp(McpArgs),
    /// Make a node publish an anchor of your record, so that it can't tell another history later, and countersign the
    /// anchor.
    Anchor(AnchorArgs),
    /// Bring a bundle onto a node, as the person's new home or as a read-only backup.
    Import(ImportArgs),
    /// Mend damaged records from a copy: a bundle, a stick, a backup, or another data folder.
    Repair(RepairArgs),
    /// List the USB sticks in a node's machine, and copy your data to and from them.
    #[command(subcommand)]
    Usb(UsbCommand),
    /// Make a backup of the whole node, encrypted to its owner, or list the backups of a place.
    #[command(
        args_conflicts_with_subcommands = true,
        after_help = "\
A backup holds everything at one moment: records, media, keys, settings. The node keeps running meanwhile, and stores
only what changed since the backup before. The place is a folder that exists (a stick), or s3://BUCKET/PREFIX with the
keys in IMAJIN_BACKUP_S3_KEY and IMAJIN_BACKUP_S3_SECRET and the address in IMAJIN_BACKUP_S3_URL.

Exit status: 0 made; 1 the place or the disk failed (earlier backups are unchanged), or the backup has damaged records in it;
2 it could not be tried.

Examples:
  imajin backup --to /media/stick/box
  imajin backup                            to the place under [backup] in the settings
  imajin backup list --to /media/stick/box --json"
    )]
    Backup(BackupArgs),
    /// Restore a node from a backup, as the same node, or check a backup.
    #[command(after_help = "\
Needs the owner's key file; from a recovery sheet, imajin key recover makes it. The folder must be empty or
have a node that nobody owns. What was written after the backup is not in it: each record waits until its owner
lets it continue. Never start the old card again.

Exit status: 0 done, or whole; 1 damaged, or the key opens none; 2 it could not be tried.

Examples:
  imajin restore --from /media/stick/box --key me.json --data /var/lib/imajin
  imajin restore --from /media/stick/box --key me.json --check
  imajin restore --registry https://registry.example --key me.json")]
    Restore(RestoreArgs),
    /// Resume your record on a node that was restored from a backup.
    #[command(after_help = "\
Signs a home entry of the next epoch. If you know a newer head than the node has (from a copy, a receipt or another node),
name it, so that everybody sees what you give up.

Example:
  imajin carry-on --node http://127.0.0.1:7000 --key me.json")]
    CarryOn(CarryOnArgs),
    /// Rebuild the projections from the logs.
    #[command(after_help = "Exit status with --check: 0 identical, 1 different.\n\n\
        Example:\n  imajin rebuild --check --data /var/lib/imajin")]
    Rebuild(RebuildArgs),
    /// Apply the settings on a card's first partition (the image does so at each start).
    #[command(after_help = "\
Reads imajin.toml and authorized_keys in DIR, and writes what the box's services start with: imajin.toml, wifi.conf,
authorized_keys and, if it could not apply something, problem. It applies nothing of a file with a mistake.
If imajin.toml names no Wi-Fi, it makes wifi.conf from the choice in --wifi, if there is one. --take first moves a valid request
of the page /wifi there.

Exit status: 0 applied; 1 something could not be applied, and problem says what; 2 it could not be tried, or the request is
malformed.

Examples:
  imajin box-settings --from /boot/firmware --to /run/box
  imajin box-settings --from /boot/firmware --to /run/box --wifi /data/wifi/wifi.json --take /run/imajin/wifi/wish")]
    BoxSettings(BoxSettingsArgs),
    /// Install a version of this program from a signed release, go back to the previous one, or list the versions here.
    #[command(after_help = "\
FILE is verified first: it must be whole and signed by one of the keys in /etc/imajin/release-keys, or by --release-key.
The node then starts with the new version. If that version does not come up healthy within its trial, also after a power cut, the
previous one runs again. Two versions are kept next to the packaged one; a newer package wins over both.

Exit status: 0 done (or that version runs already), 1 refused or given up, 2 it could not be tried.

Examples:
  imajin update imajin-0.2.0.release --check
  sudo imajin update imajin-0.2.0.release
  sudo imajin update --rollback
  imajin update --list")]
    Update(UpdateArgs),
    /// Steps that the service manager runs around a start.
    #[command(subcommand, hide = true)]
    Versions(VersionsCommand),
}

/// Flags of `imajin delete`.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    #[command(flatten)]
    /// The person, and the node or data folder.
    pub user: UserArgs,
    /// Do not ask for confirmation; required without a terminal.
    #[arg(long)]
    pub yes: bool,
    /// Write the signed receipt to this file as well.
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
}

/// Flags of `imajin verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
PATH is a bundle folder, a bundle tar (also an encrypted one: it asks for the passphrase, or takes it from
IMAJIN_PASSPHRASE; --key names an owner's key), or a bare log.sqlite.

Exit status: 0 valid, 1 not valid (the first bad entry is named), 2 unusable, 3 unknown entries: no rule is broken, but
the record has operations that this program does not know, so what they say is not proved.

Examples:
  imajin verify stick/ada
  imajin verify ada.tar --head bafyrei…             it must contain this entry, so nothing was cut off
  imajin verify ada.tar bob.tar                     do two parties' copies contradict each other?
  imajin verify ada.tar --anchors https://relay.example/registry/relay
                                                    does it still match what its node published?")]
pub struct VerifyArgs {
    /// A bundle or a log.
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Another party's bundle: verifies both, then compares them.
    #[arg(value_name = "PATH")]
    pub other: Option<PathBuf>,
    /// CID of an entry that the log must contain (a head that you know from elsewhere).
    #[arg(long, value_name = "CID", conflicts_with = "other")]
    pub head: Option<String>,
    /// The DID that the record must belong to.
    #[arg(long, value_name = "DID", conflicts_with = "other")]
    pub did: Option<String>,
    /// The anchors of the nodes that were its home: a file (of `imajin anchor --to`, or a node's /auth/api/anchors), or
    /// the address of a relay.
    #[arg(long, value_name = "FILE|URL", conflicts_with = "other")]
    pub anchors: Option<String>,
    /// A newer table of operations (docs/operations.json), for a record of a newer program.
    #[arg(long, value_name = "FILE")]
    pub operations: Option<PathBuf>,
    /// The owner's key file, to decrypt a copy that is encrypted to it.
    #[arg(long, value_name = "FILE", env = "IMAJIN_KEY")]
    pub key: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn definitions_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn nothing_means_serve() {
        assert!(Cli::try_parse_from(["imajin"]).unwrap().command.is_none());
    }

    #[test]
    fn the_contract_parses() {
        for line in [
            "serve --data d --listen 127.0.0.1:0 --services auth,profile --ports dev --config c.toml",
            "init --data d",
            "status --json",
            "doctor --data d --json",
            "port-mapping on --data d",
            "owner show --node http://n --key k --json",
            "owner give did:imajin:x --node http://n --key k --yes",
            "owner release --node http://n --key k --json",
            "register-node --data d",
            "register-node http://r --leave --json",
            "key new --key k",
            "key show --key k",
            "key recover --key k",
            "register --node http://n --key k --handle h --name n",
            "put --node http://n --key k profile profile.update {}",
            "log --node http://n --key k",
            "log --data d did:imajin:x",
            "log path --json",
            "count did:imajin:x --data d",
            "export did:imajin:x --data d --to p --encrypt owner",
            "export did:imajin:x --node http://n --key k --to p --encrypt passphrase",
            "delete did:imajin:x --node http://n --key k",
            "verify p --head c --json",
            "verify p q",
            "verify p --anchors http://n/registry/relay",
            "fair read f --json",
            "fair sign f --key k --manifest m --replace",
            "fair agree f --key k --chain c --chain d --to t",
            "fair verify f --chain c --json",
            "fair embed f --from s --to t",
            "fair strip f --replace",
            "chat read b --key k --conversation n --json",
            "chat verify b --json",
            "anchor --node http://n --key k --to f --json",
            "mcp --node http://n --token-file t",
            "import p --as home --node http://n --key k",
            "import p --as backup --data d",
            "rebuild --data d --check",
            "usb list --node http://n --key k --json",
            "usb export --node http://n --key k --stick sda1 --encrypt owner --json",
            "usb import imajin/c --node http://n --key k --stick sda1 --as home --invite i --json",
            "usb import --data d --key k",
            "box-settings --from a --to b",
            "backup --data d --to p --json",
            "backup list --to s3://b/p --json",
            "restore --from p --key k --backup b --data d --json",
            "restore --from p --key k --check",
            "carry-on --node http://n --key k --abandons h --json",
            "update f --check --release-key k --release-key l --json",
            "update f --allow-older --one-way",
            "update --rollback --one-way --json",
            "update --list --json",
            "update --requested",
            "versions before-start",
            "versions after-stop",
            "versions after-start",
            "versions packaged",
        ] {
            let words = std::iter::once("imajin").chain(line.split(' '));
            assert!(Cli::try_parse_from(words).is_ok(), "{line}");
        }
    }
}
