//! The health of the disk with the data: errors that the kernel found in its file system, and its wear: as a card or an
//! eMMC reports it (JEDEC JESD84-B51: `life_time`, `pre_eol_info`), or a drive by SMART, if `smartctl` is installed and
//! this user may run it.
//!
//! Always: a disk without a report is not a fault; most SD cards report nothing.

use super::Check;
use imajin_dfos::Timestamp;
use serde_json::Value as Json;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const NAME: &str = "disk health";
const REPLACE: &str = "make a backup now, and bring it back on a new disk";
const REPLACING: &str = "imajin backup, and there imajin restore";
/// Maximum wear in percent of a drive's rated life; beyond it the maker promises nothing.
const USED_PERCENT_MAX: u64 = 100;
/// The steps of `life_time` are tenths of the rated life; from this one on a replacement is due.
const LIFE_STEP_WORN: u64 = 10;

/// Checks the health of the disk that a folder is on.
pub(super) fn check(data: &Path) -> Check {
    look(data, Path::new("/sys"), "smartctl")
}

fn look(data: &Path, sys: &Path, smartctl: &str) -> Check {
    let Some(device) = device_of(data, sys) else {
        return Check::good(NAME, "this kind of disk reports nothing about its health");
    };
    let name =
        device.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(check) = file_system(data, sys) {
        return check;
    }
    if let Some(check) = card(&device.join("device"), &name) {
        return check;
    }
    match smart(smartctl, &name) {
        Ok(report) => judge(&report, &name),
        Err(why) => Check::good(NAME, format!("the wear of {name} could not be read: {why}")),
    }
}

/// The device that a folder is on, as sysfs calls it.
fn number_of(data: &Path) -> Option<String> {
    let device = fs::metadata(data).ok()?.dev();
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    Some(format!("{major}:{minor}"))
}

/// The whole disk under a folder, in sysfs.
fn device_of(data: &Path, sys: &Path) -> Option<PathBuf> {
    let device = fs::canonicalize(sys.join("dev/block").join(number_of(data)?)).ok()?;
    if device.join("partition").exists() {
        device.parent().map(Path::to_path_buf)
    } else {
        Some(device)
    }
}

/// Reports the ext4 errors counted by the kernel, which stay on the disk over restarts until a check of the file system
/// clears them; `None` if there are none, or the file system is of another type. Every user may read the counters.
fn file_system(data: &Path, sys: &Path) -> Option<Check> {
    let device = fs::canonicalize(sys.join("dev/block").join(number_of(data)?)).ok()?;
    let folder = sys.join("fs/ext4").join(device.file_name()?);
    let number = |file: &str| -> Option<u64> {
        fs::read_to_string(folder.join(file)).ok()?.trim().parse().ok()
    };
    let errors = number("errors_count").filter(|count| *count > 0)?;
    let last =
        number("last_error_time").and_then(|secs| i64::try_from(secs).ok()?.checked_mul(1000));
    let last = last.and_then(|ms| Timestamp::from_millis(ms).ok());
    let when = last.map_or_else(String::new, |at| format!(", the last at {at}"));
    let says = format!(
        "the kernel found {errors} errors in the file system on {}{when}",
        device.file_name()?.to_string_lossy()
    );
    Some(Check::bad(NAME, says, REPLACE).by(REPLACING))
}

