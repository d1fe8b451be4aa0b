/// Small documents as bytes, right or wrong on purpose.
package enum SampleDocument {
    /// What a PDF says about its lock; the hashes belong to `/O` of 32 bytes 11 and an empty `/ID` (PDF Reference 1.7,
    /// 3.5.2, revision 2).
    package enum Lock: String, Sendable {
        /// Its password is "secret".
        case password = "/U <f48782c8610afa2d762e7ee9ab14c5ff6fd941972dccd977a82a80cf33ac6a61> /P -4"
        /// Without a password, but not to be printed.
        case noPrinting = "/U <d035aeddf2e8a412d246947b2aec164e4cb38eabd8868018e5e687683df63598> /P -64"
        /// Without a password, and anything may be done with it.
        case open = "/U <b3f1736f6153bcf281b18eddff1acd3c27bbb22553c364b49395867321f2dedf> /P -4"
    }

    /// Empty pages.
    /// - Parameter claim: how many it says that it has, if not the truth.
    package static func pdf(
        pages: Int = 1, box: String = "0 0 595 842", claim: Int? = nil, title: String = "Sample", lock: Lock? = nil
    ) -> [UInt8] {
        let kids = (0..<pages).map { "\($0 + 4) 0 R" }.joined(separator: " ")
        var objects = [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [\(kids)] /Count \(claim ?? pages) >>",
            "<< /Title (\(title)) >>",
        ]
        for _ in 0..<pages { objects.append("<< /Type /Page /Parent 2 0 R /MediaBox [\(box)] >>") }
        var trailer = "/Info 3 0 R"
        if let lock {
            let owner = String(repeating: "11", count: 32)
            objects.append("<< /Filter /Standard /V 1 /R 2 /O <\(owner)> \(lock.rawValue) >>")
            trailer = "/Encrypt \(objects.count) 0 R /ID [<00><00>]"
        }
        return file(objects, trailer)
    }

    private static func file(_ objects: [String], _ more: String) -> [UInt8] {
        var (text, table) = ("%PDF-1.4\n", "0000000000 65535 f \n")
        for (number, object) in objects.enumerated() {
            let offset = String(text.utf8.count)
            table += String(repeating: "0", count: 10 - offset.count) + offset + " 00000 n \n"
            text += "\(number + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = text.utf8.count
        text += "xref\n0 \(objects.count + 1)\n\(table)"
        text += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R \(more) >>\nstartxref\n\(start)\n%%EOF\n"
        return Array(text.utf8)
    }

    /// The head of a picture, and nothing of it.
    package static func jpeg(width: UInt16, height: UInt16) -> [UInt8] {
        let comment: [UInt8] = [0xFF, 0xFE, 0x00, 0x04, 0x41, 0x42]
        let frame = [0xFF, 0xC0, 0x00, 0x0B, 0x08] + bigEndian(height) + bigEndian(width) + [0x01, 0x01, 0x11, 0x00]
        return [0xFF, 0xD8] + comment + frame + [0xFF, 0xDA, 0x00, 0x08, 1, 1, 0, 0, 63, 0, 0x55, 0xFF, 0xD9]
    }

    /// A raster of grey pages (PWG 5102.4): each line says that it is repeated once, each pixel 128 times.
    package static func raster(pages: Int = 1, width: UInt32 = 595, height: UInt32 = 842, dpi: UInt32 = 72) -> [UInt8] {
        var bytes = Array("RaS2".utf8)
        for _ in 0..<pages { bytes += rasterHeader(width, height, dpi) + rasterBody(Int(width), Int(height)) }
        return bytes
    }

    package static func rasterHeader(_ width: UInt32, _ height: UInt32, _ dpi: UInt32) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 1796)
        func put(_ value: UInt32, _ offset: Int) {
            header.replaceSubrange(offset..<offset + 4, with: bigEndian(value))
        }
        header.replaceSubrange(0..<9, with: Array("PwgRaster".utf8))
        for offset in [276, 280] { put(dpi, offset) }
        for (value, offset) in [(width, 372), (height, 376), (8, 384), (8, 388), (width, 392), (18, 400), (1, 420)] {
            put(value, offset)
        }
        return header
    }

    private static func rasterBody(_ width: Int, _ height: Int) -> [UInt8] {
        var line: [UInt8] = []
        for start in stride(from: 0, to: width, by: 128) { line += [UInt8(min(128, width - start) - 1), 0x7F] }
        return (0..<height / 2).flatMap { _ in [1] + line } + (height % 2 == 1 ? [0] + line : [])
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
