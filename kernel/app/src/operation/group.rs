//! Fields that several operations have.

use imajin_dfos::Value;

use super::content::SALT;
use super::{Content, FieldError, Member, Part, Parts};

/// Fields that several operations have. Derived.
pub trait Group: Sized + Send + Sync + 'static {
    /// The group's fields, for declarations.
    const MEMBERS: &'static [Member];

    /// Reads them, strictly.
    ///
    /// # Errors
    /// The first field that is missing or of another form.
    fn read(parts: &Parts<'_>) -> Result<Self, FieldError>;

    /// Reads the group from a body, strictly: no other members may be there but the salt.
    ///
    /// # Errors
    /// The first field that does not belong, is missing, or is of another form.
    fn of_body(body: &Value) -> Result<Self, FieldError> {
        let names = || Self::MEMBERS.iter().filter(|one| one.part == Part::Body);
        let map = body.as_map();
        let map = map.ok_or_else(|| FieldError::new("body", "A body is a map."))?;
        let is_known = |name: &str| name == SALT || names().any(|one| one.name == name);
        if let Some(other) = map.keys().find(|name| !is_known(name)) {
            let all: Vec<&str> = names().map(|one| one.name).collect();
            let message = format!("There is no member {other:?}; there are {}.", all.join(", "));
            return Err(FieldError::new(other, message));
        }
        Self::read(&Parts::new(None, None, Some(body)))
    }

    /// Writes them.
    ///
    /// # Errors
    /// A field that an entry cannot hold.
    fn write(&self, content: &mut Content) -> Result<(), FieldError>;
}

/// Fields of an optional group at most.
const OPTIONAL_MAX: usize = 16;

/// The rows of a group whose fields may all be left out.
const fn optional<G: Group>() -> [Member; OPTIONAL_MAX] {
    let (mut all, mut n) = ([Member::BLANK; OPTIONAL_MAX], 0);
    while n < G::MEMBERS.len() {
        all[n] = Member { is_optional: true, ..G::MEMBERS[n] };
        n += 1;
    }
    all
}

/// All fields of a group, or none: one alone is refused with the name of another that is missing.
impl<G: Group> Group for Option<G> {
    const MEMBERS: &'static [Member] = const { &optional::<G>() }.split_at(G::MEMBERS.len()).0;

    fn read(parts: &Parts<'_>) -> Result<Self, FieldError> {
        let mut members = G::MEMBERS.iter();
        if members.any(|member| parts.has(member.part, member.name)) {
            G::read(parts).map(Some)
        } else {
            Ok(None)
        }
    }

    fn write(&self, content: &mut Content) -> Result<(), FieldError> {
        match self {
            Some(group) => group.write(content),
            None => Ok(()),
        }
    }
}

impl Member {
    /// A row that is still to be filled.
    #[doc(hidden)]
    pub const BLANK: Self = Self {
        part: Part::Body,
        name: "",
        about: "",
        is_optional: false,
        schema: None,
        sample: |_| Value::Null,
    };
}

/// Whether one of these fields is in the body.
#[doc(hidden)]
pub const fn has_body(members: &[Member]) -> bool {
    let mut n = 0;
    while n < members.len() {
        if matches!(members[n].part, Part::Body) {
            return true;
        }
        n += 1;
    }
    false
}
