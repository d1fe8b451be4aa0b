import DriverKit

/// What a panel's health is kept as: 0x5A 0x50 ("ZP"), a version, the axes it was learned with, the map, the learned
/// report rate, the last verdict. Always the same number of bytes: whatever has another one is not ours.
package struct PanelMemory: Sendable, Hashable {
    private static let version: UInt8 = 1
    package static let learnedIntervals = 20_000

    package var map: GlassMap
    package var intervals: IntervalHistogram
    package var verdict: CheckSummary?

    package init(map: GlassMap, intervals: IntervalHistogram, verdict: CheckSummary?) {
        (self.map, self.intervals, self.verdict) = (map, intervals, verdict)
    }

    package func encoded(for geometry: PanelGeometry) -> [UInt8] {
        var bytes = MemoryWriter()
        bytes.put(0x5A as UInt8)
        bytes.put(0x50 as UInt8)
        bytes.put(PanelMemory.version)
        for bound in PanelMemory.bounds(geometry) { bytes.put(bound) }
        map.encode(into: &bytes)
        intervals.encode(into: &bytes)
        encode(verdict, into: &bytes)
        return bytes.bytes
    }

    /// `nil` for what is not ours, of another version, or learned with other axes.
    package init?(_ bytes: [UInt8], for geometry: PanelGeometry) {
        guard bytes.count <= DeviceMemory.limit else { return nil }
        var reader = MemoryReader(bytes)
        guard reader.uint8() == 0x5A, reader.uint8() == 0x50, reader.uint8() == PanelMemory.version else { return nil }
        for bound in PanelMemory.bounds(geometry) {
            guard reader.int32() == bound else { return nil }
        }
        guard let map = GlassMap(from: &reader),
            let intervals = IntervalHistogram(limit: PanelMemory.learnedIntervals, from: &reader),
            let verdict = PanelMemory.verdict(from: &reader), reader.isAtEnd
        else { return nil }
        self.init(map: map, intervals: intervals, verdict: verdict.points == 0 ? nil : verdict)
    }

    private static func bounds(_ geometry: PanelGeometry) -> [Int32] {
        [geometry.x.minimum, geometry.x.maximum, geometry.y.minimum, geometry.y.maximum]
    }

    private func encode(_ verdict: CheckSummary?, into bytes: inout MemoryWriter) {
        bytes.put(UInt8(verdict?.points ?? 0))
        bytes.put(verdict?.axes.map { $0.rawValue + 1 } ?? 0)
        bytes.put(UInt16(min(65_535, max(0, ((verdict?.residualMm ?? 0) * 100).rounded()))))
        let missed = verdict?.missed ?? []
        bytes.put(UInt8(missed.count))
        for index in 0..<CheckSummary.mostPoints {
            let mark = index < missed.count ? missed[index] : GlassPoint(x: 0, y: 0)
            for share in [mark.x, mark.y] { bytes.put(UInt8(min(255, max(0, (share * 255).rounded())))) }
        }
    }

    /// Points 0 when there was none.
    private static func verdict(from bytes: inout MemoryReader) -> CheckSummary? {
        guard let points = bytes.uint8(), let axes = bytes.uint8(), let residual = bytes.uint16(),
            let missed = bytes.uint8(), Int(points) <= CheckSummary.mostPoints, missed <= points
        else { return nil }
        var marks: [GlassPoint] = []
        for _ in 0..<CheckSummary.mostPoints {
            guard let x = bytes.uint8(), let y = bytes.uint8() else { return nil }
            marks.append(GlassPoint(x: Double(x) / 255, y: Double(y) / 255))
        }
        return CheckSummary(
            points: Int(points), missed: Array(marks.prefix(Int(missed))),
            axes: axes == 0 ? nil : CheckSummary.Axes(rawValue: axes - 1),
            residualMm: residual == 0 ? nil : Double(residual) / 100)
    }
}
