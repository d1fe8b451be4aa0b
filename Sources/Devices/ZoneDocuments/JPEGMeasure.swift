/// The head of a JPEG file (ITU-T T.81, annex B): how many pixels a printer would have to hold.
package enum JPEGMeasure {
    package static func check(_ run: inout ByteRun, _ limits: DocumentLimits) throws(DocumentRefusal) {
        guard let start = try run.take(2), start == [0xFF, 0xD8] else { throw .broken("no JPEG header") }
        var hasFrame = false
        while true {
            let marker = try marker(&run)
            switch marker {
            case 0x01, 0xD0...0xD7: continue
            case 0xD8, 0xD9: throw .broken("the JPEG ends before its picture")
            case 0xDA:
                guard hasFrame else { throw .broken("the JPEG has no size") }
                return
            default:
                guard let field = try run.take(2) else { throw .broken("the JPEG ends early") }
                let length = Int(field[0]) << 8 | Int(field[1])
                guard length >= 2 else { throw .broken("a JPEG segment of \(length) bytes") }
                guard isFrame(marker) else {
                    guard run.skip(length - 2) else { throw .broken("the JPEG ends early") }
                    continue
                }
                guard !hasFrame else { throw .broken("the JPEG has two sizes") }
                try frame(&run, length, limits)
                hasFrame = true
            }
        }
    }

    /// SOF0 to SOF15, without DHT, JPG and DAC, which stand among them (table B.1).
    private static func isFrame(_ marker: UInt8) -> Bool {
        (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
    }

    /// Any number of FF may stand before a marker (B.1.1.2).
    private static func marker(_ run: inout ByteRun) throws(DocumentRefusal) -> UInt8 {
        guard try run.next() == 0xFF else { throw .broken("no JPEG marker where one belongs") }
        while let byte = try run.next() {
            guard byte == 0xFF else { return byte }
        }
        throw .broken("the JPEG ends early")
    }

    private static func frame(
        _ run: inout ByteRun, _ length: Int, _ limits: DocumentLimits
    ) throws(DocumentRefusal) {
        guard length >= 8, let head = try run.take(6), run.skip(length - 8) else {
            throw .broken("the JPEG ends early")
        }
        let height = Int(head[1]) << 8 | Int(head[2])
        let width = Int(head[3]) << 8 | Int(head[4])
        // A height of 0 comes behind the picture (DNL): nobody could tell in time how large it is.
        guard width > 0, height > 0, [1, 3, 4].contains(head[5]) else { throw .broken("the JPEG has no size") }
        guard width * height <= limits.pixels else {
            throw .tooLarge("\(width)×\(height) pixels, at most \(limits.pixels / 1_000_000) million")
        }
    }
}
