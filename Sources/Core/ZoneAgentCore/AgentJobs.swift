import DriverKit
import ZoneAccess
import ZoneDesks
import ZoneModel
import ZoneWire

/// Between jobs and the devices that print them.
enum AgentJobs {
    static func effect(_ supervisor: Supervisor) -> JobDesk.Effect {
        { job, path, progress in
            await supervisor.printDocument(PrintOrder(job, path: path), on: job.device, progress: progress)
        }
    }

    /// What a person saw is told by the device's next check, as everything about it is.
    static func sight(_ supervisor: Supervisor) -> JobDesk.Sight {
        { device, paper in await supervisor.personSaw(paper: paper, from: device) }
    }

    /// - Throws: `ErrorJSON` when a citizen could not use the device for this now.
    static func check(_ ticket: JobTicket, _ state: DeviceState?, _ supervisor: Supervisor) async throws(ErrorJSON) {
        guard await supervisor.takesDocuments(ticket.device) else {
            throw ErrorJSON(
                code: "job.unsupported", message: "\(ticket.device) takes no documents now: not a printer, or not open",
                zh: "这台设备现在不能打印", fixer: .staff)
        }
        // Who repairs it may try; a citizen's document does not wait for a repair.
        guard let state, state.serviceable || ticket.caller.may(.breakLease) else {
            let isClosed = state?.mode == .closed
            throw ErrorJSON(
                code: "job.unsupported",
                message: "\(ticket.device) cannot be used now\(isClosed ? ": closed, see zonectl hours" : "")",
                zh: isClosed ? "现在不开放，请在开放时间使用" : "这台设备暂停使用", fixer: .staff)
        }
    }
}

extension PrintOrder {
    init(_ job: JobJSON, path: String) {
        self.init(path: path, format: job.format, copies: job.copies)
        sides = job.options?.sides.flatMap { Sides(rawValue: $0) }
        media = job.options?.media.flatMap { Media(rawValue: $0) }
        colorMode = job.options?.color.flatMap { ColorMode(rawValue: $0) }
        (pages, expectedImpressions) = (job.options?.pages?.bounds, job.pagesWanted)
    }
}
