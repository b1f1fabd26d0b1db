//! The state of backups, and whether the node was restored from one.

use super::Check;
use crate::backup;
use crate::clock::machine_now;
use crate::settings::BackupConfig;
use crate::size::bytes;
use imajin_app::time::text;
use imajin_dfos::Timestamp;
use std::path::Path;

/// A backup is overdue when the one after the next is due.
const LATE_TIMES: i64 = 2;
const HOUR_MS: i64 = 3_600_000;
/// Milliseconds since the last backup for which a friend's box may be silent without a fault: three days.
const AWAY_MS: i64 = 72 * HOUR_MS;

/// Whether the last backup went well and is not too long ago.
pub(super) fn check(data: &Path, config: &BackupConfig) -> Check {
    // Without a record to compare with, it trusts the machine's clock.
    let now_ms = machine_now().as_millis();
    let (config, _, is_paused) = backup::choice::in_force(data, config);
    let check = judge(&backup::standing(data), &config, now_ms);
    if check.ok && is_paused {
        Check::warn(
            &check.name,
            format!("they are paused; {}", check.says),
            "resume them on the page /backups",
        )
    } else {
        check
    }
}

fn judge(
    standing: &imajin_host::upkeep::BackupStanding,
    config: &BackupConfig,
    now_ms: i64,
) -> Check {
    const NAME: &str = "backups";
    const REMEDY: &str = "check whether the place is there (a stick that is in, a storage that answers), then make one";
    const COMMAND: &str = "imajin backup";
    let last = standing.last.as_ref();
    let when = |at_ms| text(at_ms).unwrap_or_else(|| "?".to_owned());
    let summary = last.map(|last| {
        let host = backup::friend_host(&last.to);
        format!(
            "the last one is {}, made {} in {}: {} records, {}",
            last.id,
            when(last.at_ms),
            host.as_ref().unwrap_or(&last.to),
            last.logs,
            bytes(last.bytes)
        )
    });
    if let Some((at_ms, why)) = &standing.failure {
        let is_recent = last.is_some_and(|last| now_ms.saturating_sub(last.at_ms) <= AWAY_MS);
        if let Some(summary) = summary.as_ref().filter(|_| standing.is_away && is_recent) {
            return Check::good(NAME, format!("{summary}\nthe box tries again each hour: {why}"));
        }
        let summary = summary.unwrap_or_else(|| "there is none yet".to_owned());
        return Check::bad(
            NAME,
            format!("the attempt at {} failed: {why}\n{summary}", when(*at_ms)),
            REMEDY,
        )
        .by(COMMAND);
    }
    let every_ms = i64::try_from(config.every_h).unwrap_or(i64::MAX).saturating_mul(HOUR_MS);
    let late = config.interval().is_some()
        && last.is_some_and(|last| {
            now_ms.saturating_sub(last.at_ms) > every_ms.saturating_mul(LATE_TIMES)
        });
    match summary {
        Some(summary) if late => {
            Check::bad(NAME, format!("{summary}; the next is overdue"), REMEDY).by(COMMAND)
        }
        Some(summary) => Check::good(NAME, summary),
        None if config.to.is_empty() => Check::warn(
            NAME,
            "none are made: with this card everything would be lost",
            "choose a place on the page Backups",
        )
        .by("imajin backup --to FOLDER, or a place under [backup] in the settings"),
        None => {
            let host = backup::friend_host(&config.to);
            let to = host.as_ref().unwrap_or(&config.to);
            Check::good(NAME, format!("none yet; they go to {to}"))
        }
    }
}

/// Reports the backup that the node was restored from, if any.
pub(super) fn restored(data: &Path) -> Option<Check> {
    let restored = backup::came_from(data)?;
    let made = Timestamp::from_millis(restored.made_ms).ok()?;
    let closed = imajin_host::upkeep::sales_mark(data).exists();
    let mut says = format!("this node was restored from the backup {}, made {made}", restored.id);
    if closed {
        says.push_str("; nothing is sold until the payment provider has said what was sold since");
    }
    Some(Check::good("restored", says))
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_host::upkeep::{BackupStanding, LastBackup};

    fn config(to: &str, every_h: u64) -> BackupConfig {
        BackupConfig {
            to: to.to_owned(),
            every_h,
            keep: 1,
            box_reads: true,
            s3_url: String::new(),
            s3_region: String::new(),
            s3_key: String::new(),
            s3_secret: Default::default(),
        }
    }

    fn standing_at(at_ms: i64) -> BackupStanding {
        let last = LastBackup {
            id: "a".to_owned(),
            at_ms,
            to: "/stick".to_owned(),
            logs: 3,
            bytes: 4,
            added: 5,
        };
        BackupStanding { last: Some(last), ..BackupStanding::default() }
    }

    #[test]
    fn none_is_a_warning_and_an_overdue_one_a_fault() {
        let now = 100 * HOUR_MS;
        let none = BackupStanding::default();
        assert!(judge(&none, &config("", 24), now).warning);
        assert!(judge(&none, &config("/stick", 24), now).ok);
        assert!(judge(&standing_at(now - 47 * HOUR_MS), &config("/stick", 24), now).ok);
        let late = judge(&standing_at(now - 49 * HOUR_MS), &config("/stick", 24), now);
        assert!(!late.ok && late.says.contains("overdue"), "{late:?}");
        // Without a schedule, no backup is overdue.
        assert!(judge(&standing_at(0), &config("", 24), now).ok);
    }

    #[test]
    fn a_failure_is_said_with_what_there_is() {
        let failed = BackupStanding {
            failure: Some((HOUR_MS, "/stick is not there".to_owned())),
            ..standing_at(0)
        };
        let check = judge(&failed, &config("/stick", 24), HOUR_MS);
        assert!(!check.ok);
        assert!(check.says.contains("not there") && check.says.contains("3 records"));
    }

    #[test]
    fn a_friend_who_is_away_is_no_fault_for_three_days() {
        let away = BackupStanding {
            failure: Some((HOUR_MS, "bob.example does not answer".to_owned())),
            is_away: true,
            ..standing_at(0)
        };
        let to = config("https://bob.example/away/api/kept/00", 24);
        let check = judge(&away, &to, AWAY_MS);
        assert!(check.ok && check.says.contains("does not answer"), "{check:?}");
        assert!(!judge(&away, &to, AWAY_MS + 1).ok);
    }
}
