/// How large the picture is, as the display says. A projector has none, and some boards of television sets write a
/// shape there and no size.
package struct PictureSize: Sendable, Hashable {
    package let widthMM: Int
    package let heightMM: Int

    /// Shapes that stand where a size belongs: 16 by 9 is no display of 16 by 9 millimetres, or centimetres. Seen by
    /// the authors of the kernel's table of faulty displays, too (drivers/gpu/drm/drm_edid.c).
    private static let shapes = [(16, 9), (16, 10), (4, 3), (5, 4)]

    /// - Parameters:
    ///   - timing: in millimetres, from the detailed timing of the preferred mode.
    ///   - centimetres: from the base block; one of them 0 means a shape or nothing (section 3.6.2).
    /// - Returns: `nil` when neither is a size, or when the two contradict each other.
    package init?(timing: (width: Int, height: Int)?, centimetres: (Int, Int)) {
        let fine = timing.flatMap { PictureSize.isSize($0.width, $0.height, shapesTimes: [1, 10]) ? $0 : nil }
        let coarse: (width: Int, height: Int)? =
            PictureSize.isSize(centimetres.0, centimetres.1, shapesTimes: [1])
            ? (centimetres.0 * 10, centimetres.1 * 10) : nil
        switch (fine, coarse) {
        case (nil, nil): return nil
        case (let size?, nil), (nil, let size?): (widthMM, heightMM) = size
        case (let fine?, let coarse?):
            // Whole centimetres, rounded by some and cut by others; 2 % for those who measure glass and not picture.
            guard PictureSize.isNear(fine.width, coarse.width), PictureSize.isNear(fine.height, coarse.height) else {
                return nil
            }
            (widthMM, heightMM) = fine
        }
    }

    private static func isSize(_ width: Int, _ height: Int, shapesTimes factors: [Int]) -> Bool {
        let (long, short) = (max(width, height), min(width, height))
        let isShape = shapes.contains { shape in factors.contains { (shape.0 * $0, shape.1 * $0) == (long, short) } }
        return short > 0 && !isShape
    }

    private static func isNear(_ one: Int, _ other: Int) -> Bool { abs(one - other) <= 10 + max(one, other) / 50 }

    /// The diagonal in inches.
    package var inches: Double {
        let (width, height) = (Double(widthMM), Double(heightMM))
        return (width * width + height * height).squareRoot() / 25.4
    }
}
