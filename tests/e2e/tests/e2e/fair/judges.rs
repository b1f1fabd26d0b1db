//! Other programs read the output of `imajin fair`: exiftool the XMP, mutagen the ID3 frame, qpdf the PDF; ffprobe plays the files.

use imajin_e2e::prelude::*;
use serde_json::Value;

use super::{Studio, works};

#[test]
fn exiftool_reads_the_xmp() {
    require_tool("exiftool", "libimage-exiftool-perl");
    let studio = Studio::new();
    for (name, bytes) in works().into_iter().filter(|(name, _)| !name.ends_with("mp3")) {
        let with = studio.embed(name, &bytes);
        let beside = studio.json(&format!("{name}.fair.json"));
        let output = Command::new("exiftool")
            .args(["-j", "-G1", "-a", "-struct", "-charset", "UTF8"])
            .arg(studio.at(&with))
            .output()
            .unwrap();
        let tags: Value = serde_json::from_slice(&output.stdout).unwrap();
        let tags = &tags[0];
        assert!(
            tags.get("ExifTool:Warning").is_none() && tags.get("ExifTool:Error").is_none(),
            "{name}: {tags}"
        );
        let text =
            |tag: &str| tags[tag].as_str().unwrap_or_else(|| panic!("{name}: no {tag} in {tags}"));
        let json_of = |tag: &str| serde_json::from_str::<Value>(text(tag)).unwrap();
        assert_eq!(json_of("XMP-fair:Manifest"), beside["manifest"], "{name}");
        assert_eq!(json_of("XMP-fair:Agreed"), beside["agreed"], "{name}");
        // Newer versions print it in words.
        let mining = text("XMP-plus:DataMining");
        assert!(
            mining.contains("DMI-PROHIBITED-AIMLTRAINING") || mining.contains("Prohibited"),
            "{mining}"
        );
        if name.starts_with("titled") {
            assert_eq!(text("XMP-dc:Title"), "A title", "the file's own XMP is still there");
        }
    }
}

#[test]
fn mutagen_reads_the_frame_and_the_tag_around_it() {
    let studio = Studio::new();
    let script = "import json, sys; from mutagen.mp3 import MP3\n\
        file = MP3(sys.argv[1]); frame = file.tags.getall('GEOB')[0]\n\
        print(json.dumps({'name': frame.filename, 'mime': frame.mime, 'fair': json.loads(frame.data), 'seconds': file.info.length,\n\
                          'title': [str(text) for text in file.tags.getall('TIT2')], 'version': file.tags.version[1]}))";
    for (name, bytes) in works().into_iter().filter(|(name, _)| name.ends_with("mp3")) {
        let with = studio.embed(name, &bytes);
        let python = std::env::var_os("IMAJIN_PYTHON").map_or("python3".into(), PathBuf::from);
        let output =
            Command::new(python).args(["-c", script]).arg(studio.at(&with)).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let tag: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_members!(tag, "name": "fair.json", "mime": "application/json");
        assert_eq!(tag["fair"], studio.json(&format!("{name}.fair.json")), "{name}");
        let has_title = !name.starts_with("plain");
        assert_eq!(tag["title"], if has_title { json!(["A title"]) } else { json!([]) });
        assert_eq!(tag["version"], if name.starts_with("newer") { 4 } else { 3 });
        assert!(tag["seconds"].as_f64().unwrap() > 1.0, "the sound is still found: {tag}");
    }
}

#[test]
fn qpdf_finds_no_fault() {
    require_tool("qpdf", "qpdf");
    let studio = Studio::new();
    for (name, bytes) in works().into_iter().filter(|(name, _)| name.ends_with("pdf")) {
        let with = studio.embed(name, &bytes);
        for file in [name, &with] {
            let output = Command::new("qpdf").arg("--check").arg(studio.at(file)).output().unwrap();
            let report = String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success()
                    && report.contains("No syntax or stream encoding errors found"),
                "{file}: {report}"
            );
        }
        // The newest metadata contains the .fair, and the page is unchanged.
        let output = Command::new("qpdf")
            .args(["--json", "--json-stream-data=inline", "--decode-level=all"])
            .arg(studio.at(&with))
            .output()
            .unwrap();
        let structure: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(structure["pages"].as_array().unwrap().len(), 1);
        let objects = structure["qpdf"][1].as_object().unwrap();
        let root = &objects["trailer"]["value"]["/Root"];
        let root = &objects[&format!("obj:{}", root.as_str().unwrap())]["value"];
        let metadata = &objects[&format!("obj:{}", root["/Metadata"].as_str().unwrap())]["stream"];
        let packet = imajin_dfos::base64::decode_std(
            metadata["data"].as_str().unwrap().trim_end_matches('='),
        )
        .unwrap();
        assert_has!(String::from_utf8(packet).unwrap(), "https://imajin.ai/ns/fair/");
    }
}

/// In a separate long part (`players`): the program is large, and the gate doesn't need it otherwise.
#[test]
fn ffprobe_finds_the_same_sound() {
    require_tool("ffprobe", "ffmpeg");
    let studio = Studio::new();
    let sound_of = |name: &str| {
        let entries = "stream=codec_name,sample_rate,channels,nb_read_packets";
        let output = Command::new("ffprobe")
            .args(["-v", "error", "-of", "json", "-count_packets", "-select_streams", "a"])
            .args(["-show_entries", entries])
            .arg(studio.at(name))
            .output()
            .unwrap();
        let faults = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && faults.is_empty(), "{name}: {faults}");
        let probe: Value = serde_json::from_slice(&output.stdout).unwrap();
        probe["streams"][0].clone()
    };
    for (name, bytes) in works().into_iter().filter(|(name, _)| name.ends_with("mp3")) {
        let with = studio.embed(name, &bytes);
        let before = sound_of(name);
        assert_eq!(before["codec_name"], "mp3");
        assert_eq!(before["nb_read_packets"], "40", "{before}");
        assert_eq!(sound_of(&with), before, "{name}");
    }
}
