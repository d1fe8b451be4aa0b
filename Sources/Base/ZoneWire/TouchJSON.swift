import ZoneModel

/// Where on a panel's glass something is: 0…1 from the upper left.
package struct GlassPointJSON: Sendable, Hashable, Codable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) { (self.x, self.y) = (GlassPointJSON.share(x), GlassPointJSON.share(y)) }

    /// Four decimals: a tenth of a millimetre of a large panel.
    package static func share(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}

/// The first event (`panel`) of `GET /v1/devices/{id}/contacts`.
package struct ContactPanelJSON: Sendable, Hashable, Codable {
    package struct Axis: Sendable, Hashable, Codable {
        package var min: Int32
        package var max: Int32
        /// Units per mm; 0 when the panel does not say.
        package var resolution: Int32

        package init(min: Int32, max: Int32, resolution: Int32) {
            (self.min, self.max, self.resolution) = (min, max, resolution)
        }
    }

    package var slots: Int
    package var x: Axis?
    package var y: Axis?
    package var simulated: Bool

    package init(slots: Int, x: Axis?, y: Axis?, simulated: Bool) {
        (self.slots, self.x, self.y, self.simulated) = (slots, x, y, simulated)
    }
}

/// An event `frame` of that stream.
package struct ContactFrameJSON: Sendable, Hashable, Codable {
    package enum Phase: String, Sendable, Codable, CaseIterable { case down, move, up }

    package struct Change: Sendable, Hashable, Codable {
        package var phase: Phase
        /// From 1, for this stream; each has one `down` and one `up`.
        package var id: Int
        /// Absent as long as the panel has not said.
        package var x: Double?
        package var y: Double?

        package init(phase: Phase, id: Int, x: Double?, y: Double?) {
            (self.phase, self.id, self.x, self.y) = (phase, id, x, y)
        }
    }

    /// CLOCK_MONOTONIC of the kernel's stamp.
    package var us: Int64
    package var resync: Bool
    package var changes: [Change]

    package init(us: Int64, resync: Bool, changes: [Change]) {
        (self.us, self.resync, self.changes) = (us, resync, changes)
    }
}

/// The last event (`end`) of that stream.
package struct ContactEndJSON: Sendable, Hashable, Codable {
    package enum Why: String, Sendable, Codable, CaseIterable { case lost, released, stopping }
    package var why: Why
    package init(why: Why) { self.why = why }
}

/// `POST /v1/devices/{id}/touch-check`.
package struct TouchCheckRequest: Sendable, Hashable, Codable {
    package struct Display: Sendable, Hashable, Codable {
        package var widthMm: Double
        package var heightMm: Double

        package init(widthMm: Double, heightMm: Double) { (self.widthMm, self.heightMm) = (widthMm, heightMm) }
    }

    package static let secondsRange = 1...60
    package static let defaultSeconds = 15
    /// A phone's width to a wall's.
    private static let sizes = 50.0...5000.0

    package var points: Int
    package var seconds: Int?
    /// The size of the picture; without it the panel's own word counts, or nothing is said in mm.
    package var display: Display?

    package init(points: Int, seconds: Int? = nil, display: Display? = nil) {
        (self.points, self.seconds, self.display) = (points, seconds, display)
    }

    /// `nil` when it can be done, else which field is out of range.
    package var complaint: String? {
        if points != 9, points != 25 { return "points: expected 9 or 25" }
        if let seconds, !TouchCheckRequest.secondsRange.contains(seconds) { return "seconds: expected 1 to 60" }
        if let display, ![display.widthMm, display.heightMm].allSatisfy(TouchCheckRequest.sizes.contains) {
            return "display: expected widthMm and heightMm from 50 to 5000"
        }
        return nil
    }
}

/// The answer to it.
package struct TouchCheckBegunJSON: Sendable, Hashable, Codable {
    package var check: String
    /// To be touched in this order.
    package var targets: [GlassPointJSON]
    /// ms
    package var endsIn: Int64

    package init(check: String, targets: [GlassPointJSON], endsIn: Int64) {
        (self.check, self.targets, self.endsIn) = (check, targets, endsIn)
    }
}

/// `GET /v1/devices/{id}/touch-check/{check}`; in memory only, for an hour.
package struct TouchCheckJSON: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Codable, CaseIterable {
        case running, passed, failed, cancelled
        /// Too few marks were touched to say anything.
        case timedOut

        package var isOver: Bool { self != .running }
    }

    package struct Result: Sendable, Hashable, Codable {
        package enum State: String, Sendable, Codable, CaseIterable {
            /// Near enough, elsewhere, not at all.
            case hit, wrongPlace, missed
        }

        package var target: GlassPointJSON
        package var state: State
        package var place: GlassPointJSON?
        package var errorMm: Double?

        package init(target: GlassPointJSON, state: State, place: GlassPointJSON?, errorMm: Double?) {
            (self.target, self.state, self.place, self.errorMm) = (target, state, place, errorMm)
        }
    }

    package struct Corner: Sendable, Hashable, Codable {
        package var state: String
        package var errorMm: Double?

        package init(state: String, errorMm: Double?) { (self.state, self.errorMm) = (state, errorMm) }
    }

    package var check: String
    package var device: DeviceID
    package var state: State
    package var points: Int
    /// Which mark is to be touched now, from 0.
    package var next: Int?
    package var endsIn: Int64?
    package var results: [Result]
    /// `fits`, `swapped`, `inverted`, `turned`, `offset`, `scaled`, `unclear`.
    package var shape: String?
    package var residualMm: Double?
    package var corners: [String: Corner]?
    /// LIBINPUT_CALIBRATION_MATRIX that would put it right, in the place of whatever stands there.
    package var calibration: [Double]?
    /// The matrix in force, through which all of this was seen; absent where none was written.
    package var matrix: [Double]?

    package init(check: String, device: DeviceID, state: State, points: Int, results: [Result]) {
        (self.check, self.device, self.state, self.points, self.results) = (check, device, state, points, results)
    }
}

/// `POST /v1/devices/{id}/cleaning`.
package struct CleaningRequest: Sendable, Hashable, Codable {
    package static let secondsRange = 5...120
    package var seconds: Int
    package init(seconds: Int) { self.seconds = seconds }

    package var complaint: String? {
        CleaningRequest.secondsRange.contains(seconds) ? nil : "seconds: expected 5 to 120"
    }
}

/// The answer to it.
package struct CleaningJSON: Sendable, Hashable, Codable {
    package var cleaning: String
    /// ms
    package var endsIn: Int64
    /// By which it lives, when it was begun without one: to be renewed, else it ends with it.
    package var lease: LeaseJSON?
    package init(cleaning: String, endsIn: Int64) { (self.cleaning, self.endsIn) = (cleaning, endsIn) }
}

/// `POST /v1/devices/{id}/calibration`.
package struct CalibrationRequest: Sendable, Hashable, Codable {
    /// Whose map is to be written down.
    package var check: String
    package init(check: String) { self.check = check }
}

/// `…/calibration`: what this program has written for the panel.
package struct CalibrationJSON: Sendable, Hashable, Codable {
    package var device: DeviceID
    /// Absent: nothing of ours is written.
    package var matrix: [Double]?
    package var file: String
    package var canUndo: Bool
    /// Whether udev says this of the device now; absent where it has no device node (a simulator).
    package var isInForce: Bool?

    package init(device: DeviceID, matrix: [Double]?, file: String, canUndo: Bool, isInForce: Bool?) {
        (self.device, self.matrix, self.file, self.canUndo) = (device, matrix, file, canUndo)
        self.isInForce = isInForce
    }
}
