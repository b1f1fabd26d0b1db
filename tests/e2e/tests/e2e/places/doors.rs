//! The routes by which files are added to a person's library.

use super::containers::Container;
use data_encoding::BASE64;
use imajin_e2e::UploadStatus;
use imajin_e2e::passwords::AppPassword;
use imajin_e2e::prelude::*;
use imajin_e2e::stick::Port;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};

/// A route by which files are added to a person's library.
#[derive(Debug, Clone, Copy)]
pub enum Door {
    /// In parts, like the page's uploads.
    Tus,
    /// As a form.
    Form,
    /// From a computer's drive.
    Drive,
    /// From a stick in the box.
    Stick,
}

/// Connects a computer to a person's drive. Returns the authorization header.
fn connect_computer(person: &Person) -> String {
    const BITS: u128 = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef;
    let AppPassword { text, key } = AppPassword::new(BITS, person, "mjn:media:app-password:v1");
    let scope = ["add", "change", "move", "remove", "folder", "folder.remove"];
    let scope = scope.map(|op| format!("media.{op}"));
    let until = person.client.node().unwrap().time;
    let until = until.checked_add_millis(86_400_000).unwrap().to_string();
    let body = json!({ "until": until, "key": key, "scope": scope });
    let delegation = person.put("auth", "auth.delegation.create", &body).unwrap();
    let body = json!({ "label": "Laptop" });
    person.enter(&json!({ "op": "media.device", "ref": delegation.cid, "body": body })).unwrap();
    let pair = format!("{}:{text}", person.did());
    format!("Basic {}", BASE64.encode(pair.as_bytes()))
}

/// Adds files to a person's library. Returns their assets by name.
pub fn bring(
    port: &Port,
    door: Door,
    who: &Uploader,
    files: &[Container],
) -> BTreeMap<String, String> {
    let person = &who.person;
    match door {
        Door::Tus => {
            for file in files {
                who.bring(&file.name, file.bytes.clone(), &json!({})).unwrap();
            }
        }
        Door::Form => {
            let session = Session::begin(&person.client, &person.key).unwrap();
            for file in files {
                let head = format!(
                    "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\n",
                    file.name
                );
                let body = [head.as_bytes(), &file.bytes, b"\r\n--b--\r\n"].concat();
                let request = session.request(&person.client, Method::POST, "/media/api/assets");
                let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=b");
                let status = request.body(body).send().unwrap().status();
                assert_eq!(status, 201, "{}", file.name);
            }
        }
        Door::Drive => {
            let authorization = connect_computer(person);
            for file in files {
                let path = format!("/media/dav/{}", file.name);
                let request = person.client.request(Method::PUT, &path);
                let request = request.header(AUTHORIZATION, &authorization);
                let status = request.body(file.bytes.clone()).send().unwrap().status();
                assert!(status.is_success(), "{}: {status}", file.name);
            }
        }
        Door::Stick => {
            let stick = port.plug(32, "PLACES");
            let folder = stick.path().join("DCIM");
            fs::create_dir(&folder).unwrap();
            for file in files {
                fs::write(folder.join(&file.name), &file.bytes).unwrap();
            }
            let wish = json!({ "stick": stick.name, "folder": "DCIM" });
            let (status, answer) = who.ask(Method::POST, "/media/api/import", Some(&wish));
            assert_eq!(status, 201, "{answer}");
            until_some("all is imported", || {
                let now = who.read("/media/api/import").unwrap()["import"].clone();
                for ready in now["ready"].as_array().unwrap() {
                    let upload = UploadStatus {
                        offset: usize::try_from(ready["bytes"].as_u64().unwrap()).unwrap(),
                        media: ready["cid"].as_str().map(str::to_owned),
                        facts: ready["facts"].clone(),
                    };
                    let name = ready["name"].as_str().unwrap();
                    match who.add(name, &upload, &json!({})) {
                        // The node hasn't processed the signature yet.
                        Err(ClientError::Refused { problem, .. })
                            if problem["reason"] == "exists" => {}
                        added => drop(added.unwrap()),
                    }
                }
                (now["state"] == "done").then_some(())
            });
        }
    }
    let listed = who.read("/media/api/assets?limit=100").unwrap();
    let assets = listed["assets"].as_array().expect("assets").iter();
    let text = |value: &Json| value.as_str().expect("a text").to_owned();
    assets.map(|asset| (text(&asset["filename"]), text(&asset["id"]))).collect()
}
