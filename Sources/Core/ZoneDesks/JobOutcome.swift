import DriverKit
import ZoneModel
import ZoneWire

extension JobJSON {
    /// - Returns: the event's name.
    mutating func become(_ outcome: PrintResult, at now: WallTime) -> EventName {
        changedAt = now
        switch outcome {
        case .printed(let pages):
            (state, pagesProven) = (.printed, pages)
            return .jobPrinted
        case .failed(let why):
            (state, reason) = (.failed, why)
            return .jobFailed
        case .unknown(let why):
            (state, reason) = (.unknown, why)
            return .jobUnknown
        case .cancelled(let why):
            (state, reason) = (.cancelled, why)
            return .jobCancelled
        }
    }
}

extension ErrorJSON {
    package static func noJob(_ id: String) -> ErrorJSON {
        ErrorJSON(code: "not.found", message: "no job \(id.cleaned(limit: 40))", zh: "没有找到这份文件")
    }
}

extension JobJSON {
    /// What stands in the journal of each step; nothing of the document's content or name.
    var eventData: JSONValue {
        .members([
            "id": .string(id), "bytes": .integer(bytes), "format": .string(format), "copies": .integer(Int64(copies)),
            "pages": pages.map { .integer(Int64($0)) }, "form": form.map { .string($0.text) },
            "copy": copy.map { .bool($0) },
            "reason": reason.map { .string($0) }, "pagesProven": pagesProven.map { .integer(Int64($0)) },
        ])
    }
}
