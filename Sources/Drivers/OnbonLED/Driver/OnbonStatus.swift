import ZoneTime

/// What a card says about itself now: reply to A1 02 (section 8.4).
package struct OnbonStatus: Sendable, Hashable {
    package var isOn: Bool?
    /// 0 to 15.
    package var brightness: UInt8
    /// By the card's own clock, `2025-11-21 09:30:00`; `nil` when it is no date.
    package var clock: String?
    package var programmes: Int?
    /// Which dynamic areas there are; `nil` when it did not say.
    package var areas: [UInt8]?
    /// The 28 bytes of barcode (written in production) and custom id; shorter or empty on some cards.
    package var tail: [UInt8]

    /// - Parameter data: what follows the error byte. The document leaves open whether a 5K1 sends the two fields of
    ///   the special area and whether 5K cards send barcode and custom id, so the length decides. `nil` when even the
    ///   brightness is missing.
    package init?(_ data: [UInt8]) {
        let body = Array(data.dropFirst(2))
        guard body.count >= 2 else { return nil }
        isOn = body[0] == 1 ? true : body[0] == 2 ? false : nil
        brightness = body[1]
        clock = body.count >= 10 ? OnbonStatus.date(Array(body[2..<10])) : nil
        programmes = body.count > 10 ? Int(body[10]) : nil
        (areas, tail) = OnbonStatus.areas(body)
    }

    private static let tailLength = 28

    private static func areas(_ body: [UInt8]) -> (areas: [UInt8]?, tail: [UInt8]) {
        for countAt in [17, 15] where body.count > countAt {
            // With the special area's fields the first of them is here: 0 or 1.
            if countAt == 17, body[15] > 1 { continue }
            let end = countAt + 1 + Int(body[countAt])
            guard [end, end + 16, end + tailLength].contains(body.count) else { continue }
            return (Array(body[(countAt + 1)..<end]), Array(body[end...]))
        }
        return (nil, [])
    }

    /// Year (2), month, day, weekday, hour, minute, second as BCD. The document does not say which half of the year
    /// comes first here; only one way gives a year of this century.
    private static func date(_ bytes: [UInt8]) -> String? {
        let fields = bytes.compactMap(decimal)
        guard fields.count == 8 else { return nil }
        let year = [fields[1] * 100 + fields[0], fields[0] * 100 + fields[1]].first { (2000...2099).contains($0) }
        guard let year, CivilDate(year: year, month: fields[2], day: fields[3]) != nil else { return nil }
        guard fields[5] < 24, fields[6] < 60, fields[7] < 60 else { return nil }
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(year)-\(two(fields[2]))-\(two(fields[3])) \(two(fields[5])):\(two(fields[6])):\(two(fields[7]))"
    }

    private static func decimal(_ byte: UInt8) -> Int? {
        byte >> 4 < 10 && byte & 0x0F < 10 ? Int(byte >> 4) * 10 + Int(byte & 0x0F) : nil
    }
}
