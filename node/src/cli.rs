//! What can be typed: every command, flag and help text of `imajin`. The names and flags are a contract with scripts,
//! so they are added to and never changed. It parses and decides nothing; each command has its file in `commands/`.

mod backup;
mod identity;
mod person;
mod place;
mod repair;
mod update;
mod usb;

pub use backup::{BackupArgs, BackupCommand, BackupListArgs, CarryOnArgs, RestoreArgs};
pub use identity::{DidCommand, ResolveArgs};
pub use person::{
    AnchorArgs, Encrypt, ExportArgs, ImportArgs, ImportAs, LogArgs, PutArgs, RegisterArgs, UserArgs,
};
pub use place::{DataArgs, NodeAndKey, Place, PlaceArgs, PlaceError, TrustArgs};
pub use repair::RepairArgs;
pub use update::{UpdateArgs, VersionsCommand};
pub use usb::{UsbCommand, UsbExportArgs, UsbImportArgs, UsbListArgs};

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
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
    /// What to do; nothing means `serve`.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// One thing that `imajin` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the node (also what `imajin` alone does).
    Serve(ServeArgs),
    /// Make the node's key, folders and configuration file; print its DID and claim code.
    #[command(after_help = "\
Examples:
  imajin init --data /var/lib/imajin
  imajin init --data /var/lib/imajin --seal                             asks for a passphrase
  imajin init --data /var/lib/imajin --seal --seal-key-file stick/box.key
  imajin init --data /var/lib/imajin --reseal                           another passphrase
  imajin init --data /var/lib/imajin --carry-on did:imajin:… --key me.json

With --seal the node's key and secrets are opened at each start by a passphrase, a key file or a systemd credential that is
not on the card; without it the node starts unattended. A node that is sealed with a passphrase and started without one
asks for it on its page. Losing what opens it loses what is sealed; --reseal chooses another, --unseal takes it off.

With --carry-on a new box becomes the same node although the old one's key is lost: bring the folder users/ of the old
box (or of a copy) into the data folder first. The owner's key signs the new box's key into the node's identity, and the
old key out of it.")]
    Init(InitArgs),
    /// Show what is there and what runs: versions, sizes, heads.
    #[command(
        after_help = "Examples:\n  imajin status\n  imajin status --data /var/lib/imajin --json"
    )]
    Status(ReportArgs),
    /// Check every log, the journal, the projections, permissions, disk and clock; say what is wrong and what to do.
    #[command(
        after_help = "Exit status: 0 all is well, 1 something is wrong, 2 the folder cannot be checked.\n\n\
        Example:\n  imajin doctor --data /var/lib/imajin"
    )]
    Doctor(ReportArgs),
    /// Make, show or recover a person's key.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Look a DID up and verify what it says.
    #[command(subcommand)]
    Did(DidCommand),
    /// Make an identity on a node with your own key.
    Register(RegisterArgs),
    /// Make this node known to a registry, leave one, or show how it stands with each.
    #[command(after_help = "\
A node needs no registry. The choice is kept in the data folder; a running node acts on it within seconds, another at its
next start. What people are named stays with `imajin register`.

Exit status: 0 as wished, 1 the registry does not answer or refuses.

