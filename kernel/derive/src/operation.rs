//! `#[derive(Operation)]`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{DeriveInput, Error, Expr, Field, LitStr, Result, Type};

use crate::attributes::{docs, field_keys, fields};

/// The values of `#[operation(…)]`.
#[derive(Default)]
struct Keys {
    name: Option<LitStr>,
    authority: Option<Ident>,
    facts: bool,
    erasable_by: Option<Ident>,
    derives: Option<Expr>,
    bound: Option<Ident>,
    refusal: Option<Type>,
    prepared: Option<Type>,
    nested: bool,
    after_commit: bool,
    after_submit: bool,
    check: bool,
    kernel: bool,
    undo: Option<Expr>,
    needs: Option<Ident>,
}

impl Keys {
    fn read(input: &DeriveInput) -> Result<Self> {
        let mut keys = Self::default();
        for attribute in input.attrs.iter().filter(|a| a.path().is_ident("operation")) {
            attribute.parse_nested_meta(|meta| {
                let key = meta.path.get_ident().ok_or_else(|| meta.error("a key is one word"))?;
                match key.to_string().as_str() {
                    "name" => keys.name = Some(meta.value()?.parse()?),
                    "authority" => keys.authority = Some(meta.value()?.parse()?),
                    "facts" => keys.facts = true,
                    "erasable_by" => keys.erasable_by = Some(meta.value()?.parse()?),
                    "derives" => keys.derives = Some(meta.value()?.parse()?),
                    "bound" => keys.bound = Some(meta.value()?.parse()?),
                    "refusal" => keys.refusal = Some(meta.value()?.parse()?),
                    "prepared" => keys.prepared = Some(meta.value()?.parse()?),
                    "nested" => keys.nested = true,
                    "after_commit" => keys.after_commit = true,
                    "after_submit" => keys.after_submit = true,
                    "check" => keys.check = true,
                    "kernel" => keys.kernel = true,
                    "undo" => keys.undo = Some(meta.value()?.parse()?),
                    "needs" => keys.needs = Some(meta.value()?.parse()?),
                    _ => return Err(meta.error("this key is not known")),
                }
                Ok(())
            })?;
        }
        Ok(keys)
    }
}

/// The part of the entry that a field belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Reference,
    Fact,
    Body,
    Group,
}

pub(crate) struct Member<'a> {
    part: Part,
    name: String,
    ident: &'a Ident,
    of: &'a Type,
    about: String,
}

impl<'a> Member<'a> {
    /// Reads the fields of a struct. Those that name no part are facts, or members of the body.
    pub(crate) fn read_all(input: &'a DeriveInput, are_facts: bool) -> Result<Vec<Self>> {
        let unmarked = if are_facts { Part::Fact } else { Part::Body };
        let fields = fields(input)?.into_iter();
        fields.map(|field| Self::read(field, unmarked)).collect()
    }

    fn read(field: &'a Field, unmarked: Part) -> Result<Self> {
        let has = |name| field.attrs.iter().any(|attribute| attribute.path().is_ident(name));
        let part = match (has("reference"), has("fact"), has("group")) {
            (true, false, false) => Part::Reference,
            (false, true, false) => Part::Fact,
            (false, false, false) => unmarked,
            (false, false, true) => Part::Group,
            _ => return Err(Error::new_spanned(field, "one place for one field")),
        };
        let ident = field.ident.as_ref();
        let ident = ident.ok_or_else(|| Error::new_spanned(field, "the field needs a name"))?;
        let name = match part {
            Part::Reference => "ref".to_owned(),
            _ => field_keys(&field.attrs)?.name.unwrap_or_else(|| ident.to_string()),
        };
        Ok(Self { part, name, ident, of: &field.ty, about: docs(&field.attrs) })
    }

    fn part(&self) -> TokenStream {
        match self.part {
            Part::Reference => quote!(Reference),
            Part::Fact => quote!(Fact),
            Part::Body | Part::Group => quote!(Body),
        }
    }

