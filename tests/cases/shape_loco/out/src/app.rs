use axum::Router as AxumRouter;
use loco_rs::{app::{AppContext, Hooks}, controller::AppRoutes, Result};

pub struct App;

impl Hooks for App {
    fn routes(_ctx: &AppContext) -> AppRoutes {
        AppRoutes::with_default_routes().add_route(crate::controllers::home::routes())
    }

    async fn after_routes(router: AxumRouter, _ctx: &AppContext) -> Result<AxumRouter> {
        Ok(router)
    }
}
