// clerk-sessions: module/verify/json.rs
//! Where JSON is held to more than serde asks for by itself: `null` is not the same as absent, and a
//! list is not an object.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A string that is borrowed unless it has escapes.
#[derive(Deserialize)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// Reads an object. All of it has to be UTF-8, even what is skipped.
pub(crate) fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    let text = std::str::from_utf8(bytes).ok()?;
    // Serde itself would also read a struct from a list.
    let is_object = text.trim_start().starts_with('{');
    let read = serde_json::from_str(text).ok();
    read.filter(|_| is_object)
}

/// Reads a member that is present. Serde itself would read `null` as an absent one.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads an object, or `null` as an absent one.
pub(crate) fn object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let member = Option::<&RawValue>::deserialize(deserializer)?;
    let object = member.map(|member| read(member.get().as_bytes()));
    let fault = || D::Error::custom("not an object");
    object.map(|read| read.ok_or_else(fault)).transpose()
}

/// Reads a member that counts as absent if it is of another type.
pub(crate) fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let member = <&RawValue>::deserialize(deserializer)?;
    Ok(as_type(member).unwrap_or_default())
}

pub(crate) fn as_type<'a, T: Deserialize<'a>>(member: &'a RawValue) -> Option<T> {
    serde_json::from_str(member.get()).ok()
}
