import DriverKit
import ZoneModel

/// Where a card is: `onbon://192.0.2.9`, `onbon://192.0.2.9:5005`, `onbon://[2001:db8::9]`, or
/// `onbon:/dev/serial/by-path/…`.
package struct OnbonAddress: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
        case network(host: String, port: UInt16)
        case serial(path: String)
    }

    /// Section 8.3.6.
    package static let port: UInt16 = 5005
    package static let bauds = [9600, 57600]

    package var text: String
    package var place: Place

    package init(_ attachment: Attachment) throws(DeviceError) {
        guard case .address(let text) = attachment, let place = OnbonAddress.place(text) else {
            throw DeviceError(
                .unsupported, doing: "open the LED card",
                "the address must be onbon://IP, onbon://IP:PORT or onbon:/dev/...; IPv6 in brackets, no names"
            )
        }
        (self.text, self.place) = (text, place)
    }

    private static func place(_ text: String) -> Place? {
        guard text.hasPrefix("onbon:"), text.cleaned(limit: 300) == text else { return nil }
        let rest = text.dropFirst("onbon:".count)
        if rest.hasPrefix("/dev/") { return .serial(path: String(rest)) }
        guard rest.hasPrefix("//") else { return nil }
        let authority = rest.dropFirst(2)
        return authority.hasPrefix("[") ? bracketed(authority.dropFirst()) : plain(authority)
    }

    private static func plain(_ text: Substring) -> Place? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, parts.count <= 2, isIPv4(host) else { return nil }
        return number(parts.dropFirst().first).map { .network(host: String(host), port: $0) }
    }

    private static func bracketed(_ text: Substring) -> Place? {
        let parts = text.split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, isIPv6(parts[0]), parts[1].isEmpty || parts[1].hasPrefix(":") else { return nil }
        let port = number(parts[1].isEmpty ? nil : parts[1].dropFirst())
        return port.map { .network(host: String(parts[0]), port: $0) }
    }

    /// The usual port when none is given; `nil` when it is no port.
    private static func number(_ text: Substring?) -> UInt16? {
        guard let text else { return port }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let value = UInt16(text), value > 0 else { return nil }
        return value
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isNumber } && UInt8($0) != nil && $0.count <= 3 }
    }

    /// Only roughly: whoever opens the port reads it properly.
    private static func isIPv6(_ text: Substring) -> Bool {
        text.contains("::") || text.filter { $0 == ":" }.count == 7
            ? text.allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == ":" || $0 == ".") } : false
    }
}

/// The profile's settings as values.
package struct OnbonSettings: Sendable, Hashable {
    package static let kinds: [String: SettingKind] = [
        "baud": .choice(["auto"] + OnbonAddress.bauds.map(String.init)), "screen": .integer(1...0x7FFF),
        "xUnit": .choice(["auto"] + OnbonArea.XUnit.allCases.map(\.rawValue)), "answerWithin": .duration,
        "font": .text,
    ]

    /// `nil`: found out.
    package var baud: Int?
    package var screen = OnbonFrame.anyScreen
    /// `nil`: by the card's device type.
    package var xUnit: OnbonArea.XUnit?
    package var answerWithin = Duration.seconds(3)
    /// Names as in the vendor's `\FO001` without the backslash; the card's own when empty.
    package var fonts: [String] = []

    /// - Parameter texts: each as its kind wants it; what does not fit its kind is as if it were not there.
    /// - Throws: `.unsupported` for a font's name that no card can have.
    package init(_ texts: [String: String]) throws(DeviceError) {
        let texts = texts.filter { OnbonSettings.kinds[$0.key]?.complaint(about: $0.value) == nil }
        baud = texts["baud"].flatMap { Int($0) }
        if let screen = texts["screen"].flatMap({ UInt16($0) }) { self.screen = screen }
        xUnit = texts["xUnit"].flatMap(OnbonArea.XUnit.init(rawValue:))
        if let patience = texts["answerWithin"].flatMap(Duration.init(shortText:)) { answerWithin = patience }
        fonts = (texts["font"] ?? "").split(separator: " ").map(String.init)
        for font in fonts where !OnbonSettings.isFont(font) {
            throw DeviceError(
                .unsupported, doing: "read the setting font",
                "\(font.cleaned(limit: 20)) is no font: expected FO000 (Chinese), FE000 (English), or both")
        }
    }

    /// F, the kind (O Chinese, E English, K other), three characters (section 11.1).
    private static func isFont(_ text: String) -> Bool {
        let characters = Array(text)
        return characters.count == 5 && characters[0] == "F" && ["O", "E", "K"].contains(characters[1])
            && characters[2...].allSatisfy { $0.isASCII && ($0.isNumber || $0.isUppercase) }
    }
}
