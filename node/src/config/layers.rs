//! Laying one set of settings over another, and saying exactly which one is wrong.

use super::{Config, FILE_NAME};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// A setting that cannot be used, told so that it can be mended.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ConfigError {
    #[error(
        "no data folder: give --data DIR (neither $STATE_DIRECTORY, $XDG_DATA_HOME nor $HOME is set)"
    )]
    NoFolder,
    #[error("cannot read the configuration file {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path} is not a TOML file: {source}")]
    Syntax { path: PathBuf, source: Box<toml::de::Error> },
    #[error(
        "{path}: there is no setting `{name}`; `imajin init` in an empty folder writes a file with all of them"
    )]
    Unknown { path: PathBuf, name: String },
    #[error("{origin}: {problem}")]
    Value { origin: String, problem: String },
}

/// The table that has other names than the defaults.
const OPEN: &str = "budgets.";

/// The text of the given file, which must be there, or of the folder's, which need not.
pub(super) fn read(
    data: &Path,
    file: Option<&Path>,
) -> Result<Option<(PathBuf, String)>, ConfigError> {
    let path = file.map_or_else(|| data.join(FILE_NAME), Path::to_path_buf);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some((path, text))),
        Err(error) if error.kind() == ErrorKind::NotFound && file.is_none() => Ok(None),
        Err(source) => Err(ConfigError::Read { path, source }),
    }
}

/// Defaults, then the file, then the environment.
pub(super) fn merge(
    defaults: &str,
    file: Option<(&Path, &str)>,
    env: impl Fn(&str) -> Option<String>,
) -> Result<Config, ConfigError> {
    let mut settings = parse(Path::new("the built-in defaults"), defaults)?;
    let mut config = to_config(&settings, "the built-in defaults")?;
    if let Some((path, text)) = file {
        lay_over(&mut settings, parse(path, text)?, path, "")?;
        config = to_config(&settings, &path.display().to_string())?;
    }
    let mut names = Vec::new();
    collect_names(&settings, "", &mut names);
    for name in names {
        let variable = format!("IMAJIN_{}", name.replace('.', "_").to_uppercase());
        let Some(text) = env(&variable) else { continue };
        set(&mut settings, &name, &text, &variable)?;
        config = to_config(&settings, &variable)?;
    }
    Ok(config)
}

fn parse(path: &Path, text: &str) -> Result<Table, ConfigError> {
    text.parse().map_err(|source| ConfigError::Syntax {
        path: path.to_path_buf(),
        source: Box::new(source),
    })
}

fn to_config(settings: &Table, origin: &str) -> Result<Config, ConfigError> {
    let value = |problem: String| ConfigError::Value { origin: origin.to_owned(), problem };
    // Goes through JSON values, which the program parses anyway: another deserializer for each section would be large.
    let config: Config = serde_json::to_value(settings)
        .and_then(serde_json::from_value)
        .map_err(|error| value(error.to_string()))?;
    config.check().map_err(value)?;
    Ok(config)
}

fn lay_over(under: &mut Table, over: Table, path: &Path, prefix: &str) -> Result<(), ConfigError> {
    for (key, value) in over {
        let name = format!("{prefix}{key}");
        match (under.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => {
                lay_over(under, over, path, &format!("{name}."))?;
            }
            (Some(slot), value) if slot.same_type(&value) => *slot = value,
            (Some(slot @ Value::Float(_)), Value::Integer(value)) => {
                *slot = Value::Float(value as f64)
            }
            (Some(slot), _) => {
                return Err(ConfigError::Value {
                    origin: path.display().to_string(),
                    problem: format!("`{name}` must be a {}", slot.type_str()),
                });
            }
            // Its names are those of operations, which the services know.
            (None, value) if prefix.starts_with(OPEN) => {
                under.insert(key, value);
            }
            (None, _) => {
                return Err(ConfigError::Unknown { path: path.to_path_buf(), name });
            }
        }
    }
    Ok(())
}

fn collect_names(table: &Table, prefix: &str, out: &mut Vec<String>) {
    for (key, value) in table {
        match value {
            Value::Table(inner) => collect_names(inner, &format!("{prefix}{key}."), out),
            _ => out.push(format!("{prefix}{key}")),
        }
    }
}

