import DriverKit
import ZoneModel
import ZoneTime

/// One command at a time, its answer read before the next: answers carry nothing but the command's number.
struct ChipLink: Sendable {
    static let answerWithin = Duration.seconds(1)
    /// Late answers to earlier commands that are passed over before a device counts as foreign.
    private static let mostSkipped = 8

    let port: any ReportPort
    private let clock: any ZoneClock

    init(port: any ReportPort, clock: any ZoneClock) { (self.port, self.clock) = (port, clock) }

    /// - Throws: `DeviceError` `.timedOut` for silence, `.malformedReply` for answers to nothing that was asked,
    ///   `.absent` when it was unplugged.
    func exchange(_ command: [UInt8]) async throws(DeviceError) -> TimedReport {
        let until = clock.mono().advanced(by: ChipLink.answerWithin)
        try await port.write(command, within: ChipLink.answerWithin)
        var foreign: [UInt8]?
        for _ in 0..<ChipLink.mostSkipped {
            let answer: TimedReport
            do throws(DeviceError) {
                answer = try await port.read(within: max(.zero, until.since(clock.mono())))
            } catch {
                guard error.code == .timedOut else { throw error }
                throw foreign.map { ChipLink.malformed(command, $0) } ?? ChipLink.silence(command)
            }
            if answer.bytes.count == MCP2221.reportLength, answer.bytes.first == command.first { return answer }
            foreign = answer.bytes
        }
        throw ChipLink.malformed(command, foreign ?? [])
    }

    /// Always in the same words, so that a device that stays silent is one line of the log.
    private static func silence(_ command: [UInt8]) -> DeviceError {
        DeviceError(
            .timedOut, doing: "command \(Hex.text(command.prefix(1)))",
            "no answer within \(answerWithin.milliseconds) ms")
    }

    private static func malformed(_ command: [UInt8], _ answer: [UInt8]) -> DeviceError {
        let detail =
            answer.count == MCP2221.reportLength
            ? "answered by \(Hex.text(answer.prefix(2)))" : "answered by \(answer.count) bytes"
        return DeviceError(.malformedReply, doing: "command \(Hex.text(command.prefix(1)))", detail)
    }
}
