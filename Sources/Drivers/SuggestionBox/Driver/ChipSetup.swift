import DriverKit
import ZoneModel

/// Makes sure that a HID device is the chip, and that the wanted pins are inputs.
struct ChipSetup: Sendable {
    private static let doing = "open suggestion box"

    let link: ChipLink
    /// 0 to 3.
    let pins: [Int]

    /// - Returns: the firmware's revision, where it says one.
    /// - Throws: `DeviceError` `.wrongHardware` for another device, `.timedOut` for silence, `.refused` when the chip
    ///   does not give its pins away.
    func run() async throws(DeviceError) -> String? {
        try ChipSetup.check(link.port.identity)
        let firmware = MCP2221.firmware(of: try await ask(MCP2221.status))
        var wrong = wrongPins(try await ask(MCP2221.readPins))
        guard !wrong.isEmpty else { return firmware }
        try await makeInputs(wrong)
        wrong = wrongPins(try await ask(MCP2221.readPins))
        guard let first = wrong.first else { return firmware }
        throw DeviceError(
            .wrongHardware, doing: ChipSetup.doing, "pin GP\(first) was made an input and is still not one")
    }

    private static func check(_ identity: ReportIdentity) throws(DeviceError) {
        let mismatch: String?
        do throws(ReportDescriptor.Flaw) {
            mismatch = try ReportDescriptor(identity.descriptor).mismatch
        } catch {
            mismatch = "a report descriptor that is not readable"
        }
        guard let mismatch else { return }
        throw DeviceError(
            .wrongHardware, doing: doing, "a HID device with this chip's ids, but with \(mismatch): not an MCP2221A")
    }

    /// A device that answers otherwise is another device; one that is silent may be the right one.
    private func ask(_ command: [UInt8]) async throws(DeviceError) -> [UInt8] {
        let answer: [UInt8]
        do throws(DeviceError) {
            answer = try await link.exchange(command).bytes
        } catch {
            guard error.code == .malformedReply else { throw error }
            throw DeviceError(
                .wrongHardware, doing: ChipSetup.doing, "\(error.doing) was \(error.detail): not an MCP2221A")
        }
        guard MCP2221.isSuccess(answer) else {
            throw DeviceError(
                .wrongHardware, doing: ChipSetup.doing,
                "command \(Hex.text(answer.prefix(1))) failed with \(Hex.text(answer[1...1])): not an MCP2221A")
        }
        return answer
    }

    private func wrongPins(_ answer: [UInt8]) -> [Int] {
        pins.filter { pin in
            if case .input = MCP2221.pin(pin, of: answer) { false } else { true }
        }
    }

    /// In RAM only: what the chip does after power-on is its owner's business.
    private func makeInputs(_ wanted: [Int]) async throws(DeviceError) {
        guard var bytes = MCP2221.pinBytes(of: try await ask(MCP2221.readSettings)) else { return }
        for pin in wanted where bytes.indices.contains(pin) { bytes[pin] = MCP2221.PinByte.input }
        let answer = try await link.exchange(MCP2221.writePins(bytes)).bytes
        guard !MCP2221.isSuccess(answer) else { return }
        let names = wanted.map { "GP\($0)" }.joined(separator: ", ")
        throw DeviceError(
            .refused, doing: ChipSetup.doing,
            "the chip does not make \(names) an input (status \(Hex.text(answer[1...1]))): is it locked by a password?")
    }
}