/// Reports a card's wear; `None` if the disk is not a card, or does not report its wear.
fn card(device: &Path, name: &str) -> Option<Check> {
    let numbers = |file: &str| -> Option<Vec<u64>> {
        let text = fs::read_to_string(device.join(file)).ok()?;
        let number = |word: &str| u64::from_str_radix(word.trim_start_matches("0x"), 16).ok();
        text.split_whitespace().map(number).collect()
    };
    // 0 is "not defined" for both.
    let life = numbers("life_time").and_then(|steps| steps.into_iter().max());
    let life = life.filter(|step| *step > 0);
    let end = numbers("pre_eol_info").and_then(|info| info.first().copied());
    let end = end.filter(|info| *info > 0);
    if life.is_none() && end.is_none() {
        return None;
    }
    let used = match life {
        Some(step) if step > 10 => "more than its rated life is used".to_owned(),
        Some(step) => format!("at most {} % of its rated life is used", step * 10),
        None => "it does not say how much of its life is used".to_owned(),
    };
    let reserve = match end {
        Some(1) => ", and its spare blocks are there",
        Some(2) => ", and 80 % of its spare blocks are used",
        Some(_) => ", and 90 % of its spare blocks are used",
        None => "",
    };
    let says = format!("{name}: {used}{reserve}");
    let worn = life.is_some_and(|step| step >= LIFE_STEP_WORN) || end.is_some_and(|info| info > 1);
    Some(if worn { Check::bad(NAME, says, REPLACE).by(REPLACING) } else { Check::good(NAME, says) })
}

fn smart(smartctl: &str, name: &str) -> Result<Json, String> {
    let output = Command::new(smartctl)
        .args(["--json", "--health", "--attributes"])
        .arg(Path::new("/dev").join(name))
        .stdin(Stdio::null())
        .output();
    let answer = match output {
        Ok(answer) => answer,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err("smartctl is not installed (package smartmontools)".to_owned());
        }
        Err(error) => return Err(error.to_string()),
    };
    let report: Json = serde_json::from_slice(&answer.stdout)
        .map_err(|_| "smartctl gave no answer in JSON".to_owned())?;
    if report["smart_status"]["passed"].is_boolean() {
        return Ok(report);
    }
    let message = report["smartctl"]["messages"][0]["string"].as_str();
    Err(match message {
        Some(message) => format!("smartctl says: {message} (sudo imajin doctor may be let in)"),
        None => "it knows no SMART".to_owned(),
    })
}

