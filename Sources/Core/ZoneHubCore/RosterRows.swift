/// Lines of a CSV file (RFC 4180): fields between commas, quotes around what has commas, quotes doubled or line breaks
/// in it.
enum CSVRows {
    struct Row {
        /// Where it begins, from 1.
        var line: Int
        var fields: [String]
    }

    private static let mostFields = 64

    private struct State {
        var rows: [Row] = []
        var row = Row(line: 1, fields: [])
        var field = String.UnicodeScalarView()
        var isQuoted = false
        /// The field was in quotes, and they are closed.
        var wasQuoted = false
        var line = 1

        var isFresh: Bool { field.isEmpty && !wasQuoted }

        mutating func endField() {
            row.fields.append(String(field))
            (field, wasQuoted) = (String.UnicodeScalarView(), false)
        }

        /// Lines with nothing at all in them are passed over: spreadsheets leave them at the end.
        mutating func endRow() {
            endField()
            if row.fields.contains(where: { !$0.isEmpty }) { rows.append(row) }
            row = Row(line: line, fields: [])
        }
    }

    static func read(_ text: String) throws(RosterCSV.Trouble) -> [Row] {
        var state = State()
        var scalars = text.unicodeScalars.makeIterator()
        var pushed: Unicode.Scalar?
        while let scalar = pushed ?? scalars.next() {
            pushed = nil
            if scalar == "\n" { state.line += 1 }
            if state.isQuoted {
                guard scalar == "\"" else {
                    state.field.append(scalar)
                    continue
                }
                pushed = scalars.next()
                if pushed == "\"" {
                    state.field.append("\"")
                    pushed = nil
                } else {
                    (state.isQuoted, state.wasQuoted) = (false, true)
                }
            } else {
                try plain(scalar, &state)
            }
        }
        guard !state.isQuoted else { throw trouble(state.row.line, "引号没有结束", "a quote is not closed") }
        state.endRow()
        return state.rows
    }

    private static func plain(_ scalar: Unicode.Scalar, _ state: inout State) throws(RosterCSV.Trouble) {
        switch scalar {
        case ",": state.endField()
        case "\n": state.endRow()
        case "\r": break
        case "\"" where state.isFresh: state.isQuoted = true
        default:
            guard scalar != "\"", !state.wasQuoted else {
                throw trouble(state.line, "引号位置不对", "a quote in the wrong place")
            }
            state.field.append(scalar)
        }
        guard state.row.fields.count <= mostFields else {
            throw trouble(state.line, "列太多", "too many columns")
        }
    }

    private static func trouble(_ line: Int, _ zh: String, _ en: String) -> RosterCSV.Trouble {
        RosterCSV.Trouble(complaints: [.init(line: line, zh: zh, en: en)])
    }
}
