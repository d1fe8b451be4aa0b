import ZoneModel

/// Packages: which revision of cupsd, and what should not be there at all.
enum CUPSDPackages {
    private static let id = "cupsd.revision"
    /// Debian 12's; what it mends, by its changelog.
    static let minimum = "2.4.2-3+deb12u9"
    private static let mended = [
        ("2.4.2-3+deb12u8", "CVE-2024-47175"), ("2.4.2-3+deb12u9", "CVE-2025-58060, CVE-2025-58364"),
    ]
    private static let patience = Duration.seconds(3)

    static func findings(_ patient: Patient) async -> [Finding] {
        let format = "${Package} ${Version} ${db:Status-Status}\n"
        let end = await patient.programs.run(
            "dpkg-query", ["-W", "-f", format, "cups-daemon", "cups-browsed"], within: patience)
        switch end {
        // No Debian, or a folder in place of the system.
        case .missing: return []
        case .overran, .failed:
            return [
                .unknown(
                    id, "问不到 cups-daemon 的版本。", "Cannot ask which revision cups-daemon is.",
                    Saying("dpkg-query -W cups-daemon", "dpkg-query -W cups-daemon"))
            ]
        // 1: one of them is unknown to dpkg.
        case .ended(_, let words):
            var versions: [String: String] = [:]
            for line in words.split(separator: "\n") {
                let parts = line.split(separator: " ").map(String.init)
                if parts.count == 3, parts[2] == "installed" { versions[parts[0]] = parts[1] }
            }
            let findings = await revision(versions["cups-daemon"], patient)
            return await findings + browsedFindings(versions["cups-browsed"] != nil, patient)
        }
    }

    private static func revision(_ version: String?, _ patient: Patient) async -> [Finding] {
        guard let version else { return [] }
        let shown = version.cleaned(limit: 60)
        var holes: [String] = []
        for (mending, names) in mended {
            // Debian's own rules: the version comes from dpkg, so it goes back to it.
            let end = await patient.programs.run(
                "dpkg", ["--compare-versions", version, "lt", mending], within: patience)
            switch end {
            case .ended(0, _): holes.append(names)
            case .ended(1, _): continue
            case .ended, .missing, .overran, .failed:
                return [
                    .unknown(
                        id, "cups-daemon \(shown) 无法与 \(minimum) 比较。",
                        "cups-daemon \(shown) cannot be compared with \(minimum).",
                        Saying("dpkg-query -W cups-daemon", "dpkg-query -W cups-daemon"))
                ]
            }
        }
        guard holes.isEmpty else {
            let names = holes.joined(separator: ", ")
            return [
                .warning(
                    id, "cups-daemon \(shown) 太旧，有已知漏洞 \(names)；至少 \(minimum)。",
                    "cups-daemon \(shown) is too old and has known holes, \(names); at least \(minimum).",
                    Saying(
                        "sudo apt-get update && sudo apt-get install --no-install-recommends cups-daemon",
                        "sudo apt-get update && sudo apt-get install --no-install-recommends cups-daemon"))
            ]
        }
        return [.ok(id, "cups-daemon \(shown)。", "cups-daemon \(shown).")]
    }

    private static func browsedFindings(_ isInstalled: Bool, _ patient: Patient) async -> [Finding] {
        let end = await patient.programs.run("systemctl", ["is-active", "cups-browsed"], within: patience)
        var isRunning = false
        if case .ended(0, let words) = end { isRunning = words.hasPrefix("active") }
        guard isInstalled || isRunning else { return [] }
        let state = isRunning ? Saying("在运行", "runs") : Saying("已安装", "is installed")
        return [
            .warning(
                "cupsd.browsed", "cups-browsed \(state.zh)：它会自动加上别人广播的打印机（CVE-2024-47176）。",
                "cups-browsed \(state.en): it adds printers that anybody announces (CVE-2024-47176).",
                Saying("sudo apt-get purge cups-browsed", "sudo apt-get purge cups-browsed"))
        ]
    }
}
