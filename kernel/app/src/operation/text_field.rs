//! Fields of operations that are texts of one form.

/// Makes a type a field: a text that its function `parse` reads and its method `as_str` returns. Takes the message about
/// any other text (`must be …`), the JSON Schema, and a sample, made of fresh words where people write it themselves.
#[macro_export]
macro_rules! text_field {
    ($type:ty, $wrong:expr, $schema:expr, |$words:pat_param| $sample:expr $(,)?) => {
        const _: () = {
            use $crate::operation::declare;

            impl declare::Field for $type {
                fn read(value: &declare::Value) -> Result<Self, declare::Invalid> {
                    let text = value.as_str().and_then(Self::parse);
                    text.ok_or_else(|| declare::Invalid::new($wrong))
                }

                fn write(&self) -> Option<declare::Value> {
                    Some(self.as_str().into())
                }

                fn schema() -> declare::Json {
                    $schema
                }

                fn sample($words: &mut declare::Words) -> declare::Value {
                    $sample.into()
                }
            }
        };
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
            /// Returns the text.
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }

            /// Reads one.
            pub(crate) fn parse(text: &str) -> Option<Self> {
                let is: fn(&str) -> bool = $is;
                is(text).then(|| Self(text.to_owned()))
            }
        }

        $crate::text_field!($name, $wrong, $schema, |$words| $sample);
    };
}
