import DriverKit
import ZoneAccess
import ZoneConfig
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// `testPage`: one sheet, through the same queue as everybody's documents. The command ends when the job does.
enum TestPageVerb {
    /// A page that waits longer for paper would surprise whoever loads it.
    private static let deadline = Duration.seconds(600)

    static func make(_ tools: AgentTools) -> Verb {
        let lane = TestPageVerb.lane()
        return Verb("testPage", action: .printTestPage, deadline: deadline) { command throws(DeviceError) in
            try await print(command, tools, lane)
        }
    }

    /// One thread for the few pages that are ever written.
    static func lane() -> BlockingLane { BlockingLane(label: "test-page") }

    /// One page at `command.device`; returns when its job is over.
    static func print(
        _ command: CommandJSON, _ tools: AgentTools, _ lane: BlockingLane
    ) async throws(DeviceError) -> JSONValue {
        guard await tools.supervisor.takesDocuments(command.device) else {
            throw DeviceError(
                .unsupported, doing: "testPage",
                "这台设备现在不能打印。 \(command.device) takes no documents now: not a printer, or not open")
        }
        do {
            return try await result(of: try await submit(command, tools, lane), tools.journal, tools.jobs)
        } catch let error as DeviceError {
            throw error
        } catch let error as ErrorJSON {
            throw DeviceError(.refused, doing: "testPage", "\(error.zh)。 \(error.message)".cleaned())
        } catch {
            throw DeviceError(.ioFailed, doing: "testPage", "\(error)".cleaned())
        }
    }

    /// - Returns: the job's id.
    private static func submit(_ command: CommandJSON, _ tools: AgentTools, _ lane: BlockingLane) async throws -> String
    {
        let (jobs, config, id) = (tools.jobs, tools.store.config, HexID.make().text)
        let page = TestPage(
            zone: config.zone, node: config.node, name: config.name, printer: printer(command.device, tools),
            version: "zone-agent \(AgentVersion.text)", at: ZoneCivil.text(tools.clock.wall()) + " +08:00",
            command: command.id)
        var ticket = JobTicket(
            device: command.device, format: TestPage.format, copies: 1,
            caller: Caller(door: .admin, uid: UserDatabase.ownUID, role: .root))
        (ticket.actor, ticket.pages) = (command.actor, 1)
        try await jobs.beginUpload(for: command.device)
        do {
            let writer = try SpoolWriter(jobs.spool, job: id, lane: lane)
            try await writer.write(page.document)
            _ = try await jobs.accept(id, ticket, bytes: try await writer.finish().bytes, key: nil)
            await jobs.endUpload(for: command.device)
        } catch {
            jobs.spool.remove(id)
            await jobs.endUpload(for: command.device)
            throw error
        }
        return id
    }

    private static func printer(_ device: DeviceID, _ tools: AgentTools) -> TestPage.Printer {
        let state = tools.station.board.state(of: device)
        return TestPage.Printer(
            device: device, model: state?.identity.model, serial: state?.identity.serial,
            counter: state?.details["impressionsCompleted"]?.integerValue)
    }

    /// Waits until the job is over. Who stops waiting stops the job: nobody is surprised by a page hours later.
    private static func result(of id: String, _ journal: Journal, _ jobs: JobDesk) async throws -> JSONValue {
        for await _ in journal.commits() {
            if let job = try await journal.job(id)?.job, job.state.isOver { return try answer(job) }
        }
        if Task.isCancelled {
            let nobody = Caller(door: .admin, uid: UserDatabase.ownUID, role: .root)
            _ = await Task { try? await jobs.cancel(id, by: nobody) }.value
        }
        throw DeviceError(
            .timedOut, doing: "testPage", "没有在规定时间内打印，已要求停止。 Not printed in time; job \(id) was asked to stop")
    }

    private static func answer(_ job: JobJSON) throws(DeviceError) -> JSONValue {
        guard job.state == .printed else {
            let reason = job.reason.map { ": \($0.cleaned())" } ?? ""
            throw DeviceError(
                .ioFailed, doing: "testPage", "\(chinese(job.state)) Job \(job.id) \(job.state.rawValue)\(reason)")
        }
        return .members([
            "job": .string(job.id), "state": .string(job.state.rawValue),
            "pagesProven": job.pagesProven.map { .integer(Int64($0)) },
        ])
    }

    /// What happened, and what to do next.
    private static func chinese(_ state: JobState) -> String {
        switch state {
        case .unknown: "测试页已发给打印机，但不能证明纸出来了：请看出纸口，再用 zonectl jobs confirm 确认。"
        case .cancelled: "测试页被取消，没有打印完。"
        default: "测试页没有打印出来：请按下面的原因检查打印机，再试一次。"
        }
    }
}
