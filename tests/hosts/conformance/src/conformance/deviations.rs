//! Where we decide otherwise than the vectors, and why. Everything else is a fault.

/// File, case, reason. Those that begin with `looser:` are the closed list of the design.
#[rustfmt::skip]
const TABLE: &[(&str, &str, &str)] = &[
    ("verify_token.json", "header_crit_ignored", "stricter: RFC 7515 refuses a critical member that is not understood"),
    ("verify_token.json", "cat_unknown_accepted_by_verifyToken", "stricter: as `authenticateRequest`, an unknown category is no session"),
    ("verify_token.json", "m2m_sub_mch_accepted_by_verifyToken", "stricter: as `authenticateRequest`, a machine is no user"),
    ("verify_token.json", "sts_pending_accepted_by_verifyToken", "stricter: as `toAuth`, a pending session is signed out"),
    ("verify_token.json", "sig_padded", "stricter: base64url in a token has no padding (RFC 7515)"),
    ("verify_token.json", "aud_number_ignored", "stricter: where an audience is set, any other is refused"),
    ("verify_token.json", "aud_mixed_array_ignored", "stricter: where an audience is set, any other is refused"),
    ("verify_token.json", "typ_at_jwt_allowed_by_headerType", "not applicable: `headerType` has no setting, an OAuth token is no session"),
    ("verify_token.json", "headerType_configured_typ_missing", "not applicable: `headerType` has no setting, `typ` is optional"),
    ("verify_token.json", "jwtKey_literal_backslash_n", "looser: a PEM with literal `\\n` is read"),
    ("authenticate_request.json", "header_lowercase_bearer_ignored_then_cookie_path", "looser: `bearer` in any case"),
    ("authenticate_request.json", "header_no_cat_no_sid_template_legacy_accepted", "stricter: a session has a `sid`"),
    ("authenticate_request.json", "cookie_session_no_uat_live_doc", "looser: `__client_uat` absent where the profile allows it"),
    ("authenticate_request.json", "cookie_dev_without_db_jwt_api", "looser: no dev-browser rule"),
    ("authenticate_request.json", "cookie_doc_cross_origin_referer_handshake", "looser: no Referer rule"),
    ("security.json", "payload_lone_surrogate_custom", "as the official SDK (a may): a member that is not read is passed over"),
];

/// Why a case deviates, where it may.
pub fn reason(file: &str, name: &str) -> Option<&'static str> {
    TABLE.iter().find(|row| row.0 == file && row.1 == name).map(|row| row.2)
}

/// The cases of a file that deviate.
pub fn names(file: &str) -> impl Iterator<Item = &'static str> {
    let rows: Vec<_> = TABLE.iter().filter(|row| row.0 == file).map(|row| row.1).collect();
    rows.into_iter()
}