Examples:
  imajin register-node                                       how it stands
  imajin register-node https://registry.example
  imajin register-node https://registry.example --home       its name leads to the box at home, with HTTPS
  imajin register-node https://registry.example --leave")]
    RegisterNode(RegisterNodeArgs),
    /// Sign any command and send it to a node.
    Put(PutArgs),
    /// Print the entries of a log, one a line.
    Log(LogArgs),
    /// Say how much a node holds about someone, by service and kind.
    #[command(
        after_help = "Examples:\n  imajin count --node http://127.0.0.1:7000 --key me.json\n  \
        imajin count did:imajin:… --data /var/lib/imajin"
    )]
    Count(UserArgs),
    /// Write someone's whole record as a bundle that proves itself.
    Export(ExportArgs),
    /// Erase someone's data: what can go goes, what must stay as proof for others is named.
    #[command(
        after_help = "Needs the owner's key: a deletion is signed. It first says what goes and what stays.\n\n\
        Example:\n  imajin delete --node http://127.0.0.1:7000 --key me.json"
    )]
    Delete(DeleteArgs),
    /// Verify a bundle or a log with no node, no network and no trust; or two bundles against each other.
    Verify(VerifyArgs),
    /// Have a node publish how far your record is, so that it cannot change its mind, and countersign that.
    Anchor(AnchorArgs),
    /// Bring a bundle onto a node, as the person's new home or as a read-only backup.
    Import(ImportArgs),
    /// Mend damaged records from a copy: a bundle, a stick, a backup, or another data folder.
    Repair(RepairArgs),
    /// See the USB sticks in a node's machine, and copy one's data to them and from them.
    #[command(subcommand)]
    Usb(UsbCommand),
    /// Make a backup of the whole node, encrypted to its owner, or list those of a place.
    #[command(
        args_conflicts_with_subcommands = true,
        after_help = "\
A backup holds everything at one moment: records, media, keys, settings. It is made while the node runs, and costs only
what changed since the one before. The place is a folder that is there already (a stick), or s3://BUCKET/PREFIX with the
keys in IMAJIN_BACKUP_S3_KEY and IMAJIN_BACKUP_S3_SECRET and the address in IMAJIN_BACKUP_S3_URL.

Exit status: 0 made, 1 the place or the disk failed (earlier backups are as they were) or it was made and records in it
are damaged, 2 it could not be tried.

Examples:
  imajin backup --to /media/stick/box
  imajin backup                            to the place under [backup] in the settings
  imajin backup list --to /media/stick/box --json"
    )]
    Backup(BackupArgs),
    /// Bring a node back from a backup, as the same node, or look whether a backup is whole.
    #[command(after_help = "\
Needs the key file of who owns the node; from a recovery sheet, imajin key recover makes it. The folder must be empty or
have a node that nobody owns. What was written after the backup is not in it: each record waits until whoever it belongs to
lets it go on. Never start the old card again.

Exit status: 0 done, or whole; 1 damaged, or the key does not open it; 2 it could not be tried.

Examples:
  imajin restore --from /media/stick/box --key me.json --data /var/lib/imajin
  imajin restore --from /media/stick/box --key me.json --check")]
    Restore(RestoreArgs),
    /// Let your record go on at a node that was restored from a backup.
    #[command(after_help = "\
Signs a home entry of the next epoch. If you know a newer head than the node has (from a copy, a receipt or another node),
name it, so that everybody sees what is given up.

Example:
  imajin carry-on --node http://127.0.0.1:7000 --key me.json")]
    CarryOn(CarryOnArgs),
    /// Make the projections anew from the logs.
    #[command(after_help = "Exit status with --check: 0 identical, 1 different.\n\n\
        Example:\n  imajin rebuild --check --data /var/lib/imajin")]
    Rebuild(RebuildArgs),
    /// Take over the settings on a card's first partition (the image does, at each start).
    #[command(after_help = "\
Reads imajin.toml and authorized_keys in DIR, and writes what the box's services start with: imajin.toml, wifi.conf,
authorized_keys and, where something could not be taken over, problem. A file with a mistake is not taken over at all.

Exit status: 0 taken over, 1 something could not be: it stands in problem.

Example:
  imajin box-settings --from /boot/firmware --to /run/box")]
    BoxSettings(BoxSettingsArgs),
    /// Bring another version of this program by a signed release, go back to the one before, or show what is here.
    #[command(after_help = "\
FILE is verified first: it must be whole and signed by one of the keys in /etc/imajin/release-keys, or by --release-key.
The node then starts with the new version. If that does not answer as well within a while, also after a power cut, the
version before runs again. Two versions are kept beside the packaged one; a newer package wins over both.

Exit status: 0 done (or that version runs already), 1 refused or given up, 2 it could not be tried.

Examples:
  imajin update imajin-0.2.0.release --check
  sudo imajin update imajin-0.2.0.release
  sudo imajin update --rollback
  imajin update --list")]
    Update(UpdateArgs),
    /// What the service manager has done around a start.
    #[command(subcommand, hide = true)]
    Versions(VersionsCommand),
}

