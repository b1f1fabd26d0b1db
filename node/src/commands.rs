//! Commands, one per file. Each takes its flags and ends in an [`Outcome`], without access to the command line's text.

mod anchor;
mod backup;
mod box_settings;
mod carry_on;
mod carry_on_here;
mod chat;
mod count;
mod delete;
mod did;
mod doctor;
mod export;
mod fair;
mod import;
mod init;
mod key;
mod log;
mod mcp;
mod owner;
mod port_mapping;
mod put;
mod reach;
pub(crate) mod rebuild;
mod register;
mod register_node;
mod repair;
mod restore;
mod status;
mod update;
mod usb;
mod verify;
mod versions;

use crate::cli::{Cli, Command, DataArgs, TrustArgs};
use crate::client::{Client, ClientError, KnownNodes, NodeMeeting, Signer};
use crate::config::{self, Config};
use crate::open::FolderError;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::folder::is_data_folder;
use imajin_box::key::PersonKey;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Runs what was typed.
pub fn run(cli: Cli) -> Outcome {
    match cli.command.unwrap_or_else(|| Command::Serve(Default::default())) {
        Command::Serve(args) => crate::serve::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Key(command) => key::run(command),
        Command::Did(command) => did::run(&command),
        Command::Register(args) => register::run(&args),
        Command::Owner(command) => owner::run(&command),
        Command::RegisterNode(args) => register_node::run(&args),
        Command::PortMapping(args) => port_mapping::run(&args),
        Command::Log(args) => log::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Fair(command) => fair::run(&command),
        Command::Chat(command) => chat::run(&command),
        Command::Count(args) => count::run(&args),
        Command::Delete(args) => delete::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Rebuild(args) => rebuild::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Repair(args) => repair::run(&args),
        Command::Usb(command) => usb::run(&command),
        Command::Put(args) => put::run(args),
        Command::Anchor(args) => anchor::run(&args),
        Command::Mcp(args) => mcp::run(&args),
        Command::BoxSettings(args) => box_settings::run(&args),
        Command::Backup(args) => backup::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Update(args) => update::run(&args),
        Command::Versions(command) => versions::run(&command),
        Command::CarryOn(args) => carry_on_here::run(&args),
    }
}

/// The data folder of the node that a command is for.
fn existing_node(args: &DataArgs) -> Outcome<PathBuf> {
    let data = config::node_folder(args.data.as_deref()).map_err(Failure::unusable)?;
    if is_data_folder(&data) { Ok(data) } else { Err(FolderError::Missing(data).into()) }
}

/// The data folder that a command is for, and the settings of its node.
fn node_with_settings(data: Option<&Path>) -> Outcome<(PathBuf, Config)> {
    let data = config::node_folder(data).map_err(Failure::unusable)?;
    let config = config::of_node(&data).map_err(Failure::unusable)?;
    Ok((data, config))
}

/// A text from a file, or from standard input where the path is `-`.
fn read_text(path: &Path, bytes_max: u64) -> Outcome<String> {
    let mut text = String::new();
    let doing = || format!("cannot read {}", path.display());
    let read = if path == Path::new("-") {
        std::io::stdin().take(bytes_max + 1).read_to_string(&mut text)
    } else {
        File::open(path).or_unusable(doing())?.take(bytes_max + 1).read_to_string(&mut text)
    };
    let count = read.or_unusable(doing())?;
    if count as u64 > bytes_max {
        Err(Failure::unusable(format!("{}: more than {bytes_max} bytes", doing())))
    } else {
        Ok(text)
    }
}

/// A connection to a node that answered at this address before, or that is remembered from now on.
fn client(url: &str, trust: TrustArgs) -> Outcome<Client> {
    let client = Client::new(url)?;
    let known_nodes = KnownNodes::of_person(trust.accept_new_node)?;
    let meeting = client.meet(&known_nodes)?;
    let (node, file) = (client.did()?, known_nodes.path.display());
    match meeting {
        NodeMeeting::Again | NodeMeeting::Here => {}
        NodeMeeting::First => {
            eprintln!("first use of {url}: it is the node {node} (remembered in {file})")
        }
        NodeMeeting::Instead(before) => {
            eprintln!(
                "{url} is the node {node} from now on, no longer {before} (remembered in {file})"
            );
        }
    }
    Ok(client)
}

/// A node, and the signer of its requests.
pub struct Person {
    client: Client,
    signer: Signer,
    key: PersonKey,
}

impl Person {
    fn connect(url: &str, key: &Path, trust: TrustArgs) -> Outcome<Self> {
        let key = PersonKey::read(key).map_err(Failure::unusable)?;
        Self::new(client(url, trust)?, key)
    }

    /// Connects to a node that this command started itself.
    fn local(url: &str, key: &Path) -> Outcome<Self> {
        let key = PersonKey::read(key).map_err(Failure::unusable)?;
        Self::new(Client::new(url)?, key)
    }

    fn new(client: Client, key: PersonKey) -> Outcome<Self> {
        Ok(Self { client, signer: Signer::new(&key)?, key })
    }
}

/// Adds the node to the person's chain if the chain doesn't name it yet. A failure here doesn't fail the command.
fn tell_where(person: &Person) {
    if let Err(error) = person.client.tell_where(&person.signer, &person.key) {
        eprintln!("your identity does not name this node as its home yet: {error}");
    }
}

impl From<ClientError> for Failure {
    /// A node that said no, or that is not the record's home, is exit code 1; what never got an answer, or could not be said,
    /// is 2.
    fn from(error: ClientError) -> Self {
        match (error.status(), &error) {
            (Some(_), _) | (None, ClientError::LivesElsewhere { .. }) => Self::no(error),
            (None, _) => Self::unusable(error),
        }
    }
}
