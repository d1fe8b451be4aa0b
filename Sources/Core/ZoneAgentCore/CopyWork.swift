import DriverKit
import Synchronization
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneScanning
import ZoneWire

/// A request with everything decided.
struct CopyPlan: Sendable {
    let device: DeviceID
    let mode: CopyRequest.Mode
    let copies: Int
    let isColor: Bool
    let brightness: Int
    let address: String

    init(_ request: CopyRequest, address: String) {
        (device, mode, copies) = (request.device, request.mode, request.copies ?? 1)
        (isColor, brightness, self.address) = (request.color ?? false, request.brightness ?? 0, address)
    }

    func wish(_ window: ScanWish.Window) -> ScanWish { ScanWish(address: address, window: window, isColor: isColor) }

    var sheet: CopySheet { CopySheet(isColor: isColor, brightness: brightness) }
}

/// Why a copy did not come out.
struct CopyEnd: Error {
    var state = CopyJSON.State.failed
    var problem: ErrorJSON
    /// What is wrong with the device; `nil` when it is not to blame.
    var fault: String?

    static let cancelled = CopyEnd(
        state: .givenUp,
        problem: ErrorJSON(code: "copy.cancelled", message: "the copy was cancelled", zh: "复印已取消", fixer: .none))
    static let nobodyCame = CopyEnd(
        state: .givenUp,
        problem: ErrorJSON(
            code: "copy.secondSide", message: "nobody laid the second side on the glass in time: start again",
            zh: "没有等到另一面，复印已取消，请重新开始", fixer: .none))

    init(state: CopyJSON.State = .failed, problem: ErrorJSON, fault: String? = nil) {
        (self.state, self.problem, self.fault) = (state, problem, fault)
    }

    init(_ failure: ScanFailure) {
        self.init(
            state: failure == .cancelled ? .givenUp : .failed,
            problem: ErrorJSON(
                code: failure.code, message: failure.english, zh: failure.chinese, fixer: failure.fixer),
            fault: failure.isFault ? failure.english : nil)
    }
}

/// The document of one copy, as it grows.
struct CopyDocument: Sendable {
    let writer: SpoolWriter
    /// Compressing is work for the processor, so it has a thread of its own.
    let lane: BlockingLane

    func add(_ sheet: CopySheet, isFirst: Bool) async throws(ScanFailure) {
        let page = await lane.run { (isFirst ? PWGRaster.synchronization : []) + PWGRaster.page(sheet) }
        do { try await writer.write(page) } catch { throw .tooMuch }
    }
}

extension CopyDesk {
    private static let lane = BlockingLane(label: "copies")

    /// Scans, and gives the document to the printer's queue.
    func scanAndSubmit(_ id: String, _ plan: CopyPlan, _ caller: Caller) async throws(CopyEnd) -> JobJSON {
        // One number for both: who repeats the request is told what came of it, also when only the job is left.
        let (jobs, job) = (tools.jobs, id)
        do throws(ErrorJSON) { try await jobs.beginUpload(for: plan.device) } catch { throw CopyEnd(problem: error) }
        do throws(CopyEnd) {
            let document = try open(job)
            try await scan(id, plan, document)
            guard !Task.isCancelled else { throw .cancelled }
            let accepted = try await submit(job, plan, document, caller)
            await jobs.endUpload(for: plan.device)
            return accepted
        } catch {
            jobs.spool.remove(job)
            await jobs.endUpload(for: plan.device)
            throw error
        }
    }

    private func open(_ job: String) throws(CopyEnd) -> CopyDocument {
        do {
            let writer = try SpoolWriter(tools.jobs.spool, job: job, lane: CopyDesk.lane, inMemory: true)
            return CopyDocument(writer: writer, lane: CopyDesk.lane)
        } catch {
            throw CopyEnd(.notInstalled("\(error)".cleaned()))
        }
    }

    private func scan(_ id: String, _ plan: CopyPlan, _ document: CopyDocument) async throws(CopyEnd) {
        var sheet = plan.sheet
        switch plan.mode {
        case .page: sheet.put(try await glass(plan, .a4))
        case .idCard:
            let front = try await glass(plan, .card)
            try await waitForSecondSide(id)
            sheet.put(front: front, back: try await glass(plan, .card))
        case .feeder: return try await feeder(id, plan, document)
        }
        do throws(ScanFailure) { try await document.add(sheet, isFirst: true) } catch { throw CopyEnd(error) }
        scanned(id, pages: 1)
    }

