import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// `zonectl copy`: tries what citizens do at the kiosk.
extension Technician {
    private static let look = Duration.milliseconds(300)

    /// - Parameter turned: waits until somebody says that the card has been turned over.
    /// - Returns: whether a copy came out.
    package func copy(_ request: CopyRequest, turned: @escaping @Sendable () -> Void) async throws -> Bool {
        struct Nothing: Encodable {}
        var copy = try await agent.post(CopyJSON.self, "/v1/copies", request)
        var told: CopyJSON.State?
        while true {
            if copy.state != told { show(CopyText.line(copy)) }
            told = copy.state
            guard !copy.state.isOver else { return copy.state == .done }
            if copy.state == .waitingForSecondSide {
                await BlockingLane(label: "copy").run(turned)
                copy = try await agent.post(CopyJSON.self, "/v1/copies/\(copy.id)/next", Nothing())
                continue
            }
            try await clock.sleep(for: Technician.look)
            copy = try await agent.get(CopyJSON.self, "/v1/copies/\(copy.id)")
        }
    }
}

/// A copy, for people.
package enum CopyText {
    static func line(_ copy: CopyJSON) -> String {
        switch copy.state {
        case .scanning: "… 正在扫描 scanning\n"
        case .waitingForSecondSide: "请翻到另一面，再按回车 turn the card over, then press Enter (60 s)\n"
        case .printing: "… 正在打印 printing: \(copy.pages) 页，job \(copy.job ?? "")\n"
        case .done: "● 复印完成 done: \(copy.pages) 页 × \(copy.copies)\n"
        case .failed: "✕ 没有成功 failed: \(problem(copy))\n"
        case .givenUp: "○ 已取消 given up: \(problem(copy))\n"
        }
    }

    private static func problem(_ copy: CopyJSON) -> String {
        copy.problem.map { "\($0.zh.cleaned()) (\($0.message.cleaned()))" } ?? ""
    }
}
