//! Declares fields of operations, and texts of one form among them.

/// Makes a type a field. Takes how a value is read, how the field is written, the JSON Schema, and a sample, made of fresh
/// words where people write it themselves. A value is read to a `Result`, or to an `Option` and the message about any other
/// value (`must be …`). The parameters of a generic type come first, in brackets.
#[macro_export]
macro_rules! impl_field {
    (
        [$($generics:tt)*] $type:ty, |$value:ident| $read:expr, |$field:ident| $written:expr, $schema:expr,
        |$words:pat_param| $sample:expr $(,)?
    ) => {
        const _: () = {
            use $crate::operation::declare;

            impl<$($generics)*> declare::Field for $type {
                fn read($value: &declare::Value) -> Result<Self, declare::Invalid> {
                    $read
                }

                fn write(&self) -> Option<declare::Value> {
                    let $field = self;
                    Some($written.into())
                }

                fn schema() -> declare::Json {
                    $schema
                }

                fn sample($words: &mut declare::Words) -> declare::Value {
                    declare::Value::from($sample)
                }
            }
        };
    };
    ([$($generics:tt)*] $type:ty, |$value:ident| $read:expr, $wrong:expr, $($rest:tt)*) => {
        $crate::impl_field!(
            [$($generics)*] $type,
            |$value| {
                let field: Option<Self> = $read;
                field.ok_or_else(|| $crate::operation::declare::Invalid::new($wrong))
            },
            $($rest)*
        );
    };
    ($type:ty, $($rest:tt)*) => {
        $crate::impl_field!([] $type, $($rest)*);
    };
}

/// Makes a type a field: a text that its function `parse` reads and its method `as_str` returns. Takes the message about
/// any other text (`must be …`), the JSON Schema, and a sample, as [`impl_field!`](crate::impl_field) does.
#[macro_export]
macro_rules! text_field {
    ($type:ty, $wrong:expr, $schema:expr, |$words:pat_param| $sample:expr $(,)?) => {
        $crate::impl_field!(
            $type,
            |value| value.as_str().and_then(Self::parse),
            $wrong,
            |field| field.as_str(),
            $schema,
            |$words| $sample
        );
    };
}

/// Declares a type of texts of one form, with the functions `parse` and `as_str`, as a field. Takes whether a text is one,
/// and what [`text_field!`](crate::text_field) takes.
#[macro_export]
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $is:expr, $wrong:expr, $schema:expr, |$words:pat_param| $sample:expr $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) struct $name(String);

        impl $name {
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }

            pub(crate) fn parse(text: &str) -> Option<Self> {
                let is: fn(&str) -> bool = $is;
                is(text).then(|| Self(text.to_owned()))
            }
        }

        $crate::text_field!($name, $wrong, $schema, |$words| $sample);
    };
}
