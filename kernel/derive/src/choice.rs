//! `#[derive(Choice)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Result};

use crate::attributes::field_keys;

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(input, "this derives for enums"));
    };
    let (ident, mut idents, mut names) = (&input.ident, vec![], vec![]);
    let mut unknown = None;
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(variant, "a choice has no fields"));
        }
        let keys = field_keys(&variant.attrs)?;
        if keys.is_unknown && unknown.replace(&variant.ident).is_some() {
            return Err(Error::new_spanned(variant, "one variant stands for the unknown"));
        }
        names.push(keys.name.unwrap_or_else(|| variant.ident.to_string().to_lowercase()));
        idents.push(&variant.ident);
    }
    let Some(first) = names.first() else {
        return Err(Error::new_spanned(input, "there is nothing to choose"));
    };
    let read_entered = unknown.map(|unknown| {
        quote! {
            fn read_entered(value: &declare::Value) -> Result<Self, declare::Invalid> {
                Ok(<Self as declare::Field>::read(value).unwrap_or(Self::#unknown))
            }
        }
    });
    Ok(quote! {
        const _: () = {
            use ::imajin_app::operation::declare;

            #[automatically_derived]
            impl declare::Choice for #ident {
                const ALL: &'static [Self] = &[#(Self::#idents),*];

                fn name(&self) -> &'static str {
                    match self { #(Self::#idents => #names),* }
                }

                fn from_name(name: &str) -> Option<Self> {
                    match name {
                        #(#names => Some(Self::#idents),)*
                        _ => None,
                    }
                }
            }

            #[automatically_derived]
            impl declare::Column for #ident {
                fn read(row: &declare::Row<'_>, column: usize) -> declare::ReadResult<Self> {
                    declare::parsed(row, column, <Self as declare::Choice>::from_name)
                }
            }

            #[automatically_derived]
            impl declare::Field for #ident {
                fn read(value: &declare::Value) -> Result<Self, declare::Invalid> {
                    let choice = value.as_str().and_then(<Self as declare::Choice>::from_name);
                    choice.ok_or_else(|| declare::Invalid::choice(&[#(#names),*]))
                }

                #read_entered

                fn write(&self) -> Option<declare::Value> {
                    Some(declare::Value::from(declare::Choice::name(self)))
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
