//! The codes of the program's errors and problems. Errors of the library have further codes, the
//! error kinds.

macro_rules! codes {
    ($($name:ident = $code:literal,)+) => {
        $(pub(crate) const $name: &str = $code;)+

        /// All codes.
        #[cfg(test)]
        const ALL: &[&str] = &[$($name,)+];
    };
}

codes! {
    APP_TYPE_NOT_CUSTOM = "app_type_not_custom",
    CANNOT_LISTEN = "cannot_listen",
    CANNOT_WATCH = "cannot_watch",
    COMPRESSED_OUTDATED = "compressed_outdated",
    VITE_CONFIG_INVALID = "vite_config_invalid",
    VITE_CONFIG_MISSING = "vite_config_missing",
    DEV_FILE_LEFT_OVER = "dev_file_left_over",
    DEV_SERVER_ELSEWHERE = "dev_server_elsewhere",
    DIST_NOT_IN_IMAGE = "dist_not_in_image",
    DYNAMIC_NAME = "dynamic_name",
    ENTRY_NOT_NAMED = "entry_not_named",
    HMR_ELSEWHERE = "hmr_elsewhere",
    HOST_NOT_ALLOWED = "host_not_allowed",
    INIT_IMPOSSIBLE = "init_impossible",
    MANIFEST_OFF = "manifest_off",
    NODE_MISSING = "node_missing",
    NODE_TOO_OLD = "node_too_old",
    NOT_PROXIED = "not_proxied",
    PACKAGES_MISSING = "packages_missing",
    PACKAGE_JSON_MISSING = "package_json_missing",
    PACKAGE_MANAGER_MISSING = "package_manager_missing",
    PLUGIN_MISMATCH = "plugin_mismatch",
    PLUGIN_MISSING = "plugin_missing",
    PORT_TAKEN = "port_taken",
    RAW_URL = "raw_url",
    ROUTE_HIDES_VITE = "route_hides_vite",
    SERVER_ORIGIN_SET = "server_origin_set",
    TEMPLATE_INVALID = "template_invalid",
    TWO_LOCK_FILES = "two_lock_files",
    TWO_VITES = "two_vites",
    UNVERSIONED_REFERENCE = "unversioned_reference",
    VITE_UNSUPPORTED = "vite_unsupported",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use vite_bridge::ErrorKind;

    use super::ALL;
    use crate::explain::{TEXT, entries};

    #[test]
    fn every_code_has_one_explanation_with_cause_example_and_cure() {
        let kinds = ErrorKind::ALL.iter().map(|kind| kind.as_str());
        let codes: BTreeSet<&str> = kinds.chain(ALL.iter().copied()).collect();
        let explained: BTreeSet<&str> = entries(TEXT).map(|(code, _)| code).collect();
        assert_eq!(explained, codes);
        for (code, text) in entries(TEXT) {
            for part in ["- **Cause**: ", "- **Example**: ", "- **Cure**: "] {
                assert_eq!(text.matches(part).count(), 1, "{code}: {part}");
            }
        }
    }
}
