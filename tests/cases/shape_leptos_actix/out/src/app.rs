use leptos::prelude::*;

#[component]
pub fn App() -> impl IntoView {
    view! { <p>"hello"</p> }
}

#[server]
pub async fn orders() -> Result<Vec<String>, ServerFnError> {
    Ok(Vec::new())
}
