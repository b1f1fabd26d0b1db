//! The fifteen rules that a page holds a conversation to (docs/conversations.md), and everything that can be wrong, each with
//! its rule and one sentence for people.

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Rule {
    /// A name has one log, without gaps, and every signature is for that log.
    Place = 1,
    /// Every entry is what its author signed, once.
    Intent,
    /// Identity chains only extend the known ones, and no operation is withheld.
    Chain,
    /// Authors saw the history that is shown here.
    Seen,
    /// Readers saw the history that is shown here.
    Reads,
    /// Entries that this reader sent, saw or read before still exist.
    Known,
    /// Members with the right to do so made each change of the membership.
    Turn,
    /// An epoch is for exactly those who are in, and follows every turn.
    Epoch,
    /// The newest epoch is for this reader's newest keys.
    OwnKeys,
    /// The reader's copy of an epoch's secret is everybody's.
    Secret,
    /// A sealed message is under the newest epoch, by one who is in.
    Message,
    /// A sealed conversation has nothing readable and nothing unsigned.
    Sealed,
    /// No message is readable because of a key that its owner had.
    Keyless,
    /// A box can be opened only in its place, and only authors change their messages.
    Box,
    /// A missing body was deleted by its author or hidden by a leader.
    Body,
}

/// The consequence of a broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The conversation is not what its members wrote: a red bar, and nothing is sent.
    Stop,
    /// Only this entry is invalid: an honest node cannot detect it.
    Void,
    /// The reader's page makes a new epoch.
    NewEpoch,
}

macro_rules! problems {
    ($($name:ident $code:literal $rule:ident $verdict:ident $sentence:literal;)*) => {
        /// A problem with a conversation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Problem {
            $(#[doc = $sentence] $name,)*
        }

        impl Problem {
            /// All problems.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the name in reports: the same in every implementation.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The rule that is broken.
            pub fn rule(self) -> Rule {
                match self { $(Self::$name => Rule::$rule,)* }
            }

            /// The consequence.
            pub fn verdict(self) -> Verdict {
                match self { $(Self::$name => Verdict::$verdict,)* }
            }

            /// Returns the sentence for people.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

problems! {
    Gap "gap" Place Stop "Your box shows this conversation with a gap.";
    OtherLog "other-log" Place Stop "Your box shows another record for this conversation than before.";
    NotForHere "not-for-here" Place Stop "Your box shows something here that was signed for another conversation.";
    Malformed "malformed" Intent Stop "Your box shows something that cannot be read.";
    Signature "signature" Intent Stop "Your box shows something that its author did not sign.";
    NotTheIntent "not-the-intent" Intent Stop "Your box shows something other than its author signed.";
    OtherBody "other-body" Intent Stop "Your box shows other words than its author signed.";
    Twice "twice" Intent Stop "Your box shows the same thing twice.";
    OwnForged "own-forged" Intent Stop "Your own record has something that you did not sign.";
    OtherChain "other-chain" Chain Stop "Your box shows other keys for somebody than those you knew.";
    KeptBack "kept-back" Chain Stop "Somebody has newer keys than your box shows you.";
    GenesisKeptBack "genesis-kept-back" Chain Stop "Your box does not show in which conversation you wrote: it could be this one, encrypted.";
    Fork "fork" Seen Stop "Somebody here saw another history than your box shows you.";
    ReaderFork "reader-fork" Reads Stop "Somebody has read messages that your box does not show you.";
    Changed "changed" Known Stop "The history that you had before has changed.";
    RolledBack "rolled-back" Known Stop "Your box shows an older state than you have seen.";
    NotEntered "not-entered" Known Stop "What you sent is not where your box said.";
    OwnGap "own-gap" Known Stop "Your own record has a gap.";
    OpenedBy "opened-by" Turn Stop "This conversation was started by somebody who is not allowed to.";
    AdmittedBy "admitted-by" Turn Stop "Somebody was let in by a person who is not allowed to.";
    OutBy "out-by" Turn Stop "Somebody was removed by a person who is not allowed to.";
    RoleBy "role-by" Turn Stop "Somebody got another role from a person who is not allowed to give it.";
    UnsignedTurn "unsigned-turn" Turn Stop "The people in this conversation changed, and nobody signed that.";
    EpochNumber "epoch-number" Epoch Stop "The secrets of this conversation are out of order.";
    EpochMaker "epoch-maker" Epoch Stop "Somebody who is not in this conversation made a secret for it.";
    EpochTurns "epoch-turns" Epoch Stop "A secret was made by somebody who saw a different list of the people in this conversation.";
    EpochMembers "epoch-members" Epoch Stop "A secret was made for others than the people in this conversation.";
    EpochKeys "epoch-keys" Epoch Stop "A secret was made for other keys than a member has.";
    EpochOldState "epoch-old-state" Epoch Stop "A secret was made for keys that a member no longer uses.";
    EpochOldSecret "epoch-old-secret" Epoch Stop "An old secret was used again.";
    EpochFlood "epoch-flood" Epoch Stop "Somebody makes new secrets again and again.";
    OldKeys "old-keys" OwnKeys NewEpoch "The secret is not for your newest keys yet.";
    OldKeysLate "old-keys-late" OwnKeys NewEpoch "Somebody made a secret for your old keys after you changed them.";
    NoSecret "no-secret" Secret NewEpoch "You got a different secret from the others, or none.";
    Stranger "stranger" Message Stop "Somebody who is not in this conversation wrote here.";
    OldEpoch "old-epoch" Message Stop "A message uses a secret from before the people in this conversation changed.";
    OtherTurns "other-turns" Message Stop "Somebody who wrote here saw a different list of the people in this conversation.";
    Readable "readable" Sealed Stop "Something in this encrypted conversation is not encrypted.";
    Unsigned "unsigned" Sealed Stop "Something in this encrypted conversation is not signed.";
    Keyless "keyless" Keyless Stop "Your box says that somebody here has no key, and they do.";
    BadBox "bad-box" Box Void "This message is not valid.";
    NotAuthor "not-author" Box Void "This change is not by the author of the message.";
    MissingBody "missing-body" Body Stop "A message is missing that nobody deleted.";
    HiddenBy "hidden-by" Body Stop "A message was hidden by somebody who is not allowed to.";
}

/// The rules to check: all of them, except in this crate's own tests, which show what each rule prevents.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checks {
    without: u16,
}

impl Checks {
    pub(crate) const ALL: Self = Self { without: 0 };

    /// All but these.
    #[cfg(test)]
    pub(crate) fn without(rules: &[Rule]) -> Self {
        let without = rules.iter().fold(0, |all, rule| all | 1 << (*rule as u16));
        Self { without }
    }

    pub(crate) fn has(self, rule: Rule) -> bool {
        self.without & 1 << (rule as u16) == 0
    }
}

/// A problem, and the entry that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The entry; `None` for a problem without one.
    pub seq: Option<u64>,
    /// The problem.
    pub problem: Problem,
}

impl Finding {
    /// Makes a finding that is about no entry.
    pub(crate) fn apart(problem: Problem) -> Self {
        Self { seq: None, problem }
    }

    /// Makes a finding for the entry `seq`.
    pub fn at(seq: u64, problem: Problem) -> Self {
        Self { seq: Some(seq), problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_sentences_are_each_their_own() {
        for (i, one) in Problem::ALL.iter().enumerate() {
            for other in &Problem::ALL[..i] {
                assert_ne!(one.code(), other.code());
                assert_ne!(one.sentence(), other.sentence());
            }
            assert!(one.sentence().ends_with('.'));
        }
    }
}
