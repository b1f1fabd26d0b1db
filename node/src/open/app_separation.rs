//! Apps stay apart: none is named in the kernel or in another app, and each is the same folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::sentences::with_messages;
use super::services::all_services;

/// The kernel's own word for people's files, which is the name of an app as well: the member of a fact that names them, the
/// folder that has them, and what it is called in answers.
const FILES: &str = "media";
/// A file in that folder.
const FILES_BELOW: &str = "media/{}/{name}";

/// Texts of the source that begin with an app's name and stay: the file, the texts, and the reason.
const STAY: &str = "
kernel/ledger/src/media/disk/marker.rs | media.json | the marker of a disk that has people's files
kernel/ledger/src/media/disk/standing.rs | media.json | the note of where people's files are
kernel/log/src/format/views.rs | chat learn | a section of bundles that had fewer lists before
kernel/log/src/format/views/things.rs | connections.group.create connections.group.dissolve connections.group.offer connections.group.take events.create | an operation by which a record says what its owner has
apps/media/src/pages/timeline.rs | /connections/groups | the page where a group is made
apps/media/src/routes.rs | /links | a page of its own
apps/media/src/routes/sale.rs | /pay/api/receipts/{payment} | where the receipt of a payment is
apps/auth/trust/src/tier.rs | connections | a condition of a tier
apps/auth/data/src/count.rs | profile | an example of the API's document
apps/auth/identity/src/login.rs | profile.handle.claim profile.update | operations that a registration of the older API enters
apps/chat/room/src/room/own.rs | connections.group. | what a person wants of a group
apps/chat/room/src/ops.rs | connections.group.create connections.group.dissolve connections.group.join | what people sign of a group with a key of their own
apps/chat/room/src/ops.rs | connections.group.leave connections.group.offer connections.group.remove connections.group.role connections.group.take | what removes somebody from a conversation, or gives a role in it
apps/connections/src/routes/query.rs | profile | an example of the API's document
apps/links/src/pages.rs | www. | what many hosts begin with
apps/pay/src/projection.rs | profile | a fee profile
apps/pay/src/routes/fees.rs | profile | a fee profile
apps/pay/src/routes/settle.rs | events | an example of the API's document
apps/profile/src/data_rights.rs | links | a member of a profile
apps/profile/src/members.rs | links | a member of a profile
apps/profile/src/operations/update.rs | connections | an audience
apps/profile/src/operations/update.rs | links | a member of a profile
apps/profile/src/pages.rs | connections | an audience
apps/profile/src/pages.rs | links | a member of a profile
apps/profile/src/projection.rs | connections.block | an operation that it subscribes to
kernel/relay/src/admit/identity.rs | profile | a member of DFOS
kernel/relay/src/relay/http/well_known.rs | profile | a member of DFOS
kernel/relay/src/store/lists.rs | profile | a member of DFOS
apps/www/src/pages/create.rs | /connections /profile/edit | the page that begins an identity ends there
apps/www/src/record.rs | links | a member of a profile
apps/www/src/record.rs | profile.handle.claim profile.update | what a record shows of a body
apps/auth/data/src/index_page/sections.rs | profile | the part of a bundle that people read first
kernel/log/src/verify/bundle/belongs.rs | chat.opened connections.group.handed connections.group.opened events.opened | logs whose key a node keeps
kernel/protocol/src/tier.rs | connections | a condition of a tier
apps/coffee/src/operations/words.rs | away | the reason of a refusal: their home is elsewhere
apps/dykil/src/operations/answer.rs | away | the reason of a refusal: their home is elsewhere
apps/learn/src/operations/enroll.rs | away | the reason of a refusal: their home is elsewhere
apps/market/src/operations/cancel.rs | away | the reason of a refusal: their record is elsewhere
apps/market/src/operations/order.rs | away | the reason of a refusal: their record is elsewhere
apps/market/src/operations/review.rs | away | the reason of a refusal: their record is elsewhere
apps/media/src/operations/fair.rs | away | the reason of a refusal: their home is elsewhere
apps/media/src/operations/sale.rs | away | the reason of a refusal: their home is elsewhere
";

