import DriverKit
import OnbonLEDDriver
import ZoneLinux
import ZoneModel
import ZoneTime

extension FuzzEntry {
    /// What a sign's card says, or somebody in its place; the first byte says how the stream is cut.
    static let ledReplies = FuzzEntry("led-replies", longest: 8192) { bytes in
        let (piece, stream) = (Int(bytes.first ?? 0) + 1, Array(bytes.dropFirst()))
        let whole = try frames(stream, stream.count)
        try promise(try frames(stream, piece) == whole, "the pieces change the frames")
        var hearing = OnbonHearing()
        hearing.hear(stream)
        for piece in whole {
            switch piece {
            case .fault(let fault): hearing.note(fault)
            case .frame(let frame):
                hearing.note(unrelated: frame)
                try promiseOneFrame(frame)
                try promiseReplies(frame.data)
            }
        }
        try promiseClean(hearing.verdict(doing: "ask").description, "verdict")
        // A fuzzer seldom hits a checksum: the same bytes as what stands in a good frame.
        try promiseReplies(stream)
        try promiseOneFrame(OnbonFrame(to: OnbonFrame.program, from: 1, data: Array(stream.prefix(1024))))
    }

    private static func frames(_ stream: [UInt8], _ piece: Int) throws -> [OnbonFrameAssembler.Piece] {
        var (assembler, found, rest) = (OnbonFrameAssembler(), [OnbonFrameAssembler.Piece](), stream[...])
        while !rest.isEmpty {
            found += assembler.take(Array(rest.prefix(piece)))
            rest = rest.dropFirst(piece)
            try promise(assembler.heldCount <= OnbonFrameAssembler.longestFrame, "an unfinished frame grows")
        }
        return found
    }

    /// Even when half a frame was before it, and noise.
    private static func promiseOneFrame(_ frame: OnbonFrame) throws {
        let stream = [0xA5, 0x01, 0x5B] + frame.encode() + [0x00, 0x5A]
        try promise(try frames(stream, stream.count) == [.frame(frame)], "a frame comes back as another")
    }

    private static func promiseReplies(_ data: [UInt8]) throws {
        let commands: [OnbonCommand] = [.ping, .status, .parameters, .fonts, .power(on: true), .deleteAllAreas]
        for command in commands {
            switch OnbonReply(data, to: command) {
            case .refused(let refusal): try promiseClean(refusal.description, "refusal")
            case .accepted: try promise(!command.asksForData, "a plain yes to a question")
            case .data(let body):
                try promise(command.asksForData && body.count == data.count - 3, "bytes are lost")
                try promiseFacts(body)
            case nil: break
            }
        }
    }

    private static func promiseFacts(_ body: [UInt8]) throws {
        if let status = OnbonStatus(body) {
            if let clock = status.clock {
                let isDate = CivilDate(String(clock.prefix(10))) != nil && clock.utf8.count == 19
                try promise(isDate, "no date: \(clock)")
            }
            try promise((status.areas?.count ?? 0) + status.tail.count <= body.count, "more areas than bytes")
            try promise([0, 16, 28].contains(status.tail.count), "a tail of \(status.tail.count) bytes")
            try promise((0...100).contains(OnbonBrightness.percent(level: status.brightness)), "brighter than bright")
            try promiseClean(OnbonStatus.barcode(status.tail) ?? "", "barcode")
        }
        if let parameters = OnbonParameters(body) {
            try promise(parameters.width > 0 && parameters.height > 0, "a screen without pixels")
            try promiseClean(OnbonModel.name(parameters.deviceType), "model")
        }
        try promise(OnbonFont.list(body).count * 3 < max(1, body.count), "more fonts than bytes")
    }

    /// What somebody wants to see on a sign. The first byte chooses the card, the second effect and colour.
    static let ledTexts = FuzzEntry("led-texts", longest: 1400) { bytes in
        guard bytes.count >= 2 else { return }
        let effects = SignMessage.Effect.allCases
        let colours: [SignMessage.Colour?] = [nil] + SignMessage.Colour.allCases
        let message = SignMessage(
            lines: String(decoding: bytes[2...], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
                .map(String.init),
            effect: effects[Int(bytes[1]) % effects.count], colour: colours[Int(bytes[1] >> 4) % colours.count])
        let screens: [OnbonParameters.Colours?] = [nil, .one, .two, .three]
        let card = OnbonParameters(
            screen: 1, deviceType: bytes[0], width: 128, height: 32, colours: screens[Int(bytes[0] & 3)])
        let page: OnbonPage
        do throws(DeviceError) {
            page = try OnbonPage(message, on: card, try OnbonSettings(["font": "FO000 FE000"]))
        } catch {
            try promise([.refused, .unsupported].contains(error.code), "another error: \(error)")
            return try promiseClean(error.description, "refusal of a text")
        }
        let frame = OnbonFrame(data: OnbonCommand.show(page.area).data)
        let limit = OnbonModel.isFifthGeneration(card.deviceType) ? 512 : 1024
        try promise(frame.data.count <= limit, "\(frame.data.count) bytes, the card takes \(limit)")
        try promise(page.area.text.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a control character goes out")
        _ = try CharacterCode.gb2312.decode(page.area.text)
        try promiseOneFrame(frame)
    }
}
