//! The one door of randomness above the ledger. `decide` and `apply` may not come here: fresh bytes arrive with the command.

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random bytes: {0}")]
pub struct RandomError(String);

impl From<RandomError> for imajin_app::Problem {
    fn from(error: RandomError) -> Self {
        Self::internal(error)
    }
}

/// Fresh random bytes.
pub fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| RandomError(error.to_string()))?;
    Ok(bytes)
}

/// Fresh random bytes as `2 N` lower-case hex digits.
pub fn hex<const N: usize>() -> Result<String, RandomError> {
    Ok(imajin_dfos::hex::encode(&bytes::<N>()?))
}
