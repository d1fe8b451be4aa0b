import ZoneModel
import ZoneTime
import ZoneYAML

/// What should stand where hours cannot be read, by what is wrong with them.
enum HoursMistake {
    private static let times = Expected(
        "closed、休息，或一到四段时间，如 09:00-12:00 14:00-17:00", "closed, or up to four times such as 09:00-12:00 14:00-17:00")
    private static let wide: Set<Character> = ["：", "－", "–", "—", "～", "~", "，", "、"]

    static func expected(_ text: String) -> Expected {
        if let sign = text.first(where: wide.contains) {
            return Expected(
                "英文的冒号和减号，如 09:00-17:00，不用“\(sign)”", "a plain colon and hyphen as in 09:00-17:00, not “\(sign)”")
        }
        let words = text.split { $0 == " " || $0 == "," }.map(String.init)
        guard words.contains(where: { $0.contains("-") }) else { return times }
        if words.count > 4 {
            return Expected("一天最多四段时间，这里有 \(words.count) 段", "at most four times a day, not \(words.count)")
        }
        return words.lazy.compactMap(aboutOne).first ?? aboutOrder(words) ?? times
    }

    private static func aboutOne(_ word: String) -> Expected? {
        let (ends, shown) = (word.split(separator: "-", omittingEmptySubsequences: false), word.cleaned(limit: 40))
        guard ends.count == 2 else {
            return Expected("像 09:00-17:00 这样的时间，“\(shown)”不是", "times such as 09:00-17:00, which “\(shown)” is not")
        }
        if let wrong = ends.lazy.compactMap({ aboutEnd(String($0)) }).first { return wrong }
        guard ends[0] == ends[1] else { return nil }
        return Expected(
            "开始和结束不同的时间，全天写 00:00-24:00", "an end that is not the beginning; round the clock is 00:00-24:00")
    }

    private static func aboutEnd(_ text: String) -> Expected? {
        let (parts, shown) = (text.split(separator: ":", omittingEmptySubsequences: false), text.cleaned(limit: 20))
        let isForm = parts.count == 2 && parts.allSatisfy { $0.utf8.count == 2 && $0.allSatisfy(\.isWholeNumber) }
        guard isForm else {
            return Expected("像 09:00 这样两位数的时刻，“\(shown)”不是", "two digits each such as 09:00, which “\(shown)” is not")
        }
        guard DayHours("00:00-\(text)") == nil, text != "00:00" else { return nil }
        return Expected("00:00 到 24:00 的时刻，没有“\(shown)”", "times from 00:00 to 24:00, and “\(shown)” is none")
    }

    private static func aboutOrder(_ words: [String]) -> Expected? {
        let wrong = zip(words, words.dropFirst()).first { WeeklyHours.Day("\($0) \($1)") == nil }
        return wrong.map { before, next in
            Expected(
                "先后排列、不重叠的时间，“\(next)”在“\(before)”结束前就开始了",
                "times in order that do not overlap: “\(next)” begins before “\(before)” has ended")
        }
    }
}
