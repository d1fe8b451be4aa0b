import Glibc
import Testing
import ZoneCommandLine
import ZoneLinux
import ZoneModel
import ZoneTestKit

@Suite("The doctor and cupsd's settings")
struct CUPSDCheckTests {
    private static let header = "  sl  local_address rem_address   st tx_queue rx_queue\n"

    /// A PC with cupsd as it should be.
    private func shop() throws -> DoctorPC {
        var pc = try DoctorPC()
        try pc.write("/usr/sbin/cupsd", "")
        let good = try CUPSDEdit.set(Array(CUPSDEditTests.debian.utf8), file: "c")
        try pc.write("/etc/cups/cupsd.conf", String(decoding: good, as: UTF8.self))
        try pc.write("/var/spool/cups/tmp/x", "")
        for table in ["udp", "udp6", "tcp", "tcp6"] { try pc.write("/proc/net/\(table)", Self.header) }
        answer(&pc, [:])
        return pc
    }

    private func answer(_ pc: inout DoctorPC, _ more: [String: ProgramEnd]) {
        let answers: [String: ProgramEnd] = [
            "dpkg-query": .ended(code: 1, words: "cups-daemon 2.4.2-3+deb12u9 installed\n"),
            "dpkg --compare-versions 2.4.2-3+deb12u9": .ended(code: 1, words: ""),
            "systemctl is-active cups-browsed": .ended(code: 3, words: "inactive\n"),
            "lpstat -o": .ended(code: 0, words: ""),
        ]
        pc.patient.programs = ScriptedPrograms(answers: answers.merging(more) { _, new in new })
    }

    @Test("a PC without cupsd is fine, and one with our settings too")
    func fine() async throws {
        let bare = try DoctorPC()
        #expect(await bare.findings(of: CUPSDCheck()).allSatisfy { $0.verdict == .ok })
        let findings = try await shop().findings(of: CUPSDCheck())
        #expect(findings.allSatisfy { $0.verdict == .ok })
        for id in ["settings", "ports", "revision", "spool", "queues"] {
            #expect(findings.contains { $0.id == "cupsd.\(id)" }, "\(id)")
        }
    }

