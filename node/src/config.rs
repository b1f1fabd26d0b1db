//! Settings: one commented file with every default (`config/imajin.toml`, built in and written by `imajin init`), then
//! the data folder's or the given file, then `IMAJIN_<SECTION>_<NAME>`, then flags; the later wins. A name that does not
//! exist is refused, so that a misspelt setting is never silently ignored. Nothing here touches the network.

mod budgets;
mod claim;
mod layers;
mod registries;
mod registry;
mod settings;
mod whereabouts;

pub use budgets::BudgetsConfig;
pub use claim::ClaimConfig;
pub use layers::ConfigError;
pub use registries::RegistriesConfig;
pub use registry::{PeerSetting, RegistryConfig, RelayLimits};
pub use settings::{Config, HttpConfig, LogConfig, LogFormat, Ports, RegistrationSetting};

use crate::cli::{PortsArg, ServeArgs};
use std::path::{Path, PathBuf};

/// The commented defaults, each setting active.
const DEFAULTS: &str = include_str!("config/imajin.toml");

/// Data folder of the installed service (`StateDirectory` of `imajin.service`).
const INSTALLED: &str = "/var/lib/imajin";

/// The configuration file's name in a data folder.
pub const FILE_NAME: &str = "imajin.toml";

/// Returns the text that `imajin init` writes: the defaults with every setting commented out, so that an improved default
/// of a later version applies unless the owner chose another value.
pub fn commented_defaults() -> String {
    let mut out = String::with_capacity(DEFAULTS.len() + 256);
    for line in DEFAULTS.lines() {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            out.push('#');
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The data folder: the flag (or `IMAJIN_DATA`), else `$STATE_DIRECTORY`, else `$XDG_DATA_HOME/imajin`.
pub fn data_folder(flag: Option<&Path>) -> Result<PathBuf, ConfigError> {
    data_folder_from(flag, |name| std::env::var_os(name).map(PathBuf::from))
}

fn data_folder_from(
    flag: Option<&Path>,
    env: impl Fn(&str) -> Option<PathBuf>,
) -> Result<PathBuf, ConfigError> {
    let env = |name: &str| env(name).filter(|path| !path.as_os_str().is_empty());
    if let Some(path) = flag {
        return Ok(path.to_path_buf());
    }
    if let Some(state) = env("STATE_DIRECTORY") {
        // systemd gives a list separated by colons; the first is ours.
        let text = state.to_string_lossy();
        return Ok(PathBuf::from(text.split(':').next().unwrap_or(&text)));
    }
    if let Some(xdg) = env("XDG_DATA_HOME").filter(|path| path.is_absolute()) {
        return Ok(xdg.join("imajin"));
    }
    env("HOME").map(|home| home.join(".local/share/imajin")).ok_or(ConfigError::NoFolder)
}

/// Returns the folder of the node that a command is for: as [`data_folder`], but if the usual folder has no node, the
/// folder of the node that is installed on this machine, if this user may see it.
pub fn node_folder(flag: Option<&Path>) -> Result<PathBuf, ConfigError> {
    let usual = data_folder(flag)?;
    let is_named = flag.is_some() || std::env::var_os("STATE_DIRECTORY").is_some();
    Ok(if is_named { usual } else { whereabouts::of_node(usual, Path::new(INSTALLED)) })
}

/// The settings that the node of a data folder runs with, or ran with when it was served last.
pub fn of_node(data: &Path) -> Result<Config, ConfigError> {
    load(data, whereabouts::settings(data).as_deref())
}

/// Notes which settings a node is served with, for commands that are given its folder alone.
pub fn note(data: &Path, file: Option<&Path>) {
    whereabouts::note_settings(data, file);
}

/// The settings for a data folder: defaults, file, environment.
pub fn load(data: &Path, file: Option<&Path>) -> Result<Config, ConfigError> {
    let text = layers::read(data, file)?;
    layers::merge(
        DEFAULTS,
        text.as_ref().map(|(path, text)| (path.as_path(), text.as_str())),
        |name| std::env::var(name).ok(),
    )
}

/// The settings that a text has, where it is read as a file of that name; without the environment.
pub fn check(name: &Path, text: &str) -> Result<Config, ConfigError> {
    layers::merge(DEFAULTS, Some((name, text)), |_| None)
}

impl Config {
    /// Flags of `imajin serve`, which win over everything else.
    pub fn with_flags(mut self, flags: &ServeArgs) -> Self {
        if let Some(listen) = flags.listen {
            self.listen = listen;
        }
        if let Some(services) = &flags.services {
            self.services.clone_from(services);
        }
        if let Some(ports) = flags.ports {
            self.ports = match ports {
                PortsArg::Dev => Ports::Dev,
                PortsArg::Prod => Ports::Prod,
            };
        }
        if let Some(listen) = flags.tls_listen {
            self.tls.listen = listen.to_string();
        }
        if flags.no_lan {
            self.lan.announce = false;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_folder_prefers_the_flag_then_systemd_then_xdg_then_home() {
        let env = |known: &'static [(&'static str, &'static str)]| {
            move |name: &str| known.iter().find(|(k, _)| *k == name).map(|(_, v)| PathBuf::from(v))
        };
        let all: &[(&str, &str)] = &[
            ("STATE_DIRECTORY", "/var/lib/imajin:/var/lib/other"),
            ("XDG_DATA_HOME", "/xdg"),
            ("HOME", "/home/ada"),
        ];
        let folder = |flag: Option<&str>, env: &dyn Fn(&str) -> Option<PathBuf>| {
            data_folder_from(flag.map(Path::new), env).unwrap()
        };
        assert_eq!(folder(Some("d"), &env(all)), Path::new("d"));
        assert_eq!(folder(None, &env(all)), Path::new("/var/lib/imajin"));
        assert_eq!(folder(None, &env(&[("XDG_DATA_HOME", "/xdg")])), Path::new("/xdg/imajin"));
        assert_eq!(
            folder(None, &env(&[("XDG_DATA_HOME", "not/absolute"), ("HOME", "/home/ada")])),
            Path::new("/home/ada/.local/share/imajin")
        );
        assert!(data_folder_from(None, |_| None).is_err());
    }

    #[test]
    fn a_box_opens_its_own_names_every_hour() {
        let defaults = layers::merge(DEFAULTS, None, |_| None).unwrap();
        assert!(defaults.tls.watch_s <= 3_600);
    }

    #[test]
    fn what_init_writes_changes_nothing_and_uncommented_is_the_default() {
        let defaults = layers::merge(DEFAULTS, None, |_| None).unwrap();
        assert_eq!(defaults.limits, imajin_host::Limits::default());
        // The machine's own name isn't in any file.
        let of_machine = imajin_host::Config {
            machine_names: imajin_box::names::machine_names(),
            ..Default::default()
        };
        assert_eq!(defaults.for_services(), of_machine);
        assert_eq!(defaults.registry.settings(), imajin_registry::Settings::default());
        assert_eq!(defaults.pay, imajin_pay::Settings::default());
        assert_eq!(defaults.media, imajin_media::Settings::default());
        let text = commented_defaults();
        let path = Path::new("imajin.toml");
        let same = layers::merge(DEFAULTS, Some((path, &text)), |_| None).unwrap();
        assert_eq!(defaults, same);
        let uncommented = text
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase()) => rest,
                _ => line,
            })
            .collect::<Vec<_>>()
            .join("\n");
        assert_eq!(
            defaults,
            layers::merge(DEFAULTS, Some((path, &uncommented)), |_| None).unwrap()
        );
    }
}