/// Flags of `imajin serve`. What is not given comes from the environment, the configuration file, then the defaults.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Every setting of the configuration file can be given as IMAJIN_<SECTION>_<NAME>, for example IMAJIN_LISTEN or
IMAJIN_LIMITS_BODY_BYTES. A flag wins over the environment, the environment over the file.

Examples:
  imajin serve
  imajin serve --data /srv/imajin --listen 0.0.0.0:7000 --services auth,profile,www")]
pub struct ServeArgs {
    #[command(flatten)]
    /// Where the data is.
    pub data: DataArgs,
    /// Where to listen [default: 127.0.0.1:7000]; port 0 takes a free one and prints it.
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// Where to listen for HTTPS [default: nowhere]; port 0 takes a free one and prints it.
    #[arg(long, value_name = "ADDR:PORT")]
    pub tls_listen: Option<SocketAddr>,
    /// Do not be found on the local network.
    #[arg(long)]
    pub no_lan: bool,
    /// Which services to run [default: all].
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub services: Option<Vec<String>>,
    /// Also listen on each service's conventional port.
    #[arg(long, value_name = "WHICH")]
    pub ports: Option<PortsArg>,
    /// The configuration file [default: imajin.toml in the data folder, if it is there].
    #[arg(long, value_name = "FILE", env = "IMAJIN_CONFIG")]
    pub config: Option<PathBuf>,
}

/// The network's two sets of conventional ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PortsArg {
    /// www 3000, auth 3001 …
    Dev,
    /// www 7000, auth 7001 …
    Prod,
}

/// Flags of `imajin init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    #[command(flatten)]
    /// Where the data is to be.
    pub data: DataArgs,
    /// Become this node, whose log stands in the data folder and whose key is lost.
    #[arg(long, value_name = "DID", requires = "key")]
    pub carry_on: Option<String>,
    /// The key file of the node's owner.
    #[arg(long, value_name = "FILE", requires = "carry_on")]
    pub key: Option<PathBuf>,
    /// Seal the node's key: with a passphrase (asked for, or taken from IMAJIN_PASSPHRASE), or with a key file.
    #[arg(long, conflicts_with = "carry_on")]
    pub seal: bool,
    /// Seal it with the bytes of this file, which is kept off the card.
    #[arg(long, value_name = "FILE")]
    pub seal_key_file: Option<PathBuf>,
    /// Open the seal for good.
    #[arg(long, conflicts_with_all = ["seal", "carry_on"])]
    pub unseal: bool,
    /// Seal it with another passphrase (asked for, or taken from IMAJIN_NEW_PASSPHRASE) or key file.
    #[arg(long, conflicts_with_all = ["seal", "unseal", "carry_on"])]
    pub reseal: bool,
}

/// Flags of `imajin status` and `imajin doctor`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    #[command(flatten)]
    /// Where the data is.
    pub data: DataArgs,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin register-node`.
#[derive(Debug, Args)]
pub struct RegisterNodeArgs {
    /// The registry's address; without one, how the node stands with each is shown.
    #[arg(value_name = "URL")]
    pub url: Option<String>,
    /// Leave it instead.
    #[arg(long, requires = "url")]
    pub leave: bool,
    /// Let the name that it gives lead to the box at home, with a certificate that every browser knows; `no` ends that.
    #[arg(long, requires = "url", conflicts_with = "leave", value_name = "yes|no", num_args = 0..=1, default_missing_value = "yes",
        value_parser = clap::builder::PossibleValuesParser::new(["yes", "no"]))]
    pub home: Option<String>,
    #[command(flatten)]
    /// Where the data is.
    pub data: DataArgs,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// What can be done with a key file.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a new key, or bring one that you have into a key file.
    #[command(after_help = "\
The file holds two secret seeds (Ed25519 to sign, X25519 to decrypt) and is readable by you alone.

Examples:
  imajin key new --key me.json
  imajin key new --key me.json --from seed.txt     64 hexadecimal digits, or PKCS#8 as hexadecimal")]
    New(KeyNewArgs),
    /// Show the DID and public keys of a key file; with --recovery, its recovery sheet.
    #[command(after_help = "\
Examples:
  imajin key show --key me.json
  imajin key show --key me.json --recovery         the sheet as text, encrypted with a passphrase that you choose")]
    Show(KeyShowArgs),
    /// Get a key file back from a recovery sheet.
    #[command(after_help = "\
Example:
  imajin key recover --key me.json --sheet sheet.txt")]
    Recover(KeyRecoverArgs),
}

/// Flags of `imajin key new`.
#[derive(Debug, Args)]
pub struct KeyNewArgs {
    /// The key file to write; one that is there is never overwritten.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Take the signing key from this file (- is standard input): 64 hexadecimal digits, or PKCS#8 DER as hexadecimal.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin key show`.
