import NIOHTTP1
import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

/// What a technician changes; each function is one subcommand of zonectl.
extension Technician {
    private static let look = Duration.milliseconds(500)

    /// - Parameters:
    ///   - patience: how long its end is waited for after the first answer.
    ///   - words: what is told of a success; the result itself by default.
    /// - Returns: whether it was done, or goes on.
    package func command(
        _ device: String, _ request: CommandRequest, patience: Duration = .zero,
        words: (JSONValue) throws -> String = { try WireCoding.text($0) + "\n" }
    ) async throws -> Bool {
        let answer = try await end(
            of: try await agent.post(
                CommandJSON.self, "/v1/devices/\(PathSegment.encode(device))/commands", request), within: patience)
        show("\(answer.verb) \(answer.device): \(Words.command(answer.state))\n")
        if let result = answer.result {
            show(answer.state == .succeeded ? try words(result) : try WireCoding.text(result) + "\n")
        }
        if !answer.state.isOver { show("还在进行，查看： It goes on; look with: zonectl commands\n") }
        return !answer.state.isOver || answer.state == .succeeded
    }

    private func end(of begun: CommandJSON, within patience: Duration) async throws -> CommandJSON {
        let deadline = clock.mono().advanced(by: patience)
        var command = begun
        if !command.state.isOver, patience > .zero {
            show("进行中，Ctrl-C 离开不影响执行。 Under way; Ctrl-C leaves, and it goes on.\n")
        }
        while !command.state.isOver, clock.mono() < deadline {
            try await clock.sleep(for: Technician.look)
            command = try await agent.get(CommandJSON.self, "/v1/commands/\(PathSegment.encode(begun.id))")
        }
        return command
    }

    /// A found device that will not come back.
    package func forget(_ device: String) async throws {
        try await agent.send(.DELETE, "/v1/devices/\(PathSegment.encode(device))/binding")
        show("已忘记 \(device)，编号可再用。 Forgotten; its id is free for the next one.\n")
    }

    /// The latest commands, newest first.
    package func commands() async throws {
        var table = TextTable(header: ["编号 ID", "设备 DEVICE", "命令 VERB", "状态 STATE", "何时 WHEN", "何人 WHO"])
        for command in try await agent.get([CommandJSON].self, "/v1/commands?limit=30") {
            table.add([
                command.id, command.device.text, command.verb, Words.command(command.state),
                ZoneCivil.text(command.requestedAt), command.actor,
            ])
        }
        show(table.text)
    }

    package func cancel(_ command: String) async throws {
        try await agent.send(.DELETE, "/v1/commands/\(PathSegment.encode(command))")
        show("已请求取消。 Asked to stop.\n")
    }

    /// - Parameters:
    ///   - minutes: `nil`: until it is released.
    ///   - end: the same as a time; before minutes.
    package func hold(
        _ subject: String, _ mode: Mode, reason: String?, minutes: Int?, until end: HeldUntil? = nil
    ) async throws {
        let until =
            end?.time(after: clock.wall()) ?? minutes.map { clock.wall().advanced(byMilliseconds: Int64($0) * 60_000) }
        let hold = try await agent.put(
            Hold.self, "/v1/holds/\(PathSegment.encode(subject))/\(mode.rawValue)",
            HoldRequest(reason: reason, until: until))
        let end = hold.until.map { ZoneCivil.text($0) } ?? "手动解除 until released"
        show("\(hold.subject) \(Words.mode(hold.mode))，到 until: \(end)\n")
    }

    package func release(_ subject: String, _ mode: Mode) async throws {
        try await agent.send(.DELETE, "/v1/holds/\(PathSegment.encode(subject))/\(mode.rawValue)")
        show("\(subject)：已解除 released: \(Words.mode(mode))\n")
    }

    package func setStaffPIN(_ pin: String) async throws {
        try await agent.send(.PUT, "/v1/staff/pin", try WireCoding.encode(PINRequest(pin: pin)))
        show("工作人员 PIN 已更新，原有登录全部结束。 The staff PIN is set; open staff sessions have ended.\n")
    }

    /// What the notices demand, and whether it is on the list.
    package func policy() async throws {
        show(PolicyTable.text(try await agent.get(PolicyJSON.self, "/v1/policy")))
    }
}