    @Test("settings that are not ours, with file and line; what cannot be read is unknown")
    func settings() async throws {
        var pc = try shop()
        try pc.write("/etc/cups/cupsd.conf", CUPSDEditTests.debian)
        let bad = await pc.findings(of: CUPSDCheck()).bad("cupsd.settings")
        #expect(bad.count == 9)
        #expect(bad.contains { $0.seen.en.contains("/etc/cups/cupsd.conf:5: ErrorPolicy should be abort-job") })
        #expect(bad.allSatisfy { $0.remedy?.en.contains("zonectl printers cupsd set") == true })
        try pc.write("/etc/cups/cups-files.conf", "FileDevice Yes\n")
        #expect(await pc.findings(of: CUPSDCheck()).bad("cupsd.settings").count == 10)
        try pc.write("/etc/cups/cupsd.conf", "<Policy default>\n")
        #expect(
            await pc.findings(of: CUPSDCheck()).bad("cupsd.settings").first?.remedy?.en.contains("cupsd -t") == true)
        pc.close("/etc/cups")
        #expect(await pc.findings(of: CUPSDCheck()).only("cupsd.settings")?.verdict == .unknown)
    }

    @Test("settings behind a link are looked at as cupsd does, and nobody is told to have a link changed")
    func link() async throws {
        let pc = try shop()
        try pc.write("/etc/cups/real.conf", CUPSDEditTests.debian)
        let path = "\(pc.root.path)/etc/cups/cupsd.conf"
        SmallFile.remove(path)
        try #require(symlink("real.conf", path) == 0)
        let bad = await pc.findings(of: CUPSDCheck()).bad("cupsd.settings")
        #expect(bad.count == 9)
        #expect(bad.allSatisfy { $0.remedy?.en.contains("is a link to real.conf") == true })
    }

    @Test("documents of jobs that are over are counted and never named; those of a waiting job may be there")
    func spool() async throws {
        var pc = try shop()
        for name in ["d00012-001", "d00013-001", "c00012", "d00014-001.secret-name"] {
            try pc.write("/var/spool/cups/\(name)", "x")
        }
        let old = timeval(tv_sec: Int(pc.patient.wall.milliseconds / 1000) - 7200, tv_usec: 0)
        try #require(utimes("\(pc.root.path)/var/spool/cups/d00012-001", [old, old]) == 0)
        answer(&pc, ["lpstat -o": .ended(code: 0, words: "hall-13  zhang  1024  Sat Nov 21\nb-14  x  1  y\n")])
        let finding = try #require(await pc.findings(of: CUPSDCheck()).only("cupsd.spool"))
        #expect(finding.verdict == .warning && finding.seen.en.contains("1 documents of jobs that are over"))
        #expect(finding.seen.en.contains("120 minutes") && finding.remedy?.en.contains("cancel -a -x") == true)
        #expect(!finding.seen.en.contains("secret"))
        answer(&pc, ["lpstat -o": .overran])
        #expect(await pc.findings(of: CUPSDCheck()).only("cupsd.spool")?.verdict == .unknown)
        try pc.write("/etc/cups/cups-files.conf", "RequestRoot /srv/spool\n")
        #expect(await pc.findings(of: CUPSDCheck()).only("cupsd.spool") == nil)
    }

    @Test(
        "who listens at 631: loopback and sockets are fine, everything else is not, and no datagram is",
        arguments: [
            ("tcp", "0100007F:0277 00000000:0000 0A", true), ("tcp", "00000000:0277 00000000:0000 0A", false),
            ("tcp", "0501A8C0:0277 00000000:0000 0A", false), ("tcp", "0501A8C0:D000 0701A8C0:0277 01", true),
            ("tcp6", "00000000000000000000000001000000:0277 0:0 0A", true),
            ("tcp6", "00000000000000000000000000000000:0277 0:0 0A", false),
            ("tcp6", "0000000000000000FFFF00000100007F:0277 0:0 0A", true),
            ("udp", "00000000:0277 00000000:0000 07", false), ("udp", "00000000:0276 00000000:0000 07", true),
        ])
    func ports(_ table: String, _ line: String, _ isFine: Bool) async throws {
        let pc = try shop()
        try pc.write("/proc/net/\(table)", Self.header + "   0: \(line) 00000000:00000000 00:0\nnonsense\n")
        #expect((await pc.findings(of: CUPSDCheck()).only("cupsd.ports") == nil) == isFine)
    }

    @Test("a revision with known holes names them; cups-browsed should not be there")
    func packages() async throws {
        var pc = try shop()
        answer(
            &pc,
            [
                "dpkg-query": .ended(
                    code: 0, words: "cups-daemon 2.4.2-3+deb12u7 installed\ncups-browsed 1.28 installed\n"),
                "dpkg --compare-versions 2.4.2-3+deb12u7": .ended(code: 0, words: ""),
            ])
        let findings = await pc.findings(of: CUPSDCheck())
        let revision = try #require(findings.only("cupsd.revision"))
        for word in ["CVE-2024-47175", "CVE-2025-58060", "2.4.2-3+deb12u9"] { #expect(revision.seen.en.contains(word)) }
        #expect(findings.only("cupsd.browsed")?.remedy?.en == "sudo apt-get purge cups-browsed")
        answer(&pc, ["dpkg-query": .ended(code: 1, words: "cups-browsed 1.28 config-files\n")])
        #expect(await pc.findings(of: CUPSDCheck()).only("cupsd.browsed") == nil)
    }

    @Test("the bound is compared by Debian's own rules")
    func revisions() async throws {
        let dpkg = SystemPrograms(clock: SystemClock())
        for (version, code) in [("2.4.2-3+deb12u10", 1), ("2.4.2-3+deb12u8", 0), ("2.4.10-1", 1)] as [(String, Int32)] {
            let end = await dpkg.run(
                "dpkg", ["--compare-versions", version, "lt", "2.4.2-3+deb12u9"], within: .seconds(120))
            #expect(end == .ended(code: code, words: ""), "\(version)")
        }
    }

    @Test("queues that try for seven days, retry, or have no PPD; of names that are none nothing is said")
    func queues() async throws {
        let pc = try shop()
        try pc.write(
            "/etc/cups/printers.conf",
            """
            <DefaultPrinter hall>
            DeviceURI ipp://192.168.1.7/ipp/print
            ErrorPolicy retry-job
            </DefaultPrinter>
            <Printer good>
            DeviceURI ipp://192.168.1.8/ipp/print?contimeout=60
            ErrorPolicy abort-job
            </Printer>
            <Printer secret>
            DeviceURI ipp://user:word@192.168.1.9/?contimeout=5
            </Printer>
            <Printer it';rm>
            DeviceURI ipp://x/
            </Printer>

            """)
        for name in ["good", "secret"] { try pc.write("/etc/cups/ppd/\(name).ppd", "") }
        let bad = await pc.findings(of: CUPSDCheck()).bad("cupsd.queues")
        #expect(bad.count == 3 && bad.allSatisfy { $0.seen.en.hasPrefix("/etc/cups/printers.conf:1: ") })
        #expect(
            bad.first?.remedy?.en
                == "sudo lpadmin -p 'hall' -v 'ipp://192.168.1.7/ipp/print?contimeout=60'")
        #expect(bad.last?.remedy?.en.contains("adopt ADDRESS --queue hall") == true)
    }
}
