import ZoneModel

/// The inside of the simulated scanner: what lies on its glass and in its feeder, and how it treats whoever asks.
package struct SimulatedScanner: Sendable, Hashable {
    package enum Manner: String, Sendable, CaseIterable {
        case honest
        /// Says that it is stopped, and takes no job.
        case stopped
        /// Busy with somebody else, for ever.
        case processing
        /// Paper is stuck in its feeder.
        case jam
        /// Accepts, says nothing.
        case silent
        /// Goes off in the middle of a page.
        case dies
        /// A page that is no picture.
        case garbage
        case http500
    }

    package enum Glass: String, Sendable, CaseIterable { case page, front, back }

    struct Job: Sendable, Hashable {
        var fromFeeder: Bool
        var isColor: Bool
        var resolution: Int
        /// In three-hundredths of an inch.
        var width: Int
        var height: Int
        /// Pages that may still be asked for.
        var left: Int
    }

    package var manner = Manner.honest
    package var glass = Glass.page
    package var sheetsInFeeder = 0
    /// Pages given out since the start.
    package private(set) var pages = 0
    private var jobs: [Int: Job] = [:]
    private var lastJob = 0

    package init() {}

    package static let help = [
        "glass=" + Glass.allCases.map(\.rawValue).joined(separator: "|"), "feeder=SHEETS (0…50)",
        "scanner=" + Manner.allCases.map(\.rawValue).joined(separator: "|"),
    ]

    /// - Returns: `nil` when the move is none of the scanner's, `false` when it is and makes no sense.
    package mutating func apply(_ key: String, _ value: String) -> Bool? {
        switch key {
        case "glass": set(\.glass, Glass(rawValue: value))
        case "scanner": set(\.manner, Manner(rawValue: value))
        case "feeder": set(\.sheetsInFeeder, Int(value).flatMap { (0...50).contains($0) ? $0 : nil })
        default: nil
        }
    }

    private mutating func set<Value>(_ path: WritableKeyPath<SimulatedScanner, Value>, _ value: Value?) -> Bool {
        guard let value else { return false }
        self[keyPath: path] = value
        return true
    }

    var status: String {
        let state =
            switch manner {
            case .stopped: "Stopped"
            case .processing: "Processing"
            default: "Idle"
            }
        let feeder = manner == .jam ? "ScannerAdfJam" : sheetsInFeeder > 0 ? "ScannerAdfLoaded" : "ScannerAdfEmpty"
        return ESCLText.status(state: state, feeder: feeder)
    }

    /// - Returns: the job's number; `nil` when none is taken now.
    mutating func begin(_ job: Job) -> Int? {
        guard manner != .stopped, manner != .processing, !(job.fromFeeder && (manner == .jam || sheetsInFeeder == 0))
        else { return nil }
        lastJob += 1
        jobs = [lastJob: job]
        return lastJob
    }

    mutating func end(_ id: Int) -> Bool { jobs.removeValue(forKey: id) != nil }

    /// The next page of a job as PNG; `nil` when there is none.
    mutating func page(_ id: Int) -> [UInt8]? {
        guard var job = jobs[id], job.left > 0, !job.fromFeeder || sheetsInFeeder > 0 else { return nil }
        job.left -= 1
        jobs[id] = job
        pages += 1
        if job.fromFeeder { sheetsInFeeder -= 1 }
        let paper = SimulatedPaper(job.fromFeeder ? .sheet(pages) : .glass(glass), isColor: job.isColor)
        return paper.png(
            width: job.width * job.resolution / 300, height: job.height * job.resolution / 300,
            resolution: job.resolution)
    }
}
