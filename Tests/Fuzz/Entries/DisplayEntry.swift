import DisplayDriver

extension FuzzEntry {
    /// An EDID as it comes from the cable, and once more with the header and the checksum that it should have; and the
    /// same bytes as the name of a mode.
    static let edids = FuzzEntry("edids", longest: 1024) { bytes in
        try promiseSense(bytes)
        if bytes.count >= EDID.blockLength {
            var whole = [0, 255, 255, 255, 255, 255, 255, 0] + bytes[8...]
            whole[127] = 0 &- whole[0..<127].reduce(0, &+)
            try promise((try? EDID(whole)) != nil, "a whole base block is refused")
            try promiseSense(whole)
        }
        let text = String(decoding: bytes.prefix(32), as: UTF8.self)
        if let mode = DisplayMode(text) {
            try promise(DisplayMode(mode.description) == mode, "a mode comes back as another")
            try promise(mode.width * mode.height > 0, "a mode without points")
        }
        if let name = ConnectorName(text) { try promise(!name.card.contains("/"), "a card elsewhere") }
    }

    private static func promiseSense(_ bytes: [UInt8]) throws {
        guard let edid = try? EDID(bytes) else { return }
        for text in [edid.maker, edid.name, edid.serial].compactMap(\.self) {
            try promiseClean(text, "EDID")
            try promise((1...13).contains(text.utf8.count), "a text of \(text.utf8.count)")
        }
        try promise(edid.extensions.count + edid.brokenExtensions == Int(bytes[126]), "extensions from nowhere")
        if let size = edid.size { try promise(size.inches > 0 && size.inches < 300, "\(size.inches) inches") }
    }
}