/// Files with reserved names, which include every service's name even if the service does not run.
const RESERVED: [&str; 2] = ["apps/profile/src/handle.rs", "apps/registry/src/directory/name.rs"];

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The Rust files of the product below a folder, by their path from the top.
fn sources(folder: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(top().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{folder}/{name}");
        let is_test = ["tests", "tests.rs", "testing", "testing.rs", "benches", "examples"];
        if is_test.contains(&name.as_str()) {
        } else if entry.path().is_dir() {
            sources(&path, found)
        } else if name.ends_with(".rs") {
            found.push(path)
        }
    }
}

/// The texts in quotes of a file, without comments and tests.
fn texts(path: &str) -> Vec<String> {
    let source = with_messages(&fs::read_to_string(top().join(path)).unwrap());
    let tests = ["#[cfg(test)]\nmod", "#[cfg(test)]\n#[allow", "#[cfg(all(test"];
    let end = tests.iter().filter_map(|from| source.find(from)).min();
    let source = &source[..end.unwrap_or(source.len())];
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: Vec<&str> = code.collect();
    let code = code.join("\n").replace("\\\"", "");
    code.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn no_app_is_named_in_the_kernel_or_in_another_app() {
    // `auth` is the kernel's own name for what is of the log itself (docs/format.md, 8).
    let apps: Vec<&str> = all_services().iter().map(|service| service.name()).collect();
    let apps: Vec<&str> = apps.into_iter().filter(|app| *app != imajin_log::ops::SERVICE).collect();
    let mut files = Vec::new();
    sources("kernel", &mut files);
    sources("apps", &mut files);
    assert!(files.len() > 200, "{}", files.len());
    let mut violations = BTreeSet::new();
    for file in files.iter().filter(|file| !RESERVED.contains(&file.as_str())) {
        let own = file.strip_prefix("apps/").and_then(|rest| rest.split('/').next());
        for text in texts(file) {
            let bare = text.strip_prefix('/').unwrap_or(&text);
            let first = bare.split(['/', '.', '?']).next().unwrap_or_default();
            let is_kernels = text == FILES || text == FILES_BELOW;
            if apps.contains(&first)
                && !is_kernels
                && own != Some(first)
                && !text.contains(char::is_whitespace)
            {
                violations.insert((file.clone(), text));
            }
        }
    }
    let mut stay = BTreeSet::new();
    for row in STAY.trim().lines() {
        let [file, texts, _reason] = row.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("a row has a file, texts and a reason: {row}");
        };
        stay.extend(texts.split(' ').map(|text| (file.to_owned(), text.to_owned())));
    }
    let more: Vec<_> = violations.difference(&stay).collect();
    assert!(more.is_empty(), "ask for a capability or read the manifests instead: {more:#?}");
    let less: Vec<_> = stay.difference(&violations).collect();
    assert!(less.is_empty(), "not there any more, so take it off the list: {less:#?}");
}

#[test]
fn each_app_is_the_same_folder() {
    for name in all_services().iter().map(|service| service.name()) {
        let folder = top().join("apps").join(name);
        for part in ["Cargo.toml", "README.md", "openapi.json", "src/lib.rs", "src/manifest.rs"] {
            assert!(folder.join(part).is_file(), "apps/{name} has no {part}");
        }
        let lib = fs::read_to_string(folder.join("src/lib.rs")).unwrap();
        for old in ["mod own;", "mod reads;"] {
            assert!(!lib.contains(old), "apps/{name}: {old}");
        }
    }
    let mut scripts = Vec::new();
    for entry in fs::read_dir(top().join("apps/www/shared/js")).unwrap() {
        scripts.push(entry.unwrap().file_name().into_string().unwrap());
    }
    assert!(scripts.len() < 25, "what one app uses goes into its own assets: {scripts:?}");
}
