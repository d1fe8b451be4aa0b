import ZoneConfig
import ZoneModel
import ZoneWire
import ZoneYAML

/// agent.yaml and the hub's layer as they are on the disk, and which of them the running agent uses.
package struct ConfigurationCheck: Check {
    package let id = "configuration"
    package let title = Saying("配置", "Configuration")

    package init() {}

    package func run(in patient: Patient) async -> [Finding] {
        await files(patient) + inForce(patient)
    }

    private func files(_ patient: Patient) async -> [Finding] {
        let (path, upper) = (patient.places.agentConfig, patient.places.remoteConfig)
        let option = Remedy.rootOption(patient.places)
        switch await patient.read(path) {
        case .missing:
            return [
                .fault(
                    "configuration.site", "还没有 \(path)。", "There is no \(path) yet.",
                    Saying(
                        "生成一份：sudo zonectl setup --zone 专区编号 --write\(option)",
                        "Make one: sudo zonectl setup --zone ID --write\(option)")
                )
            ]
        case .notPermitted: return [.hidden("configuration.site", path)]
        case .failed(let detail): return [.unreadable("configuration.site", path, detail)]
        case .seen(let text):
            let site = ConfigurationText(file: path, text: text)
            return [siteFinding(site), remoteFinding(upper, await patient.read(upper), over: site)]
        }
    }

    private func siteFinding(_ site: ConfigurationText) -> Finding {
        do throws(FileComplaint) {
            let config = try ReadConfiguration(site: site).config
            let count = config.devices.count
            return .ok(
                "configuration.site", "\(site.file) 正确：专区 \(config.zone)，\(count) 台设备。",
                "\(site.file) is right: zone \(config.zone), \(count) devices.")
        } catch {
            return .fault("configuration.site", "\(error.zh)。", "\(error.english).", ConfigurationCheck.correct)
        }
    }

    private func remoteFinding(_ path: String, _ sight: Sight<String>, over site: ConfigurationText) -> Finding {
        let id = "configuration.remote"
        switch sight {
        case .missing: return .ok(id, "没有区级配置，只用本机的。", "There is no layer of the hub; the site's file is all.")
        case .notPermitted: return .hidden(id, path)
        case .failed(let detail): return .unreadable(id, path, detail)
        case .seen(let text):
            do throws(FileComplaint) {
                _ = try ReadConfiguration(site: site, remote: ConfigurationText(file: path, text: text))
                return .ok(id, "区级配置正确。", "The hub's layer is right.")
            } catch  where error.file == path {
                return .fault(id, "\(error.zh)。", "\(error.english).", ConfigurationCheck.pushAgain)
            } catch {
                return .unknown(
                    id, "本机配置有错，区级配置无法核对。", "The site's file is wrong, so the hub's layer cannot be tried on it.",
                    ConfigurationCheck.correct)
            }
        }
    }

    /// An agent that does not run has nothing in force; that it does not run, another check says.
    private func inForce(_ patient: Patient) async -> [Finding] {
        let id = "configuration.inForce"
        do throws(AgentSilence) {
            return findings(about: try await patient.agent.configuration())
        } catch .notPermitted {
            return [.unknown(id, "无权询问运行中的服务。", "Not permitted to ask the running agent.", Remedy.joinTechnicians)]
        } catch .noAnswer(let detail) {
            return [
                .unknown(
                    id, "服务没有说明正在用哪份配置：\(detail)。", "The agent did not say what is in force: \(detail).",
                    Remedy.readTheLog)
            ]
        } catch {
            return []
        }
    }

    private func findings(about config: ConfigurationJSON) -> [Finding] {
        let id = "configuration.inForce"
        var findings: [Finding] = []
        if let complaint = config.complaint {
            findings.append(
                .fault(
                    id, "服务仍在用上次正确的配置：\(complaint)", "The agent still uses the last good files: \(complaint)",
                    ConfigurationCheck.correct))
        }
        for complaint in config.complaints ?? [] {
            findings.append(
                .warning(
                    id, "有错，这一处没有采用：\(complaint)", "A mistake, of which nothing is used: \(complaint)",
                    ConfigurationCheck.correct))
        }
        if !config.pendingRestart.isEmpty {
            let keys = config.pendingRestart.joined(separator: ", ")
            findings.append(
                .warning(
                    id, "这些项重启后才生效：\(keys)。", "These keys take effect at the next start: \(keys).",
                    Saying(
                        "方便时重启：sudo systemctl restart zone-agent",
                        "Restart when it suits: sudo systemctl restart zone-agent")))
        }
        return findings.isEmpty
            ? [.ok(id, "正在使用，版本 \(config.revision)。", "In force, revision \(config.revision).")] : findings
    }

    static let correct = Saying(
        "改正这一行，再运行 zonectl config reload（看结果：zonectl config）",
        "Correct that line, then run zonectl config reload (and look: zonectl config)")
    private static let pushAgain = Saying(
        "请区级平台重新下发正确的配置；docs/configuration.md 写有手工清空的办法",
        "Have the hub send a right one; docs/configuration.md says how to empty it by hand")
}
