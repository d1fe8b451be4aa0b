/// An event `frame` as text. By hand, and the same bytes that `WireCoding` writes: a hundred times a second the general
/// encoder costs more than everything else between the panel and the socket.
package enum ContactFrameText {
    package static func event(_ frame: ContactFrameJSON) throws -> String {
        "event: frame\ndata: \(try json(frame))\n\n"
    }

    package static func json(_ frame: ContactFrameJSON) throws -> String {
        var text = "{\"changes\":["
        text.reserveCapacity(64 + 64 * frame.changes.count)
        for (index, change) in frame.changes.enumerated() {
            text += index == 0 ? "{\"id\":" : ",{\"id\":"
            text += "\(change.id)"
            text += ",\"phase\":\""
            text += change.phase.rawValue
            text += "\""
            if let x = change.x { text += ",\"x\":" + (try number(x)) }
            if let y = change.y { text += ",\"y\":" + (try number(y)) }
            text += "}"
        }
        text += "],\"resync\":"
        text += frame.resync ? "true" : "false"
        return text + ",\"us\":\(frame.us)}"
    }

    /// A share has four decimals (`GlassPointJSON.share`), so it is a whole number of ten thousandths.
    private static func number(_ share: Double) throws -> String {
        let scaled = (share * 10_000).rounded()
        // Beyond that a number is not exact any more; no glass is so large.
        guard scaled.magnitude < 1e15, scaled / 10_000 == share else { return try WireCoding.text(share) }
        let (whole, rest) = Int64(scaled.magnitude).quotientAndRemainder(dividingBy: 10_000)
        let sign = scaled < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(whole)" }
        let digits = String(rest + 10_000).dropFirst()
        let zeros = digits.utf8.reversed().prefix { $0 == UInt8(ascii: "0") }.count
        return "\(sign)\(whole).\(digits.dropLast(zeros))"
    }
}
