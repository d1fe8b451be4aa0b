import ZoneModel

/// The same in both languages.
package struct Saying: Sendable, Hashable, Codable {
    package var zh: String
    package var en: String

    package init(_ zh: String, _ en: String) { (self.zh, self.en) = (zh, en) }

    /// Whatever file, device or program it quotes: nothing of it moves a cursor.
    var cleaned: Saying { Saying(zh.cleaned(limit: 600), en.cleaned(limit: 600)) }
}

package enum Verdict: String, Sendable, Codable, CaseIterable {
    case fault, warning
    /// It could not be looked at: never ok.
    case unknown
    case ok
    /// There is nothing to look at, such as systemd's unit for an agent with `--root`.
    case notApplicable

    var badge: String {
        switch self {
        case .fault: "✕ 故障 fault"
        case .warning: "▲ 警告 warning"
        case .unknown: "? 未知 unknown"
        case .ok: "● 正常 ok"
        case .notApplicable: "— 不适用 n/a"
        }
    }
}

extension Verdict: Comparable {
    /// The worst first.
    package static func < (left: Verdict, right: Verdict) -> Bool { left.rank < right.rank }
    private var rank: Int { Verdict.allCases.firstIndex(of: self) ?? 0 }
}

/// One thing that was looked at.
package struct Finding: Sendable, Hashable, Codable {
    /// Stable, such as `profiles.lint`; several findings of a run may have the same.
    package let id: String
    package let verdict: Verdict
    package let seen: Saying
    /// What to type or do next; absent when there is nothing to do.
    package let remedy: Saying?

    package init(_ id: String, _ verdict: Verdict, _ seen: Saying, remedy: Saying? = nil) {
        (self.id, self.verdict, self.seen, self.remedy) = (id, verdict, seen.cleaned, remedy?.cleaned)
    }

    package static func ok(_ id: String, _ zh: String, _ en: String) -> Finding { Finding(id, .ok, Saying(zh, en)) }

    package static func fault(_ id: String, _ zh: String, _ en: String, _ remedy: Saying) -> Finding {
        Finding(id, .fault, Saying(zh, en), remedy: remedy)
    }

    package static func warning(_ id: String, _ zh: String, _ en: String, _ remedy: Saying) -> Finding {
        Finding(id, .warning, Saying(zh, en), remedy: remedy)
    }

    package static func unknown(_ id: String, _ zh: String, _ en: String, _ remedy: Saying) -> Finding {
        Finding(id, .unknown, Saying(zh, en), remedy: remedy)
    }

    static func hidden(_ id: String, _ path: String) -> Finding {
        unknown(id, "无权查看 \(path)。", "Not permitted to look at \(path).", Remedy.asRoot)
    }

    static func unreadable(_ id: String, _ path: String, _ detail: String) -> Finding {
        unknown(
            id, "读不到 \(path)：\(detail)。", "Cannot read \(path): \(detail).",
            Saying("检查磁盘和该文件后再运行。", "Look at the disk and that file, then run this again."))
    }

    static func onlyForTheSystem(_ id: String) -> Finding {
        Finding(
            id, .notApplicable,
            Saying("使用 --root 时不适用：这是系统服务的检查项。", "Not applicable with --root: this is about the system's own service."))
    }
}
