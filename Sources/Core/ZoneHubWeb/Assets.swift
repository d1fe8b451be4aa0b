// Purpose: the pages of the hub as bytes inside the program.
import ZoneHTTP

package enum HubAssets {
    package static let wall = WebAsset(.html, PackageResources.wall_html)

    package static let cases = WebAsset(.html, PackageResources.case_html)

    package static let named: [String: WebAsset] = [
        "wall.css": WebAsset(.css, PackageResources.wall_css),
        "wall.js": WebAsset(.script, PackageResources.wall_js),
        "wall-text.js": WebAsset(.script, PackageResources.wall_text_js),
        "wall-zone.js": WebAsset(.script, PackageResources.wall_zone_js),
        "case.css": WebAsset(.css, PackageResources.case_css),
        "case-report.js": WebAsset(.script, PackageResources.case_report_js),
        "case.js": WebAsset(.script, PackageResources.case_js),
    ]
}
