import ZoneModel
import ZoneSheets

/// A page that shows whether a printer prints, and how well: who asked which device when, rules from fine to broad,
/// steps of grey, a scale of 100 mm, and what it says once more as a QR code, so that a phone takes it along. PDF 1.4
/// with one font that every reader has of its own (PDF Reference 1.4, 5.5.1), so there is nothing to embed; ASCII only,
/// because that font has nothing else. Where there is room the code has the zone's name, in Chinese.
struct TestPage: Sendable {
    static let format = "application/pdf"
    private static let pointsPerMillimetre = 72 / 25.4
    private static let left = 56.0
    /// 1.4 mm: read by any phone at arm's length, also from a copy.
    private static let square = 4.0
    private static let codeTop = 325.0

    /// What is known of the printer before the page.
    struct Printer: Sendable, Hashable {
        var device: DeviceID
        var model: String?
        var serial: String?
        /// Its life counter, before this page.
        var counter: Int64?
    }

    /// What stands on the page, a line each.
    let lines: [String]
    /// What the code says; ends with what fits.
    let message: String

    init(
        zone: ZoneID, node: NodeID, name: String, printer: Printer, version: String, at time: String, command: String
    ) {
        lines = [
            "zone     \(zone)", "node     \(node)", "device   \(printer.device)",
            "model    \(printer.model?.cleaned(limit: 50) ?? "not told")",
            "serial   \(printer.serial?.cleaned(limit: 50) ?? "not told")",
            "counter  \(printer.counter.map { "\($0) before this page" } ?? "not told")",
            "time     \(time)", "agent    \(version)", "command  \(command)",
        ]
        let parts = [
            "\(zone)/\(node)/\(printer.device)", time, printer.serial.map { "SN \($0.cleaned(limit: 30))" },
            printer.counter.map { "pages \($0)" }, version, name.cleaned(limit: 20),
            printer.model?.cleaned(limit: 30),
        ]
        message = parts.compactMap(\.self).reduce("") { text, part in
            let longer = text.isEmpty ? part : "\(text)\n\(part)"
            return longer.utf8.count <= QRCodewords.capacity ? longer : text
        }
    }

    var document: [UInt8] {
        let content = pageContent
        return TestPage.file([
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            // A4 in points.
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
                + "/Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
            "<< /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream",
        ])
    }

    /// Objects numbered from 1, then where each begins: twenty bytes a line (PDF Reference 1.4, 3.4.3).
    private static func file(_ objects: [String]) -> [UInt8] {
        var text = "%PDF-1.4\n"
        var offsets: [Int] = []
        for (number, object) in objects.enumerated() {
            offsets.append(text.utf8.count)
            text += "\(number + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = text.utf8.count
        text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets { text += "\(padded(offset, 10)) 00000 n \n" }
        text += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
        return Array(text.utf8)
    }

    private var pageContent: String {
        var content = TestPage.text("Zone Agent test page", at: 775, size: 20)
        for (number, line) in lines.enumerated() {
            content += TestPage.text(line, at: 744 - 17 * Double(number), size: 12)
        }
        return content + TestPage.rules + TestPage.greys + TestPage.scale + code
    }

    /// Dark squares, a rectangle for each run of them.
    private var code: String {
        guard let code = QRCode(Array(message.utf8)) else { return "" }
        var content = ""
        for (number, row) in code.rows.enumerated() {
            let height = TestPage.codeTop - TestPage.square * Double(number + 1)
            var begin = 0
            while let first = row[begin...].firstIndex(of: true) {
                let end = row[first...].firstIndex(of: false) ?? row.count
                let (x, width) = (
                    TestPage.left + TestPage.square * Double(first), TestPage.square * Double(end - first)
                )
                content += "\(x) \(height) \(width) \(TestPage.square) re\n"
                begin = end
            }
        }
        return content + "f\n"
    }

    private static func text(_ text: String, at height: Double, size: Int) -> String {
        "BT /F1 \(size) Tf \(left) \(height) Td (\(escaped(text))) Tj ET\n"
    }

    /// What is not printable ASCII becomes a question mark; brackets and the backslash are the syntax of a string.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "(", ")", "\\": "\\\(scalar)"
            case " "..."~": String(scalar)
            default: "?"
            }
        }.joined()
    }

    /// From a hair to two points: a blocked nozzle or a worn drum shows in the fine ones first.
    private static var rules: String {
        [0.1, 0.25, 0.5, 1, 2].enumerated().map { number, width in
            let height = 580 - 14 * Double(number)
            return "\(width) w \(left) \(height) m \(left + 480) \(height) l S\n"
        }.joined() + "0.5 w\n"
            + (0...24).map { number in
                let x = left + 20 * Double(number)
                return "\(x) 490 m \(x) 510 l S\n"
            }.joined()
    }

    private static var greys: String {
        (0...10).map { step in
            let x = left + 43 * Double(step)
            return "\(Double(step) / 10) g \(x) 420 43 43 re f\n"
        }.joined() + "0 g\n"
    }

    /// 100 mm with a mark each 10 mm: shows whether the printer scales the page.
    private static var scale: String {
        let length = rounded(100 * pointsPerMillimetre)
        let marks = (0...10).map { step in
            let x = rounded(left + Double(step) * 10 * pointsPerMillimetre)
            return "\(x) 380 m \(x) 392 l S\n"
        }.joined()
        return "0.5 w \(left) 380 m \(left + length) 380 l S\n" + marks + text("100 mm", at: 362, size: 10)
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
