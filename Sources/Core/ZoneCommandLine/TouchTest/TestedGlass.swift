import ZoneModel
import ZoneWire

/// What a run of `zonectl touch test` has seen of a panel: from the stream's frames alone, and in memory alone.
package struct TestedGlass: Sendable {
    package struct Finger: Sendable, Hashable {
        /// From 1, the smallest that is free: a stream's own numbers grow with every touch.
        package let number: Int
        /// Shares of the glass; `nil` as long as the panel has not said.
        package fileprivate(set) var x: Double?
        package fileprivate(set) var y: Double?
    }

    /// More at once than any panel has; what is beyond them is not counted.
    package static let fingersLimit = 100

    /// By the stream's `id`: who is on the glass now.
    package private(set) var fingers: [Int: Finger] = [:]
    package private(set) var fingersMost = 0
    package private(set) var touches = 0
    /// How often a finger's place was told.
    package private(set) var reports = 0
    /// Those of them outside of the range that the panel declares.
    package private(set) var reportsOutside = 0
    package private(set) var map = TouchedCells()
    package private(set) var rate = ReportRate()
    private var lastMove: MonoTime?

    package init() {}

    /// - Parameter now: when the frame came; for its rate the kernel's own stamp counts.
    package mutating func take(_ frame: ContactFrameJSON, at now: MonoTime) {
        var isMoving = false
        for change in frame.changes {
            switch change.phase {
            case .down where fingers[change.id] == nil: begin(change)
            case .down, .move: isMoving = follow(change) || isMoving
            case .up: fingers[change.id] = nil
            }
        }
        // A frame that makes up for lost ones comes when it can: it is no report of the panel.
        if isMoving, !frame.resync { lastMove = now }
        rate.take(frame.us, isMoving: isMoving && !frame.resync)
    }

    /// Reports per second while a finger moves; `nil` when none has for a second.
    package func hertz(at now: MonoTime) -> Double? {
        guard let lastMove, now.since(lastMove) < .seconds(1) else { return nil }
        return rate.latest
    }

    private mutating func begin(_ change: ContactFrameJSON.Change) {
        guard fingers.count < TestedGlass.fingersLimit else { return }
        let taken = Set(fingers.values.map(\.number))
        let number = (1...TestedGlass.fingersLimit).first { !taken.contains($0) } ?? TestedGlass.fingersLimit
        fingers[change.id] = Finger(number: number)
        touches += 1
        fingersMost = max(fingersMost, fingers.count)
        _ = follow(change)
    }

    /// - Returns: whether somebody on the glass was meant.
    private mutating func follow(_ change: ContactFrameJSON.Change) -> Bool {
        guard var finger = fingers[change.id] else { return false }
        finger.x = TestedGlass.share(change.x) ?? finger.x
        finger.y = TestedGlass.share(change.y) ?? finger.y
        fingers[change.id] = finger
        guard let x = finger.x, let y = finger.y else { return true }
        reports += 1
        if !map.add(x: x, y: y) { reportsOutside += 1 }
        return true
    }

    private static func share(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
}

/// Where on the glass reports have come from: the cells of docs/touch-health.md. A finger is not drawn from one report to
/// the next: it would fill the dead strip that it was dragged over.
package struct TouchedCells: Sendable, Hashable {
    package static let columns = 32
    package static let rows = 18
    private var reports = [Int](repeating: 0, count: columns * rows)

    package init() {}

    /// - Returns: `false` for a place outside of the glass.
    package mutating func add(x: Double, y: Double) -> Bool {
        guard (0...1).contains(x), (0...1).contains(y) else { return false }
        let column = min(Int(x * Double(TouchedCells.columns)), TouchedCells.columns - 1)
        let row = min(Int(y * Double(TouchedCells.rows)), TouchedCells.rows - 1)
        reports[row * TouchedCells.columns + column] += 1
        return true
    }

    package subscript(column: Int, row: Int) -> Int { reports[row * TouchedCells.columns + column] }

    package var count: Int { reports.count }
    package var touchedCount: Int { reports.count { $0 > 0 } }

    /// Runs of columns, from the left, in which no cell was touched.
    package var untouchedColumns: [ClosedRange<Int>] {
        TouchedCells.runs(of: TouchedCells.columns) { column in
            (0..<TouchedCells.rows).allSatisfy { self[column, $0] == 0 }
        }
    }

    /// From the top.
    package var untouchedRows: [ClosedRange<Int>] {
        TouchedCells.runs(of: TouchedCells.rows) { row in
            (0..<TouchedCells.columns).allSatisfy { self[$0, row] == 0 }
        }
    }

    private static func runs(of count: Int, _ isUntouched: (Int) -> Bool) -> [ClosedRange<Int>] {
        (0..<count).filter(isUntouched).reduce(into: []) { runs, index in
            if let last = runs.last, last.upperBound == index - 1 {
                runs[runs.count - 1] = last.lowerBound...index
            } else {
                runs.append(index...index)
            }
        }
    }
}
