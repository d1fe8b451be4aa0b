import Glibc
import ZoneLinux
import ZoneModel
import ZoneWire

/// A screen whose cursor can be moved.
package struct Terminal: Sendable {
    /// Asked for each picture: windows are resized while they are looked at.
    let size: @Sendable () -> (columns: Int, rows: Int)

    package init(size: @escaping @Sendable () -> (columns: Int, rows: Int)) { self.size = size }

    /// `nil`: a file, a pipe, or a terminal that only prints (TERM of terminfo(5)).
    package static func standardOutput() -> Terminal? {
        let kind = environment("TERM") ?? ""
        guard isatty(STDOUT_FILENO) == 1, !["", "dumb"].contains(kind) else { return nil }
        return Terminal {
            var size = winsize()
            // A serial line does not know its size and says 0 (ioctl_tty(2)).
            let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0
            return isKnown ? (Int(size.ws_col), Int(size.ws_row)) : (80, 24)
        }
    }
}

/// How a run is shown while it goes on.
package struct TouchTestDisplay {
    package enum Kind: Sendable {
        /// A picture that is redrawn in place.
        case screen(Terminal)
        /// A line a second at most, and only when it says something new.
        case lines
        /// What is told to standard error, because standard output is for the summary.
        case quiet(tell: @Sendable (String) -> Void)
    }

    /// ECMA-48 and xterm's private modes: another screen, without a cursor, whose lines are cut instead of wrapped.
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l"
    private static let leave = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

    private let kind: Kind
    private let show: @Sendable (String) -> Void
    private var isBegun = false
    private var told: (second: Int64, facts: String)?

    package init(_ kind: Kind, show: @escaping @Sendable (String) -> Void) { (self.kind, self.show) = (kind, show) }

    package static func standard(asJSON: Bool, show: @escaping @Sendable (String) -> Void) -> TouchTestDisplay {
        guard !asJSON else { return TouchTestDisplay(.quiet(tell: standardError), show: show) }
        return TouchTestDisplay(Terminal.standardOutput().map { .screen($0) } ?? .lines, show: show)
    }

    @Sendable private static func standardError(_ text: String) {
        // Nobody is left to tell when it is closed.
        try? SmallFile.write(Array(text.utf8), to: STDERR_FILENO, naming: "standard error")
    }

    /// Nothing is shown before the panel has answered.
    package mutating func draw(_ session: TouchTestSession, now: MonoTime) {
        guard session.isBegun else { return }
        if !isBegun { begin(session) }
        switch kind {
        case .screen(let terminal): show(TouchTestDisplay.frame(session, terminal.size(), now: now))
        case .lines: tell(session, now: now)
        case .quiet: break
        }
    }

    /// Gives the terminal back as it was.
    package mutating func end() {
        if isBegun, case .screen = kind {
            show(TouchTestDisplay.leave)
            signal(SIGTSTP, SIG_DFL)
        }
        isBegun = false
    }

    /// For the picture below the last line.
    package var summarySize: GlassPicture.Size {
        guard case .screen(let terminal) = kind else { return GlassPicture.plain }
        let size = terminal.size()
        return GlassPicture.Size(columns: size.columns - 1, rows: size.rows - 8)
    }

    private mutating func begin(_ session: TouchTestSession) {
        isBegun = true
        switch kind {
        case .screen:
            // Stopped by Ctrl-Z it would leave the shell without a cursor on the other screen.
            signal(SIGTSTP, SIG_IGN)
            show(TouchTestDisplay.enter)
        case .lines: show(TouchTestText.begun(session))
        case .quiet(let tell): tell(TouchTestText.begun(session))
        }
    }

    private mutating func tell(_ session: TouchTestSession, now: MonoTime) {
        let second = session.elapsed(at: now).components.seconds
        let facts = TouchTestText.facts(session, now: now)
        guard second > told?.second ?? 0, facts != told?.facts else { return }
        told = (second, facts)
        show("\(second) s  \(facts)\n")
    }

    /// One column is left free: a character in the last one may wrap on a terminal that does not know how not to.
    private static func frame(_ session: TouchTestSession, _ room: (columns: Int, rows: Int), now: MonoTime) -> String {
        let size = GlassPicture.Size(columns: room.columns - 1, rows: room.rows)
        let lines = GlassPicture.lines(session, size, now: now).prefix(max(1, room.rows))
        return "\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
    }
}
