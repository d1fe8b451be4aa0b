/// One A4 side as it is to be printed: what was scanned, where it lies, at 100 %. It has no pixels of its own, so a page
/// is in memory once.
package struct CopySheet: Sendable {
    /// Scanned and printed alike, so that 85.6 mm of a card are 85.6 mm of paper. Every eSCL scanner and every printer
    /// with PWG raster that we read of has it.
    package static let resolution = 300
    package static let width = pixels(210)
    package static let height = pixels(297)
    /// To a scanner paper is never quite white; printed as it is, it would be a veil of dots, and ten times the bytes.
    private static let paper = 245

    private struct Piece {
        var image: PageImage
        var left: Int
        var top: Int
    }

    package let channels: Int
    private let tones: [UInt8]
    private var pieces: [Piece] = []

    /// - Parameter brightness: -100 to 100.
    package init(isColor: Bool, brightness: Int = 0) {
        channels = isColor ? 3 : 1
        let shift = min(100, max(-100, brightness)) * 127 / 100
        tones = (0...255).map { $0 >= CopySheet.paper ? 255 : UInt8(clamping: $0 + shift) }
    }

    package static func pixels(_ millimetres: Double) -> Int {
        Int((millimetres * Double(resolution) / 25.4).rounded())
    }

    /// A whole side, from its upper left corner; what is larger than A4 is cut off there.
    package mutating func put(_ image: PageImage) { pieces.append(Piece(image: image, left: 0, top: 0)) }

    /// Two sides of a card, each in the middle of its half of the page.
    package mutating func put(front: PageImage, back: PageImage) {
        for (image, quarter) in [(front, 1), (back, 3)] {
            pieces.append(
                Piece(
                    image: image, left: (CopySheet.width - image.width) / 2,
                    top: quarter * CopySheet.height / 4 - image.height / 2))
        }
    }

    /// One row of pixels; white where nothing lies.
    package func row(_ y: Int) -> [UInt8] {
        var row = [UInt8](repeating: 255, count: CopySheet.width * channels)
        for piece in pieces where (piece.top..<(piece.top + piece.image.height)).contains(y) {
            fill(&row, from: piece, line: y - piece.top)
        }
        return row
    }

    private func fill(_ row: inout [UInt8], from piece: Piece, line: Int) {
        let image = piece.image
        let first = max(0, -piece.left)
        let count = min(image.width, CopySheet.width - piece.left) - first
        guard count > 0 else { return }
        let (source, target) = (line * image.width + first, piece.left + first)
        row.withUnsafeMutableBufferPointer { row in
            image.pixels.withUnsafeBufferPointer { pixels in
                tones.withUnsafeBufferPointer { tones in
                    for index in 0..<(count * channels) {
                        // A grey picture on a coloured sheet has one byte for all three.
                        let place =
                            image.channels == channels
                            ? source * channels + index
                            : (source + index / channels) * image.channels
                        row[target * channels + index] = tones[Int(pixels[place])]
                    }
                }
            }
        }
    }
}
