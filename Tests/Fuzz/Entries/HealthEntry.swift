import DriverKit
import TouchPanelDriver
import ZoneModel
import ZoneTouch

extension FuzzEntry {
    /// What a panel's health was kept as: from a disk, so it may be anything. The first byte says whether the rest is
    /// laid over what a panel would write.
    static let panelMemory = FuzzEntry("panel-memory", longest: 16_384) { bytes in
        let axis = InputCapabilities.Axis(minimum: 0, maximum: 4095, resolution: 0)
        guard let geometry = PanelGeometry(x: axis, y: axis) else { return }
        var memory = Array(bytes.dropFirst())
        if bytes.first ?? 0 >= 128 {
            let known = PanelMemory(
                map: GlassMap(), intervals: IntervalHistogram(limit: PanelMemory.learnedIntervals), verdict: nil)
            var whole = known.encoded(for: geometry)
            for (index, byte) in memory.enumerated() where index + 19 < whole.count { whole[index + 19] = byte }
            memory = whole
        }
        guard let first = PanelMemory(memory, for: geometry) else { return }
        let again = first.encoded(for: geometry)
        try promise(again.count <= DeviceMemory.limit, "a memory of \(again.count) bytes")
        guard let second = PanelMemory(again, for: geometry) else { throw BrokenPromise("its own bytes are refused") }
        try promise(second.encoded(for: geometry) == again, "written twice, it is another memory")
        try promiseHealth(memory)
    }

    /// A panel that remembers anything goes on, and says nothing that is not clean.
    private static func promiseHealth(_ memory: [UInt8]) throws {
        let axis = InputCapabilities.Axis(minimum: 0, maximum: 4095, resolution: 0)
        let panel = InputCapabilities(
            name: "p", bus: 3, vendor: 1, product: 1, version: 1, slots: 10, x: axis, y: axis, simulated: true)
        var health = PanelHealth(of: panel, openedAt: MonoTime(milliseconds: 0))
        try promise(health.recall(memory), "a memory that is readable is refused")
        for number in 1...20 {
            let contact = Contact(number: number, x: Int32(number * 200), y: Int32(number * 150))
            let now = MonoTime(milliseconds: Int64(number) * 200_000)
            health.take(ContactFrame(changes: [.down(contact), .up(contact)], microseconds: .max), now: now)
            for symptom in health.symptoms(now: now) {
                if case .wrong(let evidence, _) = symptom.sight { try promiseClean(evidence, "evidence") }
            }
        }
        try promise(health.memory?.count ?? 0 <= DeviceMemory.limit, "a memory beyond its bound")
    }
}
