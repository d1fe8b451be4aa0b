import DriverKit
import ZoneModel
import ZoneTime

/// `pc.disk.smart`. udisks2 looks at a drive every ten minutes; asked more often it says the same.
struct DriveHealth: Sendable {
    private static let round = Duration.seconds(300)
    private static let patience = Duration.seconds(5)

    private let source: any DriveHealthSource
    private var asked: MonoTime?
    private var symptom = Symptom(.diskSMART, .unknown(reason: "not asked yet"))
    private(set) var details: JSONValue?

    init(_ source: any DriveHealthSource) { self.source = source }

    mutating func look(at now: MonoTime, within deadline: Duration) async -> Symptom {
        if let asked, now.since(asked) < DriveHealth.round { return symptom }
        asked = now
        do throws(DriveSilence) {
            let drives = try await source.drives(within: min(deadline, DriveHealth.patience))
            (symptom, details) = (DriveHealth.symptom(drives), .array(drives.map(DriveHealth.json)))
        } catch {
            (symptom, details) = (Symptom(.diskSMART, .unknown(reason: error.reason)), nil)
        }
        return symptom
    }

    /// One that fails is enough; that all is well takes one that says so.
    static func symptom(_ drives: [DriveFact]) -> Symptom {
        var (failing, reasons, fine): ([String], [String], Int) = ([], [], 0)
        for drive in drives {
            switch drive.health {
            case .failing(let numbers): failing.append("\(drive.model): \(numbers)")
            case .fine: fine += 1
            case .unknown(let reason): reasons.append("\(drive.model) \(reason)")
            }
        }
        if !failing.isEmpty { return Symptom(.diskSMART, .wrong(evidence: failing.joined(separator: "; "))) }
        if fine > 0 { return Symptom(.diskSMART, .fine) }
        return Symptom(.diskSMART, .unknown(reason: reasons.first ?? "no drive of its own"))
    }

    private static func json(_ drive: DriveFact) -> JSONValue {
        var (word, evidence): (String, String?) = ("fine", nil)
        switch drive.health {
        case .fine: break
        case .failing(let numbers): (word, evidence) = ("failing", numbers)
        case .unknown(let reason): (word, evidence) = ("unknown", reason)
        }
        return .members([
            "model": .string(drive.model), "health": .string(word), "evidence": evidence.map { .string($0) },
            "badSectors": drive.badSectors.map { .integer(Int64($0)) },
            "celsius": drive.celsius.map { .integer(Int64($0)) },
        ])
    }
}
