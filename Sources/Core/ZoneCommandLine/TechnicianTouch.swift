import NIOHTTP1
import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

/// `zonectl touch …`: check, calibration and cleaning of a touch panel.
extension Technician {
    private static let look = Duration.milliseconds(200)
    /// A cleaning ends with its lease: when this program dies, the panel works again after so many ms.
    private static let leaseTTL: Int64 = 5000

    /// - Returns: whether the panel has passed.
    package func checkPanel(_ device: String, _ request: TouchCheckRequest) async throws -> Bool {
        try await followCheck(device, request).state == .passed
    }

    /// Checks, then writes what the check has found.
    /// - Returns: whether it is written, and udev says so where it can be asked.
    package func calibratePanel(_ device: String, _ request: TouchCheckRequest) async throws -> Bool {
        let check = try await followCheck(device, request)
        guard check.calibration != nil else {
            show("✕ 没有可写入的校准值 nothing to write: \(TouchText.unfit)\n")
            return false
        }
        let written = try await agent.post(
            CalibrationJSON.self, "/v1/devices/\(device)/calibration", CalibrationRequest(check: check.check))
        show(TouchText.line(written))
        return written.isInForce != false
    }

    package func undoCalibration(_ device: String) async throws -> Bool {
        let left = try await agent.delete(CalibrationJSON.self, "/v1/devices/\(device)/calibration")
        show(TouchText.line(left))
        return left.isInForce != false
    }

    package func cleanPanel(_ device: String, seconds: Int) async throws -> Bool {
        let route = "/v1/devices/\(device)"
        let lease = try await agent.post(LeaseJSON.self, route + "/lease", LeaseRequest(ttl: Self.leaseTTL))
        let holder = agent.with(["Lease-Token": lease.token])
        do {
            _ = try await holder.post(CleaningJSON.self, route + "/cleaning", CleaningRequest(seconds: seconds))
            show("… 可以擦屏幕了，触摸暂不起作用；按住左上角3秒提前结束 wipe now; hold the upper left corner for 3 s to end\n")
            while let rest = try await agent.get(DeviceJSON.self, route).details?["cleaningEndsInMs"]?.integerValue {
                show("… 还有 \((rest + 999) / 1000) 秒 seconds left\n")
                try await clock.sleep(for: .seconds(1))
                _ = try await holder.put(LeaseJSON.self, route + "/lease", LeaseRequest(ttl: Self.leaseTTL))
            }
        } catch {
            try? await holder.send(.DELETE, route + "/lease")
            throw error
        }
        try await holder.send(.DELETE, route + "/lease")
        show("● 清洁结束，触摸已恢复 over: the panel takes touches again\n")
        return true
    }

    private func followCheck(_ device: String, _ request: TouchCheckRequest) async throws -> TouchCheckJSON {
        let route = "/v1/devices/\(device)/touch-check"
        let begun = try await agent.post(TouchCheckBegunJSON.self, route, request)
        show("请依次触摸屏幕上的这些位置，共 \(begun.endsIn / 1000) 秒 touch these places in turn\n")
        var told = -1
        while true {
            let check = try await agent.get(TouchCheckJSON.self, "\(route)/\(begun.check)")
            if let next = check.next, next != told, next < begun.targets.count {
                told = next
                show(TouchText.target(next, begun.targets))
            }
            guard !check.state.isOver else {
                show(TouchText.result(check))
                return check
            }
            try await clock.sleep(for: Self.look)
        }
    }
}

/// Panels, for people.
enum TouchText {
    static let unfit = "请重新检测；仍不行就是触摸屏本身有问题 repeat the check, else repair the panel"

    static func target(_ index: Int, _ targets: [GlassPointJSON]) -> String {
        let point = targets[index]
        let (x, y) = (Int((point.x * 100).rounded()), Int((point.y * 100).rounded()))
        return "  \(index + 1)/\(targets.count)  左起 \(x)%，上起 \(y)%  (\(x)% from the left, \(y)% from the top)\n"
    }

    static func result(_ check: TouchCheckJSON) -> String {
        let missed = check.results.count { $0.state == .missed }
        let wrong = check.results.count { $0.state == .wrongPlace }
        let facts = "\(missed) 处没有反应 missed，\(wrong) 处位置不准 off"
        let residual = check.residualMm.map { "，残差 residual \($0) mm" } ?? ""
        let through = check.matrix == nil ? "" : "，按现有校准判定 judged through the calibration in force"
        switch check.state {
        case .passed: return "● 合格 passed\(residual)\(through)\n"
        case .failed: return "✕ 不合格 failed: \(facts)；\(shape(check.shape))\(residual)\(through)\n"
        case .timedOut: return "○ 触摸的位置太少，没有结论 too few marks were touched to say anything\n"
        case .cancelled: return "○ 已取消 cancelled\n"
        case .running: return ""
        }
    }

    private static func shape(_ word: String?) -> String {
        switch word {
        case "fits": "位置准确 in place"
        case "swapped": "横竖颠倒 axes swapped"
        case "turned": "方向转了 turned by a quarter"
        case "inverted": "左右或上下颠倒 mirrored"
        case "offset": "整体偏移 shifted"
        case "scaled": "比例不对 stretched"
        default: "没有规律 no straight map fits"
        }
    }

    static func line(_ calibration: CalibrationJSON) -> String {
        let matrix = calibration.matrix.map { $0.map { "\($0)" }.joined(separator: " ") } ?? "无 none"
        let state =
            switch calibration.isInForce {
            case true?: "系统已登记；重新登录桌面（或重启）后生效 udev has it; the desktop takes it at its next start"
            case false?: "文件已写入，但系统还没有登记，请重启 written, but udev does not say so: restart the PC"
            case nil: "文件已写入 written; there is no device node to ask about"
            }
        return "● 校准 calibration: \(matrix)\n  \(calibration.file)\n  \(state)\n"
    }
}
