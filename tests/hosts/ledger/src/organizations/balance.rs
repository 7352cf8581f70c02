//! What an organization owes.

use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::HttpResponse;

use crate::state::{Entry, Ledger};

async fn show(organization: Path<String>, ledger: Data<Ledger>) -> String {
    ledger.balance(&organization).to_string()
}

async fn book(organization: Path<String>, cents: String, ledger: Data<Ledger>) -> HttpResponse {
    let Ok(cents) = cents.trim().parse() else {
        return HttpResponse::BadRequest().finish();
    };
    ledger.book(Entry { organization: organization.into_inner(), cents });
    HttpResponse::Created().finish()
}

async fn close(organization: Path<String>, ledger: Data<Ledger>) -> HttpResponse {
    ledger.close(&organization);
    HttpResponse::NoContent().finish()
}

pub fn routes(config: &mut ServiceConfig) {
    config
        .route("", web::get().to(show))
        .route("", web::post().to(book))
        .route("", web::delete().to(close));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn what_is_booked_counts() {
        let ledger = Data::new(Ledger::default());
        let acme = || Path::from("acme".to_owned());
        book(acme(), "250".to_owned(), ledger.clone()).await;
        assert_eq!(show(acme(), ledger).await, "250");
    }
}
