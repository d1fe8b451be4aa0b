import ZoneHTTP

/// The page as bytes inside the program.
enum KioskAssets {
    static let page = WebAsset(.html, PackageResources.kiosk_html)

    static let named: [String: WebAsset] = [
        "kiosk.css": WebAsset(.css, PackageResources.kiosk_css),
        "kiosk.js": WebAsset(.script, PackageResources.kiosk_js),
        "kiosk-copy.js": WebAsset(.script, PackageResources.kiosk_copy_js),
        "kiosk-idle.js": WebAsset(.script, PackageResources.kiosk_idle_js),
        "kiosk-jobs.js": WebAsset(.script, PackageResources.kiosk_jobs_js),
        "kiosk-link.js": WebAsset(.script, PackageResources.kiosk_link_js),
        "kiosk-text.js": WebAsset(.script, PackageResources.kiosk_text_js),
        "kiosk-view.js": WebAsset(.script, PackageResources.kiosk_view_js),
    ]
}
