/// The data field of a card's answer.
package enum OnbonReply: Sendable, Hashable {
    case accepted
    case refused(OnbonRefusal)
    /// What follows group, number and error byte. (Two reserved bytes come first in most replies, not in that of the
    /// fonts.)
    case data([UInt8])

    /// `nil` when it answers something else.
    package init?(_ data: [UInt8], to command: OnbonCommand) {
        guard data.count >= 3 else { return nil }
        switch (data[0], data[1]) {
        case (0xA0, 0x01): self = .refused(OnbonRefusal(data[2]))
        case (0xA0, 0x00) where !command.asksForData:
            self = data[2] == 0 ? .accepted : .refused(OnbonRefusal(data[2]))
        case let code where code == command.code && command.asksForData:
            self = data[2] == 0 ? .data(Array(data[3...])) : .refused(OnbonRefusal(data[2]))
        default: return nil
        }
    }
}

/// A card's no, by the number it gives (section 6).
package struct OnbonRefusal: Sendable, Hashable, CustomStringConvertible {
    package var number: UInt8

    package init(_ number: UInt8) { self.number = number }

    /// It may say yes the next time: busy, or the request arrived damaged.
    package var isPassing: Bool { number == 3 || number == 5 }

    private static let words = [
        "no error", "unknown group", "no such command", "busy", "out of memory", "checksum", "no such file",
        "flash access", "download", "file name", "file type", "file checksum", "font not on the card",
        "wrong firmware type", "date format", "file exists", "block number",
    ]

    package var description: String {
        let word = Int(number) < OnbonRefusal.words.count ? OnbonRefusal.words[Int(number)] : "unknown error"
        return "the card says no: \(word) (\(number))"
    }
}
