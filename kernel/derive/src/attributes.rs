//! Reads doc comments and attributes.

use syn::{Attribute, Data, DeriveInput, Error, Field, Fields, LitStr, Result};

/// The doc comment, as one line.
pub(crate) fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let value = &attribute.meta.require_name_value().ok()?.value;
        let is_doc = attribute.path().is_ident("doc");
        match value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) if is_doc => {
                Some(text.value().trim().to_owned())
            }
            _ => None,
        }
    });
    let text: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    text.join(" ")
}

/// The keys of `#[field(…)]`.
#[derive(Default)]
pub(crate) struct FieldKeys {
    pub(crate) name: Option<String>,
    pub(crate) is_unknown: bool,
}

pub(crate) fn field_keys(attributes: &[Attribute]) -> Result<FieldKeys> {
    let mut keys = FieldKeys::default();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("field")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("name") {
                keys.name = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if meta.path.is_ident("unknown") {
                keys.is_unknown = true;
            } else {
                return Err(meta.error("only `name` and `unknown` are allowed here"));
            }
            Ok(())
        })?;
    }
    Ok(keys)
}

/// The named fields of a struct.
pub(crate) fn fields(input: &DeriveInput) -> Result<Vec<&Field>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(fields.named.iter().collect()),
            Fields::Unit => Ok(Vec::new()),
            Fields::Unnamed(_) => Err(Error::new_spanned(input, "the fields need names")),
        },
        _ => Err(Error::new_spanned(input, "this derives for structs")),
    }
}
