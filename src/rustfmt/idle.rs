//! Tells settings of rustfmt that leave our texts as they are: to have these formatted takes longer than all that a run does.

use toml::Table;

/// Settings that our texts have no use for, whatever they say: we name the edition ourselves, and write no `try!`, no
/// `extern fn` and no `Point { x: x }`.
const UNUSED: [&str; 6] = [
    "edition",
    "force_explicit_abi",
    "print_misformatted_file_names",
    "style_edition",
    "use_field_init_shorthand",
    "use_try_shorthand",
];

/// The settings of the stable rustfmt where nobody says anything, as our texts have them. Source: `rustfmt --print-config default`.
const STABLE: &str = r#"
array_width = 60
attr_fn_like_width = 70
chain_width = 60
disable_all_formatting = false
fn_call_width = 60
fn_params_layout = "Tall"
hard_tabs = false
match_arm_leading_pipes = "Never"
match_block_trailing_comma = false
max_width = 100
merge_derives = true
newline_style = "Auto"
remove_nested_parens = true
reorder_imports = true
reorder_modules = true
short_array_element_width_threshold = 10
single_line_if_else_max_width = 50
single_line_let_else_max_width = 50
struct_lit_width = 18
struct_variant_width = 35
tab_spaces = 4
use_small_heuristics = "Default"
"#;

/// The settings that only a nightly rustfmt takes, in the same way: those that projects have.
const UNSTABLE: &str = r#"
blank_lines_lower_bound = 0
blank_lines_upper_bound = 1
brace_style = "SameLineWhere"
combine_control_expr = true
comment_width = 80
condense_wildcard_suffixes = false
control_brace_style = "AlwaysSameLine"
enum_discrim_align_threshold = 0
error_on_line_overflow = false
error_on_unformatted = false
fn_single_line = false
format_code_in_doc_comments = false
format_macro_bodies = true
format_macro_matchers = false
format_strings = false
group_imports = "Preserve"
hex_literal_case = "Preserve"
imports_granularity = "Preserve"
imports_indent = "Block"
imports_layout = "Mixed"
indent_style = "Block"
match_arm_blocks = true
normalize_comments = false
normalize_doc_attributes = false
overflow_delimited_expr = false
reorder_impl_items = false
spaces_around_ranges = false
struct_field_align_threshold = 0
struct_lit_single_line = true
trailing_comma = "Vertical"
trailing_semicolon = true
type_punctuation_density = "Wide"
unstable_features = false
where_single_line = false
wrap_comments = false
"#;

/// What settings do to our texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// Nothing where rustfmt takes none that is unstable. It prints those that are in force.
    OfUnstable,
    /// Maybe something.
    Some,
}

/// What settings do, as a file has them.
pub fn effect(settings: &str) -> Effect {
    let Ok(mut settings) = settings.parse::<Table>() else { return Effect::Some };
    let stable = table(STABLE);
    settings.retain(|name, value| !UNUSED.contains(&name) && stable.get(name) != Some(&*value));
    let unstable = table(UNSTABLE);
    match settings {
        settings if settings.is_empty() => Effect::None,
        settings if settings.keys().all(|name| unstable.contains_key(name)) => Effect::OfUnstable,
        _ => Effect::Some,
    }
}

/// Whether those in force do nothing, as rustfmt prints them: each of the unstable ones that a file has is as it always is.
pub fn none_in_force(settings: &str, printed: &str) -> bool {
    let (Ok(settings), Ok(printed)) = (settings.parse::<Table>(), printed.parse::<Table>()) else { return false };
    let mut unstable = table(UNSTABLE);
    // It is printed as it was given.
    unstable.remove("unstable_features");
    settings
        .keys()
        .filter_map(|name| unstable.get_key_value(name))
        .all(|(name, value)| printed.get(name) == Some(value))
}

fn table(settings: &str) -> Table {
    settings.parse().expect("the settings above are TOML")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_told_by_the_settings_alone() {
        for (settings, expected) in [
            ("", Effect::None),
            ("edition = \"2024\"\nmax_width = 100\nuse_field_init_shorthand = true", Effect::None),
            ("group_imports = \"One\"\nmax_width = 100\nunstable_features = true", Effect::OfUnstable),
            ("group_imports = \"One\"\nmax_width = 99", Effect::Some),
            ("max_width = \"100\"", Effect::Some),
            ("new_in_some_version = true", Effect::Some),
            ("max_width", Effect::Some),
        ] {
            assert_eq!(effect(settings), expected, "{settings}");
        }
    }

    #[test]
    fn an_unstable_setting_that_is_in_force_counts() {
        let settings = "group_imports = \"One\"\nunstable_features = true";
        assert!(none_in_force(settings, "group_imports = \"Preserve\"\nunstable_features = true\nmax_width = 100"));
        for printed in ["group_imports = \"One\"", "", "group_imports"] {
            assert!(!none_in_force(settings, printed), "{printed}");
        }
    }
}
