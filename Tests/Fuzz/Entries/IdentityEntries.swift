import ZoneIdentity
import ZoneModel

extension FuzzEntry {
    /// What somebody types: a token, an address, a fingerprint; and the texts they are made of.
    static let tokens = FuzzEntry("tokens", longest: 512) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if let token = EnrolToken(text: text) {
            let ends: Set<Character> = [" ", "\t", "\r", "\n", "\r\n"]
            let trimmed = text.drop { ends.contains($0) }.reversed().drop { ends.contains($0) }.reversed()
            try promise(token.text == String(trimmed), "a token with two spellings")
            try promise(token.secret.count == 16 && token.anchorHash.count == 32, "a token without secret or anchor")
            try promise(EnrolToken.isAddress(token.address), "a token that leads nowhere")
        }
        try promiseMade(bytes)
        if let short = KeyFingerprint.short(typed: text) {
            try promise(KeyFingerprint.short(typed: short) == short && short.utf8.count == 14, "two fingerprints")
            try promiseClean(short, "fingerprint")
        }
        if let print = KeyFingerprint(hex: text) { try promise(print.hex == text, "a fingerprint changes") }
        if let address = IPAddressBytes.parse(text) {
            try promise([4, 16].contains(address.count), "an address of \(address.count) bytes")
            let brackets = address.count == 16 ? "[\(text)]" : text
            try promise(EnrolToken.isAddress("\(brackets):1"), "an address that is none")
        }
        for form in [Base64.Form.plain, .url] {
            try promise(Base64.decode(Base64.encode(bytes, form).utf8, form) == bytes, "base 64 loses bytes")
            guard let decoded = Base64.decode(bytes, form) else { continue }
            try promise(Array(Base64.encode(decoded, form).utf8) == bytes, "two texts for one row of bytes")
        }
    }

    /// A token made of the bytes is taken back exactly when it leads somewhere.
    private static func promiseMade(_ bytes: [UInt8]) throws {
        guard bytes.count > 48 else { return }
        let address = String(decoding: bytes[48...], as: UTF8.self)
        let made = EnrolToken(secret: Array(bytes[..<16]), anchorHash: Array(bytes[16..<48]), address: address)
        let taken = EnrolToken(text: made.text)
        guard EnrolToken.isAddress(address) else { return try promise(taken == nil, "a token that leads nowhere") }
        try promiseClean(address, "address")
        try promise(taken == made, "a token is not taken back: \(made.text)")
    }

    /// A file of `zonectl export`; the first byte says in which pieces it comes.
    static let exports = FuzzEntry("exports", longest: 8192) { bytes in
        let (piece, file) = (Int(bytes.first ?? 0) + 1, Array(bytes.dropFirst()))
        let whole = ExportOutcome(file, piece: max(1, file.count))
        try promise(ExportOutcome(file, piece: piece) == whole, "the pieces change the lines")
        if let fault = whole.fault {
            try promiseClean(fault.zh + fault.en, "refusal of an export")
            return try promise(fault.en.utf8.count < 1000, "a long refusal")
        }
        try promise(whole.lines.flatMap { $0.bytes + [0x0A] } == file, "an export is not all of its bytes")
        var (beats, signatures) = (0, 0)
        for line in whole.lines {
            switch line.piece {
            case .mark: break
            case .header(let header):
                try promise(whole.lines.count == header.lines + 3, "another number of lines than it says")
                try promiseRoundTrip(ExportHeader.self, line.bytes)
            case .heartbeat: beats += 1
            case .signature(let signature):
                signatures += 1
                try promise(
                    ExportFraming.signatureLine(signature) == line.bytes + [0x0A], "two spellings of a signature")
            }
        }
        try promise(signatures == 1 && beats == whole.lines.count - 3, "\(beats) heartbeats, \(signatures) signatures")
    }
}

/// The lines up to the fault.
private struct ExportOutcome: Equatable {
    var lines: [ExportFraming.Line] = []
    var fault: ExportFault?

    init(_ file: [UInt8], piece: Int) {
        var (framing, rest) = (ExportFraming(), file[...])
        do throws(ExportFault) {
            while !rest.isEmpty {
                framing.feed(rest.prefix(piece))
                rest = rest.dropFirst(piece)
                while let line = try framing.next() { lines.append(line) }
            }
            try framing.finish()
        } catch { fault = error }
    }
}