#[derive(Debug, Args)]
pub struct KeyShowArgs {
    /// The key file.
    #[arg(long, value_name = "FILE", env = "IMAJIN_KEY")]
    pub key: PathBuf,
    /// Print the recovery sheet; asks for a passphrase, or takes it from IMAJIN_PASSPHRASE.
    #[arg(long)]
    pub recovery: bool,
    /// Print JSON.
    #[arg(long, conflicts_with = "recovery")]
    pub json: bool,
}

/// Flags of `imajin key recover`.
#[derive(Debug, Args)]
pub struct KeyRecoverArgs {
    /// The key file to write; one that is there is never overwritten.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The recovery text in a file [default: standard input].
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub sheet: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin delete`.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    #[command(flatten)]
    /// Whose data, and where.
    pub user: UserArgs,
    /// Do not ask; needed where there is no terminal.
    #[arg(long)]
    pub yes: bool,
    /// Write the signed receipt to this file as well.
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
}

/// Flags of `imajin verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
PATH is a bundle folder, a bundle tar (also an encrypted one: the passphrase is asked for or stands in
IMAJIN_PASSPHRASE, an owner's key is given with --key), or a bare log.sqlite.

Exit status: 0 valid, 1 not valid (the first bad entry is named), 2 unusable, 3 unknown entries: no rule is broken, but
the record has operations that this program does not know, so what they say is not proved.

Examples:
  imajin verify stick/ada
  imajin verify ada.tar --head bafyrei…             it must contain this entry: nothing was cut off
  imajin verify ada.tar bob.tar                     do two parties' copies contradict each other?
  imajin verify ada.tar --anchors https://relay.example/registry/relay
                                                    is it still what its node published about it?")]
pub struct VerifyArgs {
    /// A bundle or a log.
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Another party's bundle: both are verified, then compared.
    #[arg(value_name = "PATH")]
    pub other: Option<PathBuf>,
    /// CID of an entry that the log must contain (a head that you know from elsewhere).
    #[arg(long, value_name = "CID", conflicts_with = "other")]
    pub head: Option<String>,
    /// The DID that it must be about.
    #[arg(long, value_name = "DID", conflicts_with = "other")]
    pub did: Option<String>,
    /// What the nodes that it lived on published: a file (of `imajin anchor --to`, or a node's /auth/api/anchors), or the
    /// address of a relay.
    #[arg(long, value_name = "FILE|URL", conflicts_with = "other")]
    pub anchors: Option<String>,
    /// A newer table of operations than this program's, for a record of a newer program (docs/operations.json).
    #[arg(long, value_name = "FILE")]
    pub operations: Option<PathBuf>,
    /// The owner's key file, to open a copy that is encrypted to it.
    #[arg(long, value_name = "FILE", env = "IMAJIN_KEY")]
    pub key: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin rebuild`.
#[derive(Debug, Args)]
pub struct RebuildArgs {
    #[command(flatten)]
    /// Where the data is.
    pub data: DataArgs,
    /// Compare with what is there instead of replacing it.
    #[arg(long)]
    pub check: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin box-settings`.
#[derive(Debug, Args)]
pub struct BoxSettingsArgs {
    /// Where the owner's files are.
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
    /// Where services look for them.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
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
            "anchor --node http://n --key k --to f --json",
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
            "versions after-start",
            "versions packaged",
        ] {
            let words = std::iter::once("imajin").chain(line.split(' '));
            assert!(Cli::try_parse_from(words).is_ok(), "{line}");
        }
    }
}
