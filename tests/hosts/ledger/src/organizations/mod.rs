//! What belongs to an organization.

mod balance;

use actix_web::web::{self, ServiceConfig};

pub fn routes(config: &mut ServiceConfig) {
    config.service(web::scope("/{organization}/balance").configure(balance::routes));
}
