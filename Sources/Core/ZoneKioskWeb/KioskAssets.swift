import ZoneHTTP

/// The page as bytes inside the program.
enum KioskAssets {
    static let page = WebAsset(.html, PackageResources.kiosk_html)

    static let named: [String: WebAsset] = [
        "kiosk.css": WebAsset(.css, PackageResources.kiosk_css),
        "kiosk-staff.css": WebAsset(.css, PackageResources.kiosk_staff_css),
        "kiosk.js": WebAsset(.script, PackageResources.kiosk_js),
        "kiosk-canvas.js": WebAsset(.script, PackageResources.kiosk_canvas_js),
        "kiosk-check.js": WebAsset(.script, PackageResources.kiosk_check_js),
        "kiosk-clean.js": WebAsset(.script, PackageResources.kiosk_clean_js),
        "kiosk-contacts.js": WebAsset(.script, PackageResources.kiosk_contacts_js),
        "kiosk-copy.js": WebAsset(.script, PackageResources.kiosk_copy_js),
        "kiosk-duties.js": WebAsset(.script, PackageResources.kiosk_duties_js),
        "kiosk-idle.js": WebAsset(.script, PackageResources.kiosk_idle_js),
        "kiosk-jobs.js": WebAsset(.script, PackageResources.kiosk_jobs_js),
        "kiosk-lease.js": WebAsset(.script, PackageResources.kiosk_lease_js),
        "kiosk-link.js": WebAsset(.script, PackageResources.kiosk_link_js),
        "kiosk-marks.js": WebAsset(.script, PackageResources.kiosk_marks_js),
        "kiosk-pin.js": WebAsset(.script, PackageResources.kiosk_pin_js),
        "kiosk-report.js": WebAsset(.script, PackageResources.kiosk_report_js),
        "kiosk-sse.js": WebAsset(.script, PackageResources.kiosk_sse_js),
        "kiosk-staff.js": WebAsset(.script, PackageResources.kiosk_staff_js),
        "kiosk-stage.js": WebAsset(.script, PackageResources.kiosk_stage_js),
        "kiosk-test.js": WebAsset(.script, PackageResources.kiosk_test_js),
        "kiosk-text.js": WebAsset(.script, PackageResources.kiosk_text_js),
        "kiosk-view.js": WebAsset(.script, PackageResources.kiosk_view_js),
        "kiosk-words-duties.js": WebAsset(.script, PackageResources.kiosk_words_duties_js),
        "kiosk-words-staff.js": WebAsset(.script, PackageResources.kiosk_words_staff_js),
    ]
}
