//! Packs the scripts, styles, icons and documentation: each file once, as it is sent to a browser (zlib, RFC 1950), with its hash.

#[path = "build/documentation.rs"]
mod documentation;
#[path = "build/texts.rs"]
mod texts;

use miniz_oxide::deflate::compress_to_vec_zlib;
use sha2::{Digest, Sha256};
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use texts::Message;

/// The app of this crate, whose catalogue has the texts of the scripts that all apps share.
const OWN_APP: &str = "www";
/// The name by which these scripts ask for their texts.
const SHARED: &str = "shared";
/// Bytes of the hash that name a file's version.
const TAG_BYTES: usize = 16;

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut files = Vec::new();
    walk(&here, Path::new("shared"), "", &mut files)?;
    let mut texts = TextModules {
        out: &out,
        shared_scripts: shared_scripts(&here, &files)?,
        files: Vec::new(),
    };
    for app in fs::read_dir(here.join(".."))? {
        let app = app?.file_name();
        let app = app.to_str().ok_or("an app's folder is not UTF-8")?;
        let assets = Path::new("..").join(app).join("assets");
        if here.join(&assets).is_dir() {
            walk(&here, &assets, &format!("{app}/"), &mut files)?;
        }
        let locales = here.join("..").join(app).join("locales");
        if locales.is_dir() {
            texts.add(&locales, app)?;
        }
    }
    // The texts shared by all services of items.
    texts.add(&here.join("../../kernel/items/locales"), "items")?;
    files.extend(texts.files);
    files.extend(documentation::pages());
    files.push(documentation::routes(&here.join(".."), &out)?);
    // A new app is a new member of the workspace.
    println!("cargo::rerun-if-changed=../../Cargo.toml");
    files.sort();
    let mut all = Sha256::new();
    let mut list = String::from("/// By name.\nstatic ASSETS: &[Asset] = &[\n");
    for (place, (name, file)) in files.iter().enumerate() {
        let bytes = fs::read(here.join(file))?;
        let mut tag = String::new();
        for byte in &Sha256::digest(&bytes)[..TAG_BYTES] {
            write!(tag, "{byte:02x}")?;
        }
        all.update(name.as_bytes());
        all.update(&tag);
        fs::write(out.join(format!("{place}.zlib")), compress_to_vec_zlib(&bytes, 9))?;
        writeln!(
            list,
            "    Asset {{ name: {name:?}, #[cfg(test)] file: {file:?}, tag: \"\\\"{tag}\\\"\", packed: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{place}.zlib\")) }},"
        )?;
    }
    list.push_str("];\n");
    let mut version = String::new();
    for byte in &all.finalize()[..TAG_BYTES] {
        write!(version, "{byte:02x}")?;
    }
    writeln!(
        list,
        "/// Names all of them: another file, or another content, is another version.\npub(crate) const VERSION: &str = {version:?};"
    )?;
    fs::write(out.join("assets.rs"), list)?;
    Ok(())
}

/// Returns the code of the scripts that all apps share.
fn shared_scripts(here: &Path, files: &[(String, PathBuf)]) -> Result<String, Box<dyn Error>> {
    let mut code = String::new();
    for (name, file) in files {
        if name.ends_with(".js") {
            code.push_str(&fs::read_to_string(here.join(file))?);
        }
    }
    Ok(code)
}

/// The modules with the texts of scripts.
struct TextModules<'a> {
    /// The folder for what is built.
    out: &'a Path,
    /// The code of the scripts that all apps share.
    shared_scripts: String,
    /// The name that each module is served by, and its path.
    files: Vec<(String, PathBuf)>,
}

impl TextModules<'_> {
    /// Adds the script texts of an app: a module for each of its languages.
    fn add(&mut self, locales: &Path, app: &str) -> Result<(), Box<dyn Error>> {
        println!("cargo::rerun-if-changed={}", locales.display());
        for entry in fs::read_dir(locales)? {
            let path = entry?.path();
            if path.extension().is_none_or(|ending| ending != "ftl") {
                continue;
            }
            let language = path.file_stem().and_then(|stem| stem.to_str());
            let language = language.ok_or("a language is not UTF-8")?;
            let messages = texts::messages(&fs::read_to_string(&path)?)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            if app == OWN_APP {
                self.add_apart(app, language, messages)?;
            } else {
                self.write(app, language, &texts::module(&messages, None)?)?;
            }
        }
        Ok(())
    }

    /// Adds what shared scripts say as a separate module, so that pages of other apps do not load the rest.
    fn add_apart(
        &mut self,
        app: &str,
        language: &str,
        messages: Vec<Message>,
    ) -> Result<(), Box<dyn Error>> {
        let is_shared = |message: &Message| {
            let quoted = format!("\"{}\"", message.id);
            self.shared_scripts.contains(&quoted)
        };
        let (shared, own): (Vec<_>, Vec<_>) = messages.into_iter().partition(is_shared);
        let base = format!("../{SHARED}/texts.{language}.js");
        self.write(SHARED, language, &texts::module(&shared, None)?)?;
        self.write(app, language, &texts::module(&own, Some(&base))?)
    }

    fn write(&mut self, app: &str, language: &str, module: &str) -> Result<(), Box<dyn Error>> {
        let file = self.out.join(format!("{app}.{language}.js"));
        fs::write(&file, module)?;
        self.files.push((format!("{app}/texts.{language}.js"), file));
        Ok(())
    }
}

/// The files below a folder of this crate's: the name that each is served by, and its path.
fn walk(
    here: &Path,
    folder: &Path,
    prefix: &str,
    files: &mut Vec<(String, PathBuf)>,
) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(here.join(folder))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().ok_or("a name is not UTF-8")?;
        let file = folder.join(name);
        if entry.path().is_dir() {
            walk(here, &file, &format!("{prefix}{name}/"), files)?
        } else {
            files.push((format!("{prefix}{name}"), file))
        }
    }
    Ok(())
}
