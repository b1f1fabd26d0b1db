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
