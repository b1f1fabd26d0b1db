//! `#[derive(Choice)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Result};

use crate::attributes::renamed;

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(input, "this derives for enums"));
    };
    let (ident, mut idents, mut names) = (&input.ident, vec![], vec![]);
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(variant, "a choice has no fields"));
        }
        let name = renamed(&variant.attrs)?;
        names.push(name.unwrap_or_else(|| variant.ident.to_string().to_lowercase()));
        idents.push(&variant.ident);
    }
    let Some(first) = names.first() else {
        return Err(Error::new_spanned(input, "there is nothing to choose"));
    };
    Ok(quote! {
        const _: () = {
            use ::imajin_service::operation::declare;

            #[automatically_derived]
            impl declare::Field for #ident {
                fn read(value: &declare::Value) -> Result<Self, declare::Invalid> {
                    match value.as_str() {
                        #(Some(#names) => Ok(Self::#idents),)*
                        _ => Err(declare::Invalid::choice(&[#(#names),*])),
                    }
                }

                fn write(&self) -> Option<declare::Value> {
                    let name = match self { #(Self::#idents => #names),* };
                    Some(declare::Value::from(name))
                }

                fn schema() -> declare::Json {
                    declare::choice_schema(&[#(#names),*])
                }

                fn sample(_: &mut declare::Words) -> declare::Value {
                    declare::Value::from(#first)
                }
            }
        };
    })
}
