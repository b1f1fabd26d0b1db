//! Delegations: chains of credentials that were passed on, rightly or not. Whether the last one allows something is
//! what simple bookkeeping over the links says; and any text may come as a credential.
#![no_main]
use imajin_dfos::credential::{
    self, Attenuation, Audience, Credential, DELEGATION_MAX, Request, authorize,
};
use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_dfos::resolve::MemoryResolver;
use imajin_dfos::{Did, PublicKey, SigningKey, Timestamp, Verifier};
use libfuzzer_sys::fuzz_target;

/// How many people there are.
const PEOPLE: u8 = 4;
const NOW_SECS: i64 = 1_000;

/// One link, from the root on.
struct Link {
    issuer: u8,
    /// None is everybody.
    audience: Option<u8>,
    /// Whether each of the two actions is allowed.
    may: [bool; 2],
    expires_at_secs: i64,
}

impl Link {
    fn new(bytes: [u8; 2]) -> Self {
        let [who, what] = bytes;
        let may = [what & 1 != 0, what & 2 != 0];
        Self {
            issuer: who % PEOPLE,
            audience: (who & 0x80 == 0).then_some(who / PEOPLE % PEOPLE),
            // A credential for nothing does not exist.
            may: if may == [false; 2] { [true; 2] } else { may },
            expires_at_secs: NOW_SECS + i64::from(what >> 2) % 8 - 1,
        }
    }

    fn scope(&self) -> Vec<Attenuation> {
        let actions = ["read", "write"].into_iter().zip(self.may);
        let mine = actions.filter(|(_, may)| *may);
        mine.map(|(action, _)| Attenuation::new("chain:*", action)).collect()
    }
}

/// Whether the last one may write, by the letter of the rules.
fn allows(links: &[Link], root: u8, by: u8) -> bool {
    let holds = |link: &Link| link.expires_at_secs > NOW_SECS;
    let is_for = |link: &Link, who: u8| link.audience.is_none_or(|audience| audience == who);
    let steps = links.windows(2).all(|pair| {
        let [parent, child] = pair else {
            return false;
        };
        let narrows = parent.may.iter().zip(child.may).all(|(had, has)| *had || !has);
        is_for(parent, child.issuer) && child.expires_at_secs <= parent.expires_at_secs && narrows
    });
    let (Some(first), Some(last)) = (links.first(), links.last()) else {
        return false;
    };
    links.len() <= DELEGATION_MAX
        && links.iter().all(holds)
        && steps
        && first.issuer == root
        && is_for(last, by)
        && last.may[1]
}

fuzz_target!(|data: &[u8]| {
    let key = |number: u8| SigningKey::from_bytes(&[number + 1; 32]);
    let key_id = |number: u8| PublicKey::from(&key(number)).key_id();
    let mut identities = MemoryResolver::new();
    let mut dids: Vec<Did> = Vec::new();
    for number in 0..PEOPLE {
        let keys = Keys::single(Key::new(&PublicKey::from(&key(number))));
        let Ok(made) = sign_create(keys, vec![], Timestamp::MIN, &key_id(number), &key(number))
        else {
            return;
        };
        dids.push(made.verified.did().clone());
        identities.insert(made.verified);
    }
    let verifier = Verifier::of_new(&identities);
    let did = |number: u8| dids[usize::from(number)].clone();
    let request = |root: &Did, by: &Did, token: &str| {
        let request = Request {
            root,
            audience: Some(by),
            resource: "chain:2346789acdefhknrtvz2346789acdef",
            action: "write",
            now_secs: NOW_SECS,
        };
        authorize(token, &request, &verifier).is_ok()
    };
    if let Ok(token) = std::str::from_utf8(data) {
        assert!(!request(&did(0), &did(1), token), "nobody signed that");
    }
    let Some(([ends], rest)) = data.split_first_chunk::<1>() else {
        return;
    };
    let pairs = rest.chunks_exact(2).take(DELEGATION_MAX + 1);
    let links: Vec<Link> = pairs.map(|pair| Link::new([pair[0], pair[1]])).collect();
    let mut parent: Option<String> = None;
    for link in &links {
        let credential = Credential {
            issuer: did(link.issuer),
            audience: link.audience.map_or(Audience::Anyone, |who| Audience::Did(did(who))),
            scope: link.scope(),
            parent: parent.take(),
            issued_at_secs: 0,
            expires_at_secs: link.expires_at_secs,
        };
        let signed = credential::sign(&credential, &key_id(link.issuer), &key(link.issuer));
        let Ok(signed) = signed else {
            return;
        };
        parent = Some(signed.token);
    }
    if let Some(token) = parent {
        let (root, by) = (ends % PEOPLE, ends / PEOPLE % PEOPLE);
        let allowed = request(&did(root), &did(by), &token);
        assert_eq!(allowed, allows(&links, root, by));
    }
});
