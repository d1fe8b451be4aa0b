// Purpose: from glass to page: scanimage(1) in a bounded child, its pictures in memory only, and PWG raster of them.
import ZoneModel

/// What is to be scanned, and where.
package struct ScanWish: Sendable, Hashable {
    /// A part of the glass in millimetres, from its corner.
    package struct Window: Sendable, Hashable {
        package var width: Double
        package var height: Double

        package init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

        package static let a4 = Window(width: 210, height: 297)
        /// ISO/IEC 7810 ID-1, 85.6 by 54 mm, with room for a card that was not laid into the corner with a ruler.
        package static let card = Window(width: 85.6 + 10, height: 54 + 10)
    }

    /// eSCL, such as `http://192.0.2.7:80/eSCL/`.
    package var address: String
    package var window: Window
    package var isColor: Bool

    package init(address: String, window: Window, isColor: Bool) {
        (self.address, self.window, self.isColor) = (address, window, isColor)
    }
}

/// How long a scanner may take, and how much it may say.
package struct ScanPatience: Sendable, Hashable {
    /// One side, with warming up; sane-airscan itself gives a busy scanner 10 s, and a silent one 5 s (seen).
    package var side = Duration.seconds(90)
    /// What a child that is asked to stop may take to tell the scanner so.
    package var farewell = Duration.seconds(3)

    package init() {}
}

/// Why there is no picture.
package enum ScanFailure: Error, Sendable, Hashable {
    /// scanimage or prlimit is not installed, or does not start.
    case notInstalled(String)
    case feederEmpty, jam, coverOpen, busy, timedOut, cancelled
    case noAnswer(String)
    /// The scanner, or what speaks to it, gave another reason.
    case refused(String)
    /// It sent something that is no picture, half of one, or one of another size.
    case broken(String)
    /// What was scanned is more than is kept in memory.
    case tooMuch

    /// Whether the device is to blame, not who stands before it.
    package var isFault: Bool {
        switch self {
        case .feederEmpty, .busy, .cancelled, .tooMuch: false
        default: true
        }
    }

    package var code: String {
        switch self {
        case .notInstalled: "scan.notInstalled"
        case .feederEmpty: "scan.feederEmpty"
        case .jam: "scan.jam"
        case .coverOpen: "scan.coverOpen"
        case .busy: "scan.busy"
        case .timedOut: "scan.timedOut"
        case .cancelled: "scan.cancelled"
        case .noAnswer: "scan.noAnswer"
        case .refused: "scan.refused"
        case .broken: "scan.broken"
        case .tooMuch: "scan.tooMuch"
        }
    }

    package var english: String {
        switch self {
        case .notInstalled(let what): "scanning is not set up on this PC (\(what)): install sane-utils and sane-airscan"
        case .feederEmpty: "the feeder is empty: put the sheets in and start again"
        case .jam: "paper is stuck in the scanner's feeder: take it out and start again"
        case .coverOpen: "the scanner's cover is open: close it and start again"
        case .busy: "the scanner is busy with something else: wait a minute and start again"
        case .timedOut: "the scanner did not finish in time: try once more"
        case .cancelled: "the copy was cancelled"
        case .noAnswer(let what): "the scanner does not answer (\(what)): switch the machine off and on, then try again"
        case .refused(let what): "the scanner refused (\(what)): try once more, else call the staff"
        case .broken(let what): "the scanner sent no usable picture (\(what)): try once more"
        case .tooMuch: "these pages are too much at once: copy fewer sheets at a time"
        }
    }

    package var chinese: String {
        switch self {
        case .notInstalled: "本机没有安装扫描程序，请联系技术人员"
        case .feederEmpty: "进纸器里没有原件，请放好后重新开始"
        case .jam: "扫描进纸器卡纸，请取出后重新开始"
        case .coverOpen: "扫描盖板没有盖好，请盖好后重新开始"
        case .busy: "扫描部分正在使用，请过一分钟再试"
        case .timedOut: "扫描没有按时完成，请再试一次"
        case .cancelled: "复印已取消"
        case .noAnswer: "扫描部分没有应答，请关机10秒再开，然后重试"
        case .refused: "扫描没有成功，请再试一次；仍不成功请找工作人员"
        case .broken: "扫描的图像不完整，请再试一次"
        case .tooMuch: "一次复印的内容太多，请分几次复印"
        }
    }

    package var fixer: Fixer {
        switch self {
        case .notInstalled: .technician
        case .feederEmpty, .busy, .cancelled, .tooMuch: .none
        default: .staff
        }
    }
}

extension ScanFailure {
    /// scanimage ends its last line with the words of SANE (sane_strstatus) in the C locale.
    package init(complaint: [UInt8]) {
        let lines = String(decoding: complaint.suffix(4096), as: UTF8.self).split(separator: "\n")
        // A batch says afterwards how many pages it has.
        let line = lines.last { $0.contains("scanimage: ") || $0.contains("prlimit: ") } ?? lines.last ?? ""
        let text = String(line).cleaned(limit: 120)
        let words: [(String, ScanFailure)] = [
            ("Document feeder out of documents", .feederEmpty), ("Document feeder jammed", .jam),
            ("Scanner cover is open", .coverOpen), ("Device busy", .busy),
            ("Error during device I/O", .noAnswer("I/O error")),
        ]
        if text.contains("prlimit: ") {
            self = .notInstalled(text)
        } else {
            self = words.first { text.hasSuffix($0.0) }?.1 ?? .refused(text.isEmpty ? "no reason" : text)
        }
    }
}
