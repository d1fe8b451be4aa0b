import ZoneControlClient
import ZoneModel
import ZoneWire

/// `zonectl duty`, `zonectl checklist`.
extension Technician {
    package func duties(asJSON: Bool) async throws {
        let list = try await agent.get(DutyListJSON.self, "/v1/duties")
        show(asJSON ? try WireCoding.text(list) + "\n" : DutyTable.text(list))
    }

    /// - Parameter step: `done`, or `begun` for what it waits for.
    package func enterDuty(_ duty: String, _ step: String, date: String?, note: String?) async throws {
        let answer = try await agent.post(
            DutyJSON.self, "/v1/duties/\(PathSegment.encode(duty))/\(step)", DutyRequest(date: date, note: note))
        show(DutyTable.line(answer))
    }

    package func takeBackDuty(_ duty: String, date: String?) async throws {
        let day = date.map { "?date=\(PathSegment.encode($0))" } ?? ""
        let answer = try await agent.delete(DutyJSON.self, "/v1/duties/\(PathSegment.encode(duty))/done\(day)")
        show(DutyTable.line(answer))
    }

    /// - Parameter list: `nil`: all of them.
    package func checkLists(_ list: String?) async throws {
        let all = try await agent.get([CheckListJSON].self, "/v1/checklists")
        let lists = list.map { id in all.filter { $0.id == id } } ?? all
        show(
            lists.isEmpty
                ? "没有这份清单。 There is no such check-list.\n" : lists.map(DutyTable.text).joined(separator: "\n"))
    }

    /// - Parameter found: `water=yes`, `cups=no`, `pens=12`.
    package func fillCheckList(_ list: String, _ found: [String]) async throws {
        var items: [String: JSONValue] = [:]
        for text in found {
            guard let (item, value) = FoundText.read(text) else { throw FoundText.Unfit(text: text.cleaned(limit: 60)) }
            items[item] = value
        }
        let answer = try await agent.post(
            CheckListJSON.self, "/v1/checklists/\(PathSegment.encode(list))", CheckListRequest(items: items))
        show(DutyTable.text(answer))
    }
}

/// What somebody types of one thing of a check-list.
enum FoundText {
    struct Unfit: Error, CustomStringConvertible {
        let text: String
        var description: String {
            "“\(text)”不是“编号=有、无或数量”，例如 water=yes、cups=no、pens=12。"
                + " “\(text)” is no ID=yes, ID=no or ID=NUMBER."
        }
    }

    static func read(_ text: String) -> (String, JSONValue)? {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        switch parts[1] {
        case "yes", "有": return (parts[0], true)
        case "no", "无": return (parts[0], false)
        default:
            guard let count = Int64(parts[1]), count >= 0 else { return nil }
            return (parts[0], .integer(count))
        }
    }
}
