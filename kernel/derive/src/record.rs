//! `#[derive(Record)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, Result};

use crate::attributes::{docs, field_keys, fields};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let ident = &input.ident;
    let (mut names, mut idents, mut types, mut abouts) = (vec![], vec![], vec![], vec![]);
    for field in fields(input)? {
        let name =
            field.ident.as_ref().ok_or_else(|| Error::new_spanned(field, "it needs a name"))?;
        names.push(field_keys(&field.attrs)?.name.unwrap_or_else(|| name.to_string()));
        idents.push(name);
        types.push(&field.ty);
        abouts.push(docs(&field.attrs));
    }
    Ok(quote! {
        const _: () = {
            use ::imajin_app::operation::declare;

            #[automatically_derived]
            impl declare::Field for #ident {
                fn read(value: &declare::Value) -> Result<Self, declare::Invalid> {
                    let members = declare::members(value, &[#(#names),*])?;
                    Ok(Self { #(#idents: declare::member(members, #names)?),* })
                }

                fn read_entered(value: &declare::Value) -> Result<Self, declare::Invalid> {
                    let members = declare::any_members(value)?;
                    Ok(Self { #(#idents: declare::member_entered(members, #names)?),* })
                }

                fn write(&self) -> Option<declare::Value> {
                    let members = [#((#names, declare::Field::write(&self.#idents))),*];
                    let there = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
                    Some(declare::Value::map(there))
                }

                fn schema() -> declare::Json {
                    declare::object_schema(&[#(
                        (#names, #abouts, <#types as declare::Field>::IS_OPTIONAL, declare::described(<#types as declare::Field>::schema))
                    ),*])
                }

                fn sample(words: &mut declare::Words) -> declare::Value {
                    declare::Value::map([#((#names, <#types as declare::Field>::sample(words))),*])
                }
            }
        };
    })
}
