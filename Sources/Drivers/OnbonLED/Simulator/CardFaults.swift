import OnbonLEDDriver

/// What can be wrong with a card or with the line to it.
package struct CardFaults: Sendable {
    package enum Manner: String, Sendable, CaseIterable {
        case normal, silent
        /// 200 bytes that are no frame.
        case junk
        case badChecksum
        /// Answers, one byte at a time, with a pause between them.
        case slow
        /// Says "busy" to everything.
        case busy
        /// Answers with the header of the graphic cards BX-5E/6E.
        case otherFamily
        /// Gives back what it gets.
        case echo
        /// Speaks HTTP.
        case http
    }

    package var manner = Manner.normal
    /// This reply, counted from 1, does not go out.
    package var droppedReply: Int?
    /// No reply after this one goes out.
    package var lastReply: Int?
    /// Texts are refused with this number.
    package var refusal: UInt8?
    /// An RS-485 adapter gives back what is sent, and the card answers after it.
    package var echoesToo = false
    /// So many times "busy", then normal.
    package var busyTimes = 0
    package var splitsBytes = false
    /// Goes out in front of each reply, in one piece with it.
    package var before: [UInt8] = []
    /// Nine opening bytes, as in the vendor's examples of replies, or any other number from 1.
    package var openingBytes = 9
    package var noise: LineNoise?

    package init() {}

    mutating func isBusy() -> Bool {
        guard busyTimes > 0 else { return manner == .busy }
        busyTimes -= 1
        return true
    }

    func swallows(reply number: Int) -> Bool {
        manner == .silent || droppedReply == number || lastReply.map { number > $0 } == true
    }

    mutating func onWayIn(_ bytes: [UInt8]) -> [UInt8] { noise?.pass(bytes) ?? bytes }

    /// What is no card answers to bytes, not to frames; `nil` for a card.
    func foreign(_ bytes: [UInt8]) -> [[UInt8]]? {
        switch manner {
        case .junk: [(0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) & 0x7F }]
        case .echo: [bytes]
        case .http: [Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8)]
        default: nil
        }
    }

    mutating func onWayOut(_ frame: OnbonFrame) -> [[UInt8]] {
        var wire = manner == .otherFamily ? CardFaults.otherFamily : Array(frame.encode().drop { $0 == 0xA5 })
        if manner == .badChecksum, wire.count > 4 {
            // A byte of the header that needs no escape before or after.
            wire[4] ^= 0x01
        }
        var bytes = before + [UInt8](repeating: OnbonEscape.opening, count: openingBytes) + wire
        bytes = noise?.pass(bytes) ?? bytes
        return splitsBytes || manner == .slow ? bytes.map { [$0] } : [bytes]
    }

    /// A yes under the 16-byte header of the manual "6th动态区域用户手册" 2.0, section 3.2.
    private static var otherFamily: [UInt8] {
        var body: [UInt8] = [0x00, 0x80, 0xFE, 0xFF, 0xF0, 0, 0xFE, 0xFF, 0, 0, 0, 0, 9, 0, 0, 0]
        body += [0x00, 0xA0, 0x00, 0, 0, 0, 0, 0, 0]
        return OnbonEscape.escape(body + OnbonChecksum.of(body).littleEndianBytes) + [OnbonEscape.closing]
    }
}

/// A line that flips a bit of some bytes. The same seed flips the same ones (xorshift64*, S. Vigna, 2014).
package struct LineNoise: Sendable {
    /// Bytes in 10 000 that are hit.
    private let rate: UInt64
    private var state: UInt64
    package private(set) var flippedCount = 0

    package init(perTenThousand rate: UInt64, seed: UInt64) {
        (self.rate, state) = (rate, seed &* 2 &+ 0x9E37_79B9_7F4A_7C15)
    }

    package mutating func pass(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { byte in
            guard next() % 10_000 < rate else { return byte }
            flippedCount += 1
            return byte ^ (1 << UInt8(next() % 8))
        }
    }

    private mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return (state &* 0x2545_F491_4F6C_DD1D) >> 11
    }
}