fn judge(report: &Json, name: &str) -> Check {
    let used = report["nvme_smart_health_information_log"]["percentage_used"].as_u64();
    let bad_sectors = report["ata_smart_attributes"]["table"]
        .as_array()
        .into_iter()
        .flatten()
        // 5: reallocated sectors, 197: sectors that wait for it, 198: those that cannot be read.
        .filter(|row| matches!(row["id"].as_u64(), Some(5 | 197 | 198)))
        .filter_map(|row| row["raw"]["value"].as_u64())
        .max()
        .unwrap_or(0);
    let mut says = format!("{name}: ");
    let passed = report["smart_status"]["passed"] == true;
    says.push_str(if passed { "passes its own test" } else { "fails its own test" });
    if let Some(used) = used {
        says.push_str(&format!(", {used} % of its rated life is used"));
    }
    if bad_sectors > 0 {
        says.push_str(&format!(", {bad_sectors} sectors are bad"));
    }
    if let Some(celsius) = report["temperature"]["current"].as_u64() {
        says.push_str(&format!(", {celsius} °C"));
    }
    let well = passed && bad_sectors == 0 && used.is_none_or(|used| used < USED_PERCENT_MAX);
    if well { Check::good(NAME, says) } else { Check::bad(NAME, says, REPLACE).by(REPLACING) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A sysfs in which the test's own folder is on the first partition of a disk with these files.
    fn sys(root: &Path, name: &str, files: &[(&str, &str)]) {
        let device = fs::metadata(root).unwrap().dev();
        let number = format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
        let disk = root.join("devices").join(name);
        let partition = disk.join(format!("{name}p1"));
        fs::create_dir_all(&partition).unwrap();
        fs::create_dir_all(disk.join("device")).unwrap();
        fs::create_dir_all(root.join("dev/block")).unwrap();
        fs::write(partition.join("partition"), "1\n").unwrap();
        std::os::unix::fs::symlink(&partition, root.join("dev/block").join(number)).unwrap();
        for (file, text) in files {
            fs::write(disk.join("device").join(file), text).unwrap();
        }
    }

    fn smartctl(root: &Path, json: &str) -> String {
        let path = root.join("smartctl");
        fs::write(&path, format!("#!/bin/sh\ncat <<'END'\n{json}\nEND\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_card_says_how_worn_it_is() {
        for (life, end, ok, says) in [
            ("0x01 0x02\n", "0x01\n", true, "at most 20 %"),
            ("0x0a 0x02\n", "0x01\n", false, "at most 100 %"),
            ("0x0b 0x0b\n", "0x01\n", false, "more than its rated life"),
            ("0x02 0x02\n", "0x02\n", false, "80 % of its spare"),
        ] {
            let root = tempfile::tempdir().unwrap();
            sys(root.path(), "mmcblk0", &[("life_time", life), ("pre_eol_info", end)]);
            let check = look(root.path(), root.path(), "no-such-program");
            assert_eq!(check.ok, ok, "{check:?}");
            assert!(check.says.starts_with("mmcblk0: ") && check.says.contains(says), "{check:?}");
        }
    }

    #[test]
    fn errors_that_the_kernel_met_come_before_what_the_card_says_of_itself() {
        let root = tempfile::tempdir().unwrap();
        sys(root.path(), "mmcblk0", &[("life_time", "0x01 0x01\n")]);
        let counted = root.path().join("fs/ext4/mmcblk0p1");
        fs::create_dir_all(&counted).unwrap();
        fs::write(counted.join("errors_count"), "0\n").unwrap();
        assert!(look(root.path(), root.path(), "no-such-program").ok);
        fs::write(counted.join("errors_count"), "3\n").unwrap();
        fs::write(counted.join("last_error_time"), "1795000000\n").unwrap();
        let check = look(root.path(), root.path(), "no-such-program");
        assert!(!check.ok && check.says.contains("3 errors"), "{check:?}");
        assert!(check.says.contains("mmcblk0p1, the last at 2026-"), "{check:?}");
    }

    #[test]
    fn a_disk_that_tells_nothing_is_no_fault() {
        let root = tempfile::tempdir().unwrap();
        assert!(look(root.path(), root.path(), "no-such-program").ok);
        sys(root.path(), "mmcblk1", &[("life_time", "0x00 0x00\n")]);
        let check = look(root.path(), root.path(), "no-such-program");
        assert!(check.ok && check.says.contains("not installed"), "{check:?}");
        let refused = r#"{"smartctl":{"messages":[{"string":"Permission denied"}]}}"#;
        let check = look(root.path(), root.path(), &smartctl(root.path(), refused));
        assert!(check.ok && check.says.contains("Permission denied"), "{check:?}");
    }

    #[test]
    fn a_drive_is_judged_by_smart() {
        for (json, ok, says) in [
            (
                r#"{"smart_status":{"passed":true},"nvme_smart_health_information_log":{"percentage_used":3},"temperature":{"current":41}}"#,
                true,
                "3 % of its rated life is used, 41 °C",
            ),
            (
                r#"{"smart_status":{"passed":true},"nvme_smart_health_information_log":{"percentage_used":101}}"#,
                false,
                "101 %",
            ),
            (r#"{"smart_status":{"passed":false}}"#, false, "fails its own test"),
            (
                r#"{"smart_status":{"passed":true},"ata_smart_attributes":{"table":[{"id":197,"raw":{"value":8}},{"id":9,"raw":{"value":70000}}]}}"#,
                false,
                "8 sectors are bad",
            ),
        ] {
            let root = tempfile::tempdir().unwrap();
            sys(root.path(), "sda", &[]);
            let check = look(root.path(), root.path(), &smartctl(root.path(), json));
            assert_eq!(check.ok, ok, "{check:?}");
            assert!(check.says.contains(says), "{check:?}");
        }
    }
}
