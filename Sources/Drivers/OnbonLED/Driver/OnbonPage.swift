import DriverKit
import ZoneLinux
import ZoneModel

/// A message as one card can show it.
package struct OnbonPage: Sendable, Hashable {
    package var area: OnbonArea
    /// What of the message the card cannot do.
    package var leftOut: [String]

    /// - Throws: `DeviceError` `.refused` when the text cannot be shown as it is, `.unsupported` when this machine
    ///   cannot write GB2312.
    package init(_ message: SignMessage, on card: OnbonParameters, _ settings: OnbonSettings) throws(DeviceError) {
        let colour = message.colour.flatMap { OnbonPage.code($0, card.colours) }
        leftOut = message.colour != nil && colour == nil ? ["colour"] : []
        var text = settings.fonts.flatMap { Array("\\\($0)".utf8) }
        text += colour.map { Array("\\C\($0)".utf8) } ?? []
        text += try OnbonPage.encode(message.lines)
        // Section 5.1.3 and 8.1.2: what the card's receive buffer holds.
        let limit = (OnbonModel.isFifthGeneration(card.deviceType) ? 512 : 1024) - OnbonArea.overhead
        guard text.count <= limit else {
            throw OnbonPage.refusal("the text has \(text.count) bytes, the card takes \(limit)")
        }
        area = OnbonArea(width: card.width, height: card.height, text: text)
        area.xUnit = settings.xUnit ?? (OnbonModel.isFifthGeneration(card.deviceType) ? .eight : .pixel)
        arrange(message)
    }

    private mutating func arrange(_ message: SignMessage) {
        let isOneLine = message.lines.count == 1
        // One long line is broken by the card; several stand as they were written.
        area.breaksLines = isOneLine
        switch message.effect {
        case .still: (area.motion, area.alignment) = (.still, .centred)
        case .pages: (area.motion, area.alignment) = (.snap, .centred)
        case .scrollLeft:
            (area.motion, area.alignment, area.isSingleLine) = (.left, .leftMiddle, isOneLine)
            if isOneLine { area.breaksLines = false }
        }
    }

    private static func encode(_ lines: [String]) throws(DeviceError) -> [UInt8] {
        guard lines.contains(where: { !$0.allSatisfy(\.isWhitespace) }) else { throw refusal("there is no text") }
        var text: [UInt8] = []
        for (index, line) in lines.enumerated() {
            if index > 0 { text += Array("\\n".utf8) }
            text += try encode(line)
        }
        return text
    }

    /// The backslash begins the card's escapes, and its table of escapes has none for the backslash itself (section
    /// 11.1): it cannot be shown. Control characters have no meaning there.
    private static func encode(_ line: String) throws(DeviceError) -> [UInt8] {
        if line.contains("\\") { throw refusal("the card cannot show U+005C (\\): it begins its own commands") }
        if let control = line.unicodeScalars.first(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            throw refusal("the text has the control character U+00" + Hex.text([UInt8(control.value)]).uppercased())
        }
        do throws(CharacterCode.Trouble) {
            return try CharacterCode.gb2312.encode(line)
        } catch {
            guard case .outside = error else {
                throw DeviceError(.unsupported, doing: "write the text as GB2312", error.description.cleaned())
            }
            throw refusal("the card's fonts (GB2312) lack " + error.description.cleaned())
        }
    }

    private static func refusal(_ detail: String) -> DeviceError {
        DeviceError(.refused, doing: "compose the text", detail)
    }

    /// The digit behind `\C` (section 11.1); `nil` when the screen has no such colour, or does not say which it has.
    private static func code(_ colour: SignMessage.Colour, _ colours: OnbonParameters.Colours?) -> Int? {
        switch (colour, colours) {
        case (.red, .two), (.red, .three): 1
        case (.green, .two), (.green, .three): 2
        case (.yellow, .two), (.yellow, .three): 3
        case (.blue, .three): 4
        case (.cyan, .three): 5
        case (.magenta, .three): 6
        case (.white, .three): 7
        default: nil
        }
    }
}
