//! The routes that apps that sell items mount in the same form, apart from their own words.

/// The routes of a quote and of a purchase, as two handlers: the service, the request ([`Wish`](crate::Wish)), the proof that a
/// purchase needs, what 404 and 409 mean, and each handler with its documentation. The module that calls it imports
/// [`QuoteAnswer`](crate::QuoteAnswer) and [`SaleAnswer`](crate::SaleAnswer).
#[macro_export]
macro_rules! buying_routes {
    (
        $service:literal, $wish:ident, $proof:literal, $missing:literal, $changed:literal,
        $(#[$about_quote:meta])* $quote:ident,
        $(#[$about_pay:meta])* $pay:ident
    ) => {
        $(#[$about_quote])*
        #[utoipa::path(
            post, path = "/api/quote", tag = $service, request_body = $wish,
            responses((status = 200, body = QuoteAnswer), (status = 404, description = $missing), (status = 409, description = "The manifests cannot be followed")),
        )]
        pub(crate) async fn $quote(
            imajin_app::extract::Visitor(node, imajin_app::extract::Caller(session)): imajin_app::extract::Visitor,
            request: axum::extract::Request,
        ) -> Result<axum::Json<QuoteAnswer>, imajin_app::Problem> {
            $crate::quote::<$wish>(&node, session, request).await
        }

        $(#[$about_pay])*
        #[utoipa::path(
            post, path = "/api/pay", tag = $service,
            params(("MJN-Proof" = Option<String>, Header, description = $proof)), request_body = $wish,
            responses(
                (status = 201, body = SaleAnswer), (status = 402, description = "Not enough credit"), (status = 403, description = "It must be signed: `sign` says what"),
                (status = 404, description = $missing), (status = 409, description = $changed), (status = 503, description = "This box can't sell now"),
            ),
        )]
        pub(crate) async fn $pay(
            axum::extract::State(node): axum::extract::State<imajin_app::Node>,
            authed: imajin_app::extract::Authed,
            request: axum::extract::Request,
        ) -> Result<(axum::http::StatusCode, axum::Json<SaleAnswer>), imajin_app::Problem> {
            $crate::pay::<$wish>(&node, &authed, request).await
        }
    };
}
