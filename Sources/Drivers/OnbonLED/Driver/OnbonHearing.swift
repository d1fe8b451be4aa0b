import DriverKit
import ZoneModel

/// What came back instead of the answer, so that a silent card, a wrong one and a bad line are told apart.
package struct OnbonHearing: Sendable {
    /// What is beyond is no conversation any more.
    private static let patience = 64 * 1024

    private var firstBytes: [UInt8] = []
    private var byteCount = 0
    private var sawOtherFamily = false
    private var sawEcho = false
    private var strangers = 0
    private var faults: [OnbonFrame.Fault] = []
    private var faultCount = 0

    package init() {}

    package var isEmpty: Bool { byteCount == 0 }
    package var isBabble: Bool { byteCount > OnbonHearing.patience }
    /// A frame came, but damaged: the good one is not going to follow.
    package var hasFault: Bool { faultCount > 0 }

    package mutating func hear(_ bytes: [UInt8]) {
        byteCount += bytes.count
        firstBytes += bytes.prefix(max(0, 8 - firstBytes.count))
    }

    package mutating func note(_ fault: OnbonFrame.Fault) {
        if fault == .otherFamily { sawOtherFamily = true }
        faultCount += 1
        if faults.count < 4 { faults.append(fault) }
    }

    /// A frame that is not the answer: our own request again, or somebody else's.
    package mutating func note(unrelated frame: OnbonFrame) {
        if frame.source == OnbonFrame.program { sawEcho = true } else { strangers += 1 }
    }

    package func verdict(doing: String) -> DeviceError {
        if isEmpty {
            return DeviceError(.timedOut, doing: doing, "silent: no byte came back (power, cable, baud, address?)")
        }
        if sawOtherFamily {
            let detail = "an Onbon card of another family (header of BX-5E/6E graphic cards)"
            return DeviceError(.wrongHardware, doing: doing, detail)
        }
        if let fault = faults.first { return DeviceError(.malformedReply, doing: doing, words(fault)) }
        if strangers > 0 {
            return DeviceError(.malformedReply, doing: doing, "answers, but to something else")
        }
        if sawEcho {
            let detail = "only our own bytes come back (loop or echo on the line)"
            return DeviceError(.wrongHardware, doing: doing, detail)
        }
        return DeviceError(.wrongHardware, doing: doing, "answers, but not in Onbon's frames: " + bytesInWords)
    }

    private var bytesInWords: String {
        firstBytes.map { Hex.text([$0]) }.joined(separator: " ") + (byteCount > firstBytes.count ? " ..." : "")
    }

    private func words(_ fault: OnbonFrame.Fault) -> String {
        switch fault {
        case .checksum, .escape: "wrong checksum (noise, wrong baud, bad cable?)"
        case .tooShort: "half a frame"
        case .length(let said, let found): "the frame says \(said) bytes of data and has \(found)"
        case .unasked, .otherFamily: "a frame of a kind that was not asked for"
        }
    }
}
