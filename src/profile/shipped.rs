//! The profiles that come with the program, built into it.
//!
//! They are the files of `profiles/`, so that `openim-bench run quickstart` works where no
//! source tree is.

/// A profile that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its name: the file's without `.toml`.
    pub name: &'static str,
    /// The file.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        /// All of them, the one to begin with first.
        pub const SHIPPED: &[Shipped] =
            &[$(Shipped { name: $name, text: include_str!(concat!("../../profiles/", $name, ".toml")) }),+];
    };
}

shipped!(
    "quickstart",
    "smoke",
    "steady",
    "ramp",
    "spike",
    "slow-receiver",
    "retries",
    "outage",
    "example",
    "reentrant",
    "soak",
    "real-openim",
);

impl Shipped {
    /// The one of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Shipped> {
        SHIPPED.iter().find(|s| s.name == name)
    }

    /// Its `title`; empty where it has none.
    #[must_use]
    pub fn title(&self) -> String {
        let table: Option<toml::Table> = self.text.parse().ok();
        let title = table.as_ref().and_then(|t| t.get("title")).and_then(toml::Value::as_str);
        title.unwrap_or_default().to_owned()
    }
}
