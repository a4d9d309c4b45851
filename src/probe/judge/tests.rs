use super::label;
use crate::wire::Build::{self, Main, MainStandalone, Patch16, V370, V380, V383};

#[test]
fn builds_are_named_as_users_name_them() {
    for (builds, text) in [
        (&Build::ALL[..], "every build"),
        (&[V370], "3.7"),
        (&[V370, V380], "3.7 and 3.8.0"),
        (&[V380, V383, Patch16, Main, MainStandalone], "3.8+"),
        (&[V383, Patch16, Main, MainStandalone], "3.8.1+"),
        (&[Patch16, Main, MainStandalone], "3.8.3-patch.5+"),
        (&[Main, MainStandalone], "main"),
        (&[Main], "main as several processes"),
        (&[MainStandalone], "main-standalone"),
        (&[V383, Patch16], "3.8.3 and 3.8.3-patch.16"),
        (&[V370, V380, Main, MainStandalone], "3.7, 3.8.0 and main"),
        (&[V370, V380, V383, Patch16], "3.7 to 3.8.3-patch.16"),
        (&[V370, V383, Patch16, MainStandalone], "3.7, 3.8.3, 3.8.3-patch.16 and main-standalone"),
        (&[], "no build"),
    ] {
        assert_eq!(label(builds), text);
    }
}