/// Sets the value at an existing dotted name, parsed as the type of the current value.
fn set(settings: &mut Table, name: &str, text: &str, variable: &str) -> Result<(), ConfigError> {
    let wrong = |what: &str| ConfigError::Value {
        origin: variable.to_owned(),
        problem: format!("must be {what}, and is {text:?}"),
    };
    let (mut table, mut rest) = (settings, name);
    while let Some((section, inner)) = rest.split_once('.') {
        let Some(Value::Table(next)) = table.get_mut(section) else {
            return Err(wrong("part of a section"));
        };
        (table, rest) = (next, inner);
    }
    let slot = table.get_mut(rest).ok_or_else(|| wrong("a known setting"))?;
    *slot = match slot {
        Value::Integer(_) => {
            Value::Integer(text.trim().parse().map_err(|_| wrong("a whole number"))?)
        }
        Value::Float(_) => Value::Float(text.trim().parse().map_err(|_| wrong("a number"))?),
        Value::Boolean(_) => {
            Value::Boolean(text.trim().parse().map_err(|_| wrong("true or false"))?)
        }
        Value::Array(_) => Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| Value::String(part.to_owned()))
                .collect(),
        ),
        _ => Value::String(text.to_owned()),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::DEFAULTS;
    use super::*;

    fn with_file(text: &str) -> Result<Config, ConfigError> {
        merge(DEFAULTS, Some((Path::new("f.toml"), text)), |_| None)
    }

    fn with_env(name: &'static str, value: &'static str) -> Result<Config, ConfigError> {
        merge(DEFAULTS, None, move |asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn the_file_wins_over_defaults_and_the_environment_over_the_file() {
        let file =
            Some((Path::new("f.toml"), "listen = \"127.0.0.1:1\"\n[log]\nlevel = \"debug\""));
        let config =
            merge(DEFAULTS, file, |name| (name == "IMAJIN_LISTEN").then(|| "127.0.0.1:2".into()))
                .unwrap();
        assert_eq!((config.listen.port(), config.log.level.as_str()), (2, "debug"));
    }

    #[test]
    fn a_misspelt_setting_is_named() {
        let error = with_file("[log]\nlevle = \"debug\"").unwrap_err().to_string();
        assert!(error.contains("`log.levle`") && error.contains("f.toml"), "{error}");
    }

    #[test]
    fn a_wrong_type_or_value_is_named() {
        assert!(
            with_file("listen = 7000")
                .unwrap_err()
                .to_string()
                .contains("`listen` must be a string")
        );
        assert!(with_file("listen = \"nowhere\"").unwrap_err().to_string().contains("f.toml"));
        assert!(with_file("x = [").unwrap_err().to_string().contains("not a TOML file"));
        let error = with_env("IMAJIN_LIMITS_CONNECTIONS", "many").unwrap_err().to_string();
        assert_eq!(error, "IMAJIN_LIMITS_CONNECTIONS: must be a whole number, and is \"many\"");
    }

    #[test]
    fn a_budget_is_named_by_its_operation_and_is_two_numbers() {
        let read = |text: &str| with_file(&format!("[budgets]\n{text}"));
        let reach = |author, target| imajin_app::Reach { author, target };
        for text in ["pay.settle = [20000, 500]", "\"pay.settle\" = [20000, 500]"] {
            let budgets = read(text).unwrap().budgets.read().unwrap();
            assert_eq!(budgets["pay.settle"], reach(20_000, 500));
        }
        let free = read("events.buy = [0, 50]").unwrap().budgets.read().unwrap();
        assert_eq!(free["events.buy"], reach(u32::MAX, 50));
        for text in ["5", "[5]", "[-1, 1]", "[\"many\", 1]", "[10, 20]", "true"] {
            let error = read(&format!("pay.settle = {text}")).unwrap_err().to_string();
            assert!(error.contains("`budgets.pay.settle`") && error.contains("f.toml"), "{error}");
        }
    }

    #[test]
    fn lists_and_numbers_come_from_the_environment_too() {
        let expected = ["auth", "profile"];
        assert_eq!(with_env("IMAJIN_SERVICES", "auth, profile").unwrap().services, expected);
        assert_eq!(with_env("IMAJIN_LIMITS_CONNECTIONS", "7").unwrap().limits.connections, 7);
    }
}
