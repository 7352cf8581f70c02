// clerk-sessions: module/verify/json.rs
//! Where JSON is held to more than serde asks for by itself: `null` is not the same as absent, and a
//! list is not an object.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use «crates.serde»::de::value::MapAccessDeserializer;
use «crates.serde»::de::{MapAccess, Visitor};
use «crates.serde»::{Deserialize, Deserializer};
use «crates.serde_json»::value::RawValue;

/// An object. Serde itself would also read a struct from a list.
struct Object<T>(T);

/// A string that is borrowed unless it has escapes.
#[derive(Deserialize)]
/*- if crates.serde != "serde" */
#[serde(crate = "«crates.serde»")]
/*- endif */
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// Reads an object. All of it has to be UTF-8, even what is skipped.
pub(crate) fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    let text = std::str::from_utf8(bytes).ok()?;
    let read = «crates.serde_json»::from_str(text).ok();
    read.map(|Object(members)| members)
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
    let object = Option::<Object<T>>::deserialize(deserializer)?;
    Ok(object.map(|Object(members)| members))
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

/// The value of a member, if it is of this type.
pub(crate) fn as_type<'a, T: Deserialize<'a>>(member: &'a RawValue) -> Option<T> {
    «crates.serde_json»::from_str(member.get()).ok()
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData))
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
    type Value = Object<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}
