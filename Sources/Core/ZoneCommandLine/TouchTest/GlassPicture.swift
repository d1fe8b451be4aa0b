import ZoneModel
import ZoneWire

/// A panel as text: what was touched, as shades, and who touches now, by number. Characters are taken for twice as high as
/// wide.
package enum GlassPicture {
    /// In characters.
    package struct Size: Sendable, Hashable {
        package let columns: Int
        package let rows: Int

        /// As a terminal is, within reason.
        package init(columns: Int, rows: Int) {
            (self.columns, self.rows) = (min(max(columns, 20), 160), min(max(rows, 8), 60))
        }
    }

    /// Where a pipe is read later.
    static let plain = Size(columns: 66, rows: 20)
    private static let legend = "░▒▓█ 触到 touched  1-9 手指 fingers  Ctrl-C 结束 ends"

    /// As many lines as `size` has rows, each so many cells wide.
    package static func lines(_ session: TouchTestSession, _ size: Size, now: MonoTime) -> [String] {
        let head = TouchTestText.head(session, now: now)
        let room = size.rows - head.count - 1
        let glass = glass(session, columns: size.columns, rows: room)
        let gap = Array(repeating: "", count: room - glass.count)
        return (head + glass + gap + [legend]).map { fit($0, size.columns) }
    }

    /// The glass in its frame, at most so large, in its own proportions.
    static func glass(_ session: TouchTestSession, columns: Int, rows: Int) -> [String] {
        let size = inner(columns - 2, rows - 2, aspect(session))
        var cells = (0..<size.rows).map { row in
            (0..<size.columns).map { column in
                shade(
                    session.glass.map, part(column, of: size.columns, TouchedCells.columns),
                    part(row, of: size.rows, TouchedCells.rows))
            }
        }
        // The smallest number lies on top.
        for finger in session.glass.fingers.values.sorted(by: { $0.number > $1.number }) {
            guard let x = finger.x, let y = finger.y else { continue }
            cells[place(y, size.rows)][place(x, size.columns)] = label(finger.number)
        }
        let edge = "+" + String(repeating: "-", count: size.columns) + "+"
        return [edge] + cells.map { "|" + String($0) + "|" } + [edge]
    }

    /// Width by height of the glass in mm; where the panel does not say it is taken for a common screen.
    private static func aspect(_ session: TouchTestSession) -> Double {
        guard let x = session.panel?.x, let y = session.panel?.y, x.resolution > 0, y.resolution > 0 else {
            return 16.0 / 9
        }
        let width = (Double(x.max) - Double(x.min)) / Double(x.resolution)
        let height = (Double(y.max) - Double(y.min)) / Double(y.resolution)
        guard width > 0, height > 0 else { return 16.0 / 9 }
        return min(max(width / height, 0.25), 4)
    }

    private static func inner(_ columns: Int, _ rows: Int, _ aspect: Double) -> (columns: Int, rows: Int) {
        let perRow = aspect * 2
        let width = min(columns, max(1, Int((Double(rows) * perRow).rounded())))
        return (width, min(rows, max(1, Int((Double(width) / perRow).rounded()))))
    }

    /// The cells that lie below one character: one of them, or all where characters are the coarser ones.
    private static func part(_ index: Int, of characters: Int, _ cells: Int) -> ClosedRange<Int> {
        guard characters < cells else {
            let middle = (2 * index + 1) * cells / (2 * characters)
            return middle...middle
        }
        return index * cells / characters...(index + 1) * cells / characters - 1
    }

    private static func shade(_ map: TouchedCells, _ columns: ClosedRange<Int>, _ rows: ClosedRange<Int>) -> Character {
        let most = rows.flatMap { row in columns.map { map[$0, row] } }.max() ?? 0
        // A finger that slides by leaves one or two reports, one that taps about ten.
        switch most {
        case 0: return " "
        case 1..<4: return "░"
        case 4..<16: return "▒"
        case 16..<64: return "▓"
        default: return "█"
        }
    }

    private static func place(_ share: Double, _ count: Int) -> Int {
        min(Int(min(max(share, 0), 1) * Double(count)), count - 1)
    }

    private static func label(_ number: Int) -> Character {
        (1...35).contains(number) ? Character(String(number, radix: 36)) : "*"
    }

    /// Cut or filled to so many cells.
    private static func fit(_ text: String, _ columns: Int) -> String {
        var (result, used) = ("", 0)
        for character in text {
            let width = TextTable.width(String(character))
            guard used + width <= columns else { break }
            result.append(character)
            used += width
        }
        return result + String(repeating: " ", count: columns - used)
    }
}
