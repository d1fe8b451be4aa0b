import DriverKit
import ZoneAccess
import ZoneDesks
import ZoneModel
import ZoneWire

/// Between jobs and the devices that print them.
enum AgentJobs {
    static func effect(_ supervisor: Supervisor) -> JobDesk.Effect {
        { job, path in
            switch await supervisor.printDocument(path, format: job.format, copies: job.copies, on: job.device) {
            case .printed(let pages): .printed(pagesProven: pages)
            case .failed(let reason): .failed(reason)
            case .unknown(let reason): .unknown(reason)
            case .cancelled(let reason): .cancelled(reason)
            }
        }
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
            throw ErrorJSON(
                code: "job.unsupported", message: "\(ticket.device) cannot be used now", zh: "这台设备暂停使用", fixer: .staff)
        }
    }
}
