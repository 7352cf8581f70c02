use loco_rs::{app::{AppContext, Hooks}, controller::AppRoutes};

pub struct App;

impl Hooks for App {
    fn routes(_ctx: &AppContext) -> AppRoutes {
        AppRoutes::with_default_routes().add_route(crate::controllers::home::routes())
    }
}