    private func glass(_ plan: CopyPlan, _ window: ScanWish.Window) async throws(CopyEnd) -> PageImage {
        do throws(ScanFailure) { return try await tools.scanner.glass(plan.wish(window)) } catch {
            throw CopyEnd(error)
        }
    }

    private func feeder(_ id: String, _ plan: CopyPlan, _ document: CopyDocument) async throws(CopyEnd) {
        do throws(ScanFailure) {
            let pages = Mutex(0)
            _ = try await tools.scanner.feeder(plan.wish(.a4), most: CopyDesk.mostSheets) {
                (image) async throws(ScanFailure) in
                var sheet = plan.sheet
                sheet.put(image)
                let number = pages.withLock { count in
                    count += 1
                    return count
                }
                try await document.add(sheet, isFirst: number == 1)
                await self.scanned(id, pages: number)
            }
        } catch {
            throw CopyEnd(error)
        }
    }

    /// An ordinary job from here on: what the printer counts, fees and cancelling are those of all jobs.
    private func submit(
        _ job: String, _ plan: CopyPlan, _ document: CopyDocument, _ caller: Caller
    ) async throws(CopyEnd) -> JobJSON {
        var ticket = JobTicket(
            device: plan.device, format: PWGRaster.mediaType, copies: plan.copies,
            options: JobOptions(
                sides: PrintOrder.Sides.oneSided.rawValue, media: PrintOrder.Media.a4.rawValue,
                color: (plan.isColor ? PrintOrder.ColorMode.color : .monochrome).rawValue), caller: caller)
        do {
            let bytes = try await document.writer.finish().bytes
            ticket = try await tools.jobs.examine(job, ticket)
            ticket.isCopy = true
            ticket.fee = tools.fee(ticket)
            return try await tools.jobs.accept(job, ticket, bytes: bytes, key: key(of: job))
        } catch let error as ErrorJSON {
            throw CopyEnd(problem: error)
        } catch {
            throw CopyEnd(
                problem: ErrorJSON(
                    code: "copy.failed", message: "\(error)".cleaned(), zh: "复印没有成功，请再试一次", fixer: .technician))
        }
    }

    /// Waits until the job is over, which the desk of jobs sees to.
    func outcome(of job: String) async throws(CopyEnd) {
        for await _ in tools.journal.commits() {
            guard let found = try? await tools.journal.job(job)?.job, found.state.isOver else { continue }
            switch found.state {
            case .printed: return
            case .cancelled: throw .cancelled
            default: throw CopyEnd(found)
            }
        }
        throw CopyEnd(
            problem: ErrorJSON(
                code: "copy.unknown", message: "the agent stopped before the printer said how it ended",
                zh: "不能确认是否已打印，请查看出纸口", fixer: .staff))
    }
}

extension ErrorJSON {
    static let forgottenCopy = ErrorJSON(
        code: "copy.over", message: "this copy ended without being printed: send another Idempotency-Key to copy again",
        zh: "这次复印已结束，没有打印，请重新开始", fixer: .none)
}

extension CopyJSON {
    /// What is known of a copy when only its job is left.
    init(_ request: CopyRequest, printedBy job: JobJSON) {
        self.init(id: job.id, request: request)
        (pages, self.job, fee) = (job.pages ?? 0, job.id, job.fee)
        switch job.state {
        case .accepted, .started: state = .printing
        case .printed: state = .done
        case .cancelled: (state, problem) = (.givenUp, CopyEnd.cancelled.problem)
        case .failed, .unknown: (state, problem) = (.failed, CopyEnd(job).problem)
        }
    }
}

extension CopyEnd {
    fileprivate init(_ job: JobJSON) {
        let reason = job.reason ?? job.state.rawValue
        self.init(
            problem: ErrorJSON(
                code: "copy.\(job.state.rawValue)", message: "it was scanned, but not printed: \(reason)".cleaned(),
                zh: job.state == .unknown ? "不能确认是否已打印，请查看出纸口" : "已扫描，但没有打印成功，请找工作人员", fixer: .staff),
            // What is on paper nobody knows; the printer's own conditions say what is wrong with it.
            fault: job.state == .failed ? "not printed: \(reason)" : nil)
    }
}
