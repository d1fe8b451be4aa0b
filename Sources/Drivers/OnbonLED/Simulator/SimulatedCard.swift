// Purpose: the far end of the wire of an Onbon font card: a card with a state of its own, on TCP or a pty, with faults.
import OnbonLEDDriver
import ZoneLinux
import ZoneModel

/// A BX-6K3 with a two-colour screen of 128 x 32. Bytes in, bytes out; a list of pieces, because how an answer is cut
/// is one of the faults.
package struct SimulatedCard: Sendable {
    package var isOn = true
    /// 0 to 15.
    package var brightness: UInt8 = 15
    /// By id. In RAM.
    package var areas: [UInt8: SimulatedArea] = [:]
    /// As it is set: year low, year high, month, day, hour, minute, second, weekday; BCD. It stands still.
    package var clock: [UInt8] = [0x25, 0x20, 0x11, 0x21, 0x09, 0x30, 0x00, 0x05]
    package var programmes: UInt8 = 0
    package var screen: UInt16 = 1
    package var deviceType: UInt8 = 0x63
    package var width: UInt16 = 128
    package var height: UInt16 = 32
    package var colour: UInt8 = 2
    /// Chinese or not, width, height.
    package var fonts: [[UInt8]] = [[1, 16, 16], [0, 8, 16]]
    /// A real card has its barcode here, and this one says that it is none.
    package var tail = Array(SimulatedHardware.vendor.utf8) + [UInt8](repeating: 0, count: 8)
    package var faults = CardFaults()

    /// Says yes to brightness and power, and does nothing.
    package var isStubborn = false

    /// Areas that were written, ever.
    package private(set) var writtenCount = 0
    /// Orders to write areas that were answered with yes.
    package private(set) var acceptedShows = 0
    package private(set) var replyCount = 0
    private var assembler = OnbonFrameAssembler()

    package init() {}

    /// Power was cut: what is in RAM is gone. (The forced brightness and the power state are kept here.)
    package mutating func loseRAM() { areas = [:] }

    /// The text on the screen as people read it; `nil` when there is none or the screen is dark.
    package var visibleText: String? {
        guard isOn, let area = areas.min(by: { $0.key < $1.key })?.value else { return nil }
        return area.readableText
    }

    package mutating func receive(_ bytes: [UInt8]) -> [[UInt8]] {
        var out: [[UInt8]] = []
        if let echo = faults.foreign(bytes) { return echo }
        if faults.echoesToo { out.append(bytes) }
        for piece in assembler.take(faults.onWayIn(bytes)) {
            switch piece {
            case .frame(let frame): out += answer(frame)
            // A damaged request is told so, as far as its sender is known (section 7.2 has such a frame).
            case .fault(.checksum): out += wrap(SimulatedCard.no(5), to: OnbonFrame())
            case .fault: break
            }
        }
        return out
    }

    private mutating func answer(_ frame: OnbonFrame) -> [[UInt8]] {
        guard [screen, 0xFFFE, 0xFFFF].contains(frame.destination) || frame.destination >= 0x8000 else { return [] }
        guard [0xFE, deviceType].contains(frame.deviceType), frame.data.count >= 5 else { return [] }
        let reply = faults.isBusy() ? SimulatedCard.no(3) : carryOut(frame)
        if frame.data.starts(with: [0xA3, 0x06]), reply == SimulatedCard.yes { acceptedShows += 1 }
        // FFFF is the silent way of addressing, and 02 asks for no answer.
        guard frame.destination != 0xFFFF, frame.data[2] == 1 else { return [] }
        return wrap(reply, to: frame)
    }

    private mutating func wrap(_ data: [UInt8], to frame: OnbonFrame) -> [[UInt8]] {
        replyCount += 1
        if faults.swallows(reply: replyCount) { return [] }
        let type = frame.deviceType
        let reply = OnbonFrame(to: frame.source, from: frame.destination, deviceType: type, data: data)
        return faults.onWayOut(reply)
    }

    static let yes: [UInt8] = [0xA0, 0, 0, 0, 0]
    static func no(_ number: UInt8) -> [UInt8] { [0xA0, 1, number, 0, 0] }

    /// - Returns: the data field of the answer.
    private mutating func carryOut(_ frame: OnbonFrame) -> [UInt8] {
        let payload = Array(frame.data.dropFirst(5))
        switch (frame.data[0], frame.data[1]) {
        case (0xA2, 0x00): return SimulatedCard.yes
        case (0xA1, 0x02): return [0xA1, 0x02, 0, 0, 0] + status
        case (0xA2, 0x0A): return [0xA2, 0x0A, 0, 0, 0] + parameters
        case (0xA2, 0x09): return [0xA2, 0x09, 0, UInt8(truncatingIfNeeded: fonts.count)] + fonts.joined()
        case (0xA3, 0x00): return power(payload)
        case (0xA3, 0x02): return setBrightness(payload)
        case (0xA3, 0x06): return faults.refusal.map(SimulatedCard.no) ?? writeAreas(payload)
        case (0xA3, 0x10):
            areas = [:]
            return SimulatedCard.yes
        case (0xA2, 0x03): return setClock(payload)
        case (0xA0...0xA4, _): return SimulatedCard.no(2)
        default: return SimulatedCard.no(1)
        }
    }

    private var status: [UInt8] {
        // Another order than that of the command that sets it: the weekday comes before the hour.
        let time =
            clock.count == 8 ? Array(clock[..<4]) + [clock[7]] + Array(clock[4..<7]) : [UInt8](repeating: 0, count: 8)
        return [isOn ? 1 : 2, brightness] + time + [programmes] + Array("P000".utf8) + [0, 0]
            + [UInt8(truncatingIfNeeded: areas.count)] + areas.keys.sorted() + tail
    }

    private var parameters: [UInt8] {
        screen.littleEndianBytes + [deviceType, 2] + width.littleEndianBytes + height.littleEndianBytes
            + [colour, 1, 0, 1, 0, 0, 0, 0x10, 0, 0] + [UInt8](repeating: 0, count: 7)
    }

    private mutating func power(_ payload: [UInt8]) -> [UInt8] {
        guard let flag = payload.first, flag == 1 || flag == 2 else { return SimulatedCard.no(2) }
        if !isStubborn { isOn = flag == 1 }
        return SimulatedCard.yes
    }

    private mutating func setBrightness(_ payload: [UInt8]) -> [UInt8] {
        guard payload.count == 2, payload[0] == 1, payload[1] < 16 else { return SimulatedCard.no(2) }
        if !isStubborn { brightness = payload[1] }
        return SimulatedCard.yes
    }

    private mutating func setClock(_ payload: [UInt8]) -> [UInt8] {
        let isBCD = payload.allSatisfy { $0 >> 4 < 10 && $0 & 0x0F < 10 }
        guard payload.count == 8, isBCD, (1...7).contains(payload[7]) else { return SimulatedCard.no(0x0E) }
        clock = payload
        return SimulatedCard.yes
    }

    private mutating func writeAreas(_ payload: [UInt8]) -> [UInt8] {
        guard let change = AreaChange(payload) else { return SimulatedCard.no(2) }
        let room = deviceType >> 4 == 5 ? 512 : 1024
        guard payload.count + 5 <= room else { return SimulatedCard.no(4) }
        for id in change.deleted ?? Array(areas.keys) { areas[id] = nil }
        for area in change.written { areas[area.id] = area }
        writtenCount += change.written.count
        return areas.count <= 5 ? SimulatedCard.yes : SimulatedCard.no(4)
    }
}

extension OnbonFrame {
    /// Where a damaged request seemed to come from.
    fileprivate init() { self.init(data: []) }
}
