import ZoneConfig
import ZoneModel
import ZoneWire

/// What the running agent says about itself and its devices.
package struct AgentCheck: Check {
    package let id = "agent"
    package let title = Saying("服务和设备", "Agent and devices")
    package let deadline = Duration.seconds(8)

    package init() {}

    package func run(in patient: Patient) async -> [Finding] {
        let path = patient.places.adminSocket
        do throws(AgentSilence) {
            let status = try await patient.agent.status(at: path)
            let devices = try await patient.agent.devices().devices
            let findings = devices.compactMap(DeviceFinding.make)
            return [running(status, patient)] + findings + fine(devices.count - findings.count)
        } catch {
            return [Silence.finding("agent.running", path, error, patient)]
        }
    }

    private func running(_ status: StatusJSON, _ patient: Patient) -> Finding {
        let version = status.version.cleaned(limit: 40)
        guard status.version == patient.version else {
            return .warning(
                "agent.version", "运行中的服务是 \(version) 版，本程序是 \(patient.version) 版。",
                "The running agent is version \(version), this program is \(patient.version).", Remedy.restart(patient))
        }
        let minutes = status.uptimeMs / 60_000
        return .ok(
            "agent.running", "\(version) 版，已运行 \(minutes) 分钟，专区 \(status.zone)。",
            "Version \(version), up for \(minutes) minutes, zone \(status.zone).")
    }

    private func fine(_ count: Int) -> [Finding] {
        count > 0 ? [.ok("agent.device", "\(count) 台设备正常。", "\(count) devices are ok.")] : []
    }
}

/// A device that is not ok, with its reason in words.
enum DeviceFinding {
    /// `nil` for one that is.
    static func make(_ device: DeviceJSON) -> Finding? {
        guard let verdict = verdict(device) else { return nil }
        let conditions = device.conditions.filter { $0.severity != .notice }
        let reason = device.reason.map { ReasonWords($0, of: device.kind) }
        let zh = conditions.map { $0.texts?.headline ?? $0.code } + [reason?.meaning.zh].compactMap { $0 }
        let en = conditions.map { $0.texts?.english ?? $0.code } + [reason?.meaning.en].compactMap { $0 }
        let mistakes = conditions.compactMap(\.namedMistake).map { "（\($0)）" }.joined()
        let name = "\(device.id)\(device.simulated ? "（模拟 simulated）" : "")"
        return Finding(
            "agent.device", verdict,
            Saying(
                "\(name) \(Words.kind(device.kind))：\(zh.isEmpty ? "情况不明" : zh.joined(separator: "；"))\(mistakes)。",
                "\(name): \(en.isEmpty ? "nothing is known" : en.joined(separator: "; "))."),
            remedy: verdict == .notApplicable ? nil : remedy(conditions, reason))
    }

    private static func verdict(_ device: DeviceJSON) -> Verdict? {
        if device.mode == .disabled { return .notApplicable }
        switch device.health {
        case .ok: return nil
        case .degraded: return .warning
        case .failed: return .fault
        case .unknown: return .unknown
        }
    }

    private static func remedy(_ conditions: [ConditionJSON], _ reason: ReasonWords?) -> Saying {
        let step = conditions.compactMap(\.texts).first?.nextStep
        guard let reason else {
            if conditions.contains(where: { $0.namedMistake != nil }) { return ConfigurationCheck.correct }
            return Saying(step ?? "看详情：zonectl status", "See zonectl status, and who can fix it there")
        }
        return Saying([step, reason.remedy.zh].compactMap { $0 }.joined(separator: "；"), reason.remedy.en)
    }
}