    /// Its rows in the declaration.
    pub(crate) fn rows(&self) -> TokenStream {
        let Self { name, of, about, .. } = self;
        if self.part == Part::Group {
            return quote!(<#of as declare::Group>::MEMBERS);
        }
        let part = self.part();
        quote!(&[declare::Member {
            part: declare::Part::#part,
            name: #name,
            about: #about,
            is_optional: <#of as declare::Field>::IS_OPTIONAL,
            schema: declare::described(<#of as declare::Field>::schema),
            sample: <#of as declare::Field>::sample,
        }])
    }

    pub(crate) fn read_by(&self) -> TokenStream {
        let Self { name, ident, of, .. } = self;
        if self.part == Part::Group {
            return quote!(#ident: <#of as declare::Group>::read(parts)?);
        }
        let part = self.part();
        quote!(#ident: parts.read(declare::Part::#part, #name)?)
    }

    pub(crate) fn write_by(&self) -> TokenStream {
        let Self { name, ident, .. } = self;
        if self.part == Part::Group {
            return quote!(declare::Group::write(&self.#ident, content)?;);
        }
        let part = self.part();
        quote!(content.write(declare::Part::#part, #name, &self.#ident)?;)
    }
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let keys = Keys::read(input)?;
    let missing =
        |key: &str| Error::new_spanned(input, format!("#[operation({key} = …)] is missing"));
    let name = keys.name.as_ref().ok_or_else(|| missing("name"))?;
    let authority = keys.authority.as_ref().ok_or_else(|| missing("authority"))?;
    let members = Member::read_all(input, keys.facts)?;
    let has = |part| members.iter().any(|member| member.part == part);
    let may_have_body = has(Part::Body) || has(Part::Group);
    let erasable_by = match (&keys.erasable_by, may_have_body) {
        (Some(by), true) => quote!(#by),
        // Without a body it decides nothing.
        (None, _) if !has(Part::Body) => quote!(Nobody),
        (None, _) => return Err(missing("erasable_by")),
        (Some(by), false) => return Err(Error::new_spanned(by, "there is no body to erase")),
    };
    // Only the compiler sees what is in a group.
    let (is_erasable, has_body) = (keys.erasable_by.is_some(), quote!(HAS_BODY));
    let (ident, vis, about) = (&input.ident, &input.vis, docs(&input.attrs));
    let bound = keys.bound.as_ref().map_or_else(|| quote!(Nothing), |bound| quote!(#bound));
    let derives = keys.derives.as_ref().map_or_else(|| quote!([]), |derives| quote!(#derives));
    let refusal = keys.refusal.as_ref().map_or_else(|| quote!(declare::Never), |of| quote!(#of));
    let prepared = keys.prepared.as_ref().map_or_else(|| quote!(()), |of| quote!(#of));
    let handler = handler(&keys, authority)?;
    let spec = if keys.kernel && (keys.derives.is_some() || keys.bound.is_some()) {
        return Err(Error::new_spanned(
            input,
            "the ledger says what follows from its own operations, and what binds their bodies",
        ));
    } else if keys.kernel {
        quote!({
            const ROW: declare::OpSpec = declare::kernel_row(#name);
            assert!(
                matches!(ROW.by, declare::RequiredAuthority::#authority)
                    && matches!(ROW.erasable_by, declare::ErasableBy::#erasable_by)
                    && ROW.body == #has_body,
                "the ledger declares this operation in another way"
            );
            ROW
        })
    } else {
        quote!(declare::OpSpec {
            op: #name,
            by: declare::RequiredAuthority::#authority,
            body: #has_body,
            erasable_by: declare::ErasableBy::#erasable_by,
            bound: declare::Bound::#bound,
            derives: &#derives,
        })
    };
    let undo = option(keys.undo.as_ref().map(|undo| quote!(declare::Undo::#undo)));
    let needs = option(keys.needs.as_ref().map(|needs| quote!(declare::Needs::#needs)));
    let check = keys.check.then(|| quote!(operation.check()?;));
    let reads: Vec<TokenStream> = members.iter().map(Member::read_by).collect();
    let (rows, writes) = (members.iter().map(Member::rows), members.iter().map(Member::write_by));
    Ok(quote! {
        const _: () = {
            use ::imajin_app::operation::declare;

            const LISTS: &[&[declare::Member]] = &[#(#rows),*];
            const MEMBERS: &[declare::Member] =
                &declare::join::<_, { declare::count(LISTS) }>(LISTS, declare::Member::BLANK);
            const HAS_BODY: bool = declare::has_body(MEMBERS);
            const _: () = assert!(
                HAS_BODY == #is_erasable,
                "#[operation(erasable_by = …)] belongs exactly where there is a body"
            );

            impl #ident {
                /// The operation's name.
                #vis const NAME: &'static str = #name;
            }

            #[automatically_derived]
            impl declare::Operation for #ident {
                type Refusal = #refusal;
                type Prepared = #prepared;
                const DECLARATION: declare::Declaration = declare::Declaration {
                    spec: #spec,
                    about: #about,
                    members: MEMBERS,
                    reasons: <#refusal as declare::Reasons>::ALL,
                    reads: |parts| <Self as declare::Operation>::read(parts).map(drop),
                    handler: #handler,
                    undo: #undo,
                    needs: #needs,
                };

                fn read(parts: &declare::Parts<'_>) -> Result<Self, declare::FieldError> {
                    parts.check(&<Self as declare::Operation>::DECLARATION)?;
                    let operation = Self { #(#reads),* };
                    #check
                    Ok(operation)
                }

                fn read_entered(parts: &declare::Parts<'_>) -> Result<Self, declare::FieldError> {
                    let _ = &parts;
                    Ok(Self { #(#reads),* })
                }

                fn write(&self, content: &mut declare::Content) -> Result<(), declare::FieldError> {
                    let _ = &content;
                    #(#writes)*
                    Ok(())
                }
            }
        };
    })
}

/// An `Option` of the node's code.
pub(crate) fn option(value: Option<impl ToTokens>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

/// How a command of it is handled. What only follows from others is never asked for, but by another service.
fn handler(keys: &Keys, authority: &Ident) -> Result<TokenStream> {
    match (authority == "Derived", keys.nested) {
        (true, true) => return Ok(quote!(Some(declare::Handler::only_nested::<Self>()))),
        (true, false) => return Ok(quote!(None)),
        _ => {}
    }
    let first = match &keys.prepared {
        Some(_) if authority == "Node" => quote!(declare::Handler::recorded::<Self>()),
        Some(_) => quote!(declare::Handler::prepared::<Self>()),
        None => quote!(declare::Handler::pure::<Self>()),
    };
    let first = if keys.nested { quote!(#first.or_nested::<Self>()) } else { first };
    match (keys.after_commit, keys.after_submit) {
        (false, false) => Ok(quote!(Some(#first))),
        (true, false) => Ok(quote!(Some(#first.then::<Self>()))),
        (false, true) => Ok(quote!(Some(#first.settling::<Self>()))),
        (true, true) => Err(Error::new_spanned(authority, "`after_submit` sees commits too")),
    }
}
