//! Types whose JSON is a text, a number or another value.

/// Has a type written in JSON as a value of another type, and read from one: `json_form!(Kind as String, |kind| kind.name(),
/// |text| Kind::parse(text))`.
macro_rules! json_form {
    ($name:ident as $form:ty, |$this:ident| $write:expr, |$value:ident| $read:expr) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $this = self;
                serde::Serialize::serialize(&$write, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let $value = &<$form as serde::Deserialize>::deserialize(deserializer)?;
                $read.map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use json_form;
