import Glibc
import Testing
import ZoneCommandLine
import ZoneTestKit

@Suite("cupsd.conf is read as cupsd reads it, set, and put back to the last byte")
struct CUPSDEditTests {
    /// The lines of Debian 12's file that matter here.
    static let debian = """
        # Log general information in error_log
        LogLevel warn
        PageLogFormat

        ErrorPolicy retry-job
        Listen localhost:631
        Listen /run/cups/cups.sock
        Browsing Yes
        WebInterface Yes
        <Location />
          Order allow,deny
        </Location>
        <Policy default>
          JobPrivateAccess default
          JobPrivateValues default
          <Limit Create-Job Print-Job>
            Order deny,allow
          </Limit>
        </Policy>
        <Policy kerberos>
          <Limit All>
            AuthType Negotiate
          </Limit>
        </Policy>

        """

    private func text(_ content: String) throws -> CUPSDText { try CUPSDText(Array(content.utf8), file: "c") }
    private func set(_ content: String) throws -> String {
        String(decoding: try CUPSDEdit.set(Array(content.utf8), file: "c"), as: UTF8.self)
    }

    @Test("each fault of Debian's own file has its line, what is there and what it should be")
    func faults() throws {
        let faults = CUPSDFault.all(in: try text(Self.debian))
        let seen = faults.map { "\($0.name) \($0.line.map(String.init) ?? "-") \($0.value ?? "nil") \($0.wanted)" }
        #expect(
            seen == [
                "PreserveJobFiles - nil No", "PreserveJobHistory - nil 3600", "MaxJobTime - nil 600",
                "MaxHoldTime - nil 600", "ErrorPolicy 5 retry-job abort-job", "Browsing 8 Yes No",
                "WebInterface 9 Yes No", "JobPrivateValues 15 default all", "JobPrivateValues 20 nil all",
            ])
    }

    @Test("after it was set nothing is wrong, and setting it again changes nothing")
    func idempotent() throws {
        let once = try set(Self.debian)
        #expect(CUPSDFault.all(in: try text(once)).isEmpty)
        #expect(try set(once) == once)
        // What is right already stays as it is.
        #expect(once.contains("\nLogLevel warn\nPageLogFormat\n") && once.contains("\nListen localhost:631\n"))
        #expect(once.contains("\n#zone-agent-off# ErrorPolicy retry-job\n"))
    }

    @Test(
        "values are read as cupsd reads them",
        arguments: [
            ("preservejobfiles off", true), ("PreserveJobFiles 0", true), ("PreserveJobFiles Yes", false),
            ("PreserveJobFiles No\nPreserveJobFiles 1d", false), ("PreserveJobFiles 1d\nPreserveJobFiles No", true),
            ("PreserveJobFiles No # PreserveJobFiles Yes", true), ("# PreserveJobFiles No", false),
            ("#\rPreserveJobFiles No", true), ("PreserveJobFiles perhaps", false),
            ("<Location />\nPreserveJobFiles No\n</Location>", false), ("\tPreserveJobFiles\u{B}No  ", true),
            ("PreserveJobFiles Yes\nPreserveJobFiles", false),
        ])
    func values(_ content: String, _ isFine: Bool) throws {
        let faults = CUPSDFault.all(in: try text(content)).filter { $0.name == "PreserveJobFiles" }
        #expect(faults.isEmpty == isFine)
    }

    @Test(
        "who may connect",
        arguments: [
            ("Listen localhost:631", true), ("Listen /run/cups/cups.sock", true), ("Listen 127.0.0.1:631", true),
            ("Listen [::1]:631", true), ("Port 631", false), ("Listen *:631", false), ("Listen 631", false),
            ("Listen 192.168.1.5:631", false), ("listen 127.evil.example:631", false), ("SSLPort 443", false),
            ("Listen [::]:631", false), ("Listen printserver:631", false),
        ])
    func doors(_ line: String, _ isFine: Bool) throws {
        let faults = CUPSDFault.all(in: try text("\(line)\n")).filter { $0.name == "Listen" }
        #expect(faults.isEmpty == isFine)
        guard !isFine else { return }
        #expect(faults.first?.line == 1)
        // Without any other door cupsd would not start.
        let once = try set("\(line)\n")
        #expect(once.contains("\nListen /run/cups/cups.sock\n"))
        #expect(CUPSDFault.all(in: try text(once)).isEmpty)
    }

    @Test(
        "time is a number with a unit, or a word",
        arguments: [
            ("MaxJobTime 600", true), ("MaxJobTime 10m", true), ("MaxJobTime 11m", false), ("MaxJobTime 0", false),
            ("MaxJobTime 3h", false), ("MaxJobTime no", false), ("MaxJobTime 99999999999999999999", false),
        ])
    func times(_ line: String, _ isFine: Bool) throws {
        let faults = CUPSDFault.all(in: try text(line)).filter { $0.name == "MaxJobTime" }
        #expect(faults.isEmpty == isFine)
    }

    @Test("whatever the file is like, taking it back gives the same bytes")
    func bytes() throws {
        let forms = [
            Self.debian, Self.debian.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"),
            String(Self.debian.dropLast()), "", "\n", "Port 631", "Port 631\r\n", "Port 631\r", "LogLevel debug\n\n\n",
            "打印 “引号”\nErrorPolicy stop-printer",
        ]
        for form in forms.map({ Array($0.utf8) }) + [[0xFF, 0xFE, 0x0A, 0x80], Array("Listen *:631\r".utf8)] {
            let once = try CUPSDEdit.set(form, file: "c")
            #expect(once != form)
            #expect(CUPSDEdit.unset(once) == form)
            #expect(CUPSDFault.all(in: try CUPSDText(once, file: "c")).isEmpty)
        }
    }

    @Test("random files too")
    func random() throws {
        let pieces = [
            "\n", "\r\n", "\r", "Port 631", "Listen *:1", "PreserveJobFiles ", "Yes", "No", "# ", "\\#", " ", "\t",
            "<Policy default>\n", "</Policy>\n", "JobPrivateValues none", "LogLevel debug2", "é", "打",
        ]
        var tried = 0
        for seed in Seeds.first(400) {
            var generator = SeededGenerator(seed: seed)
            let form = (0..<12).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            guard let once = try? CUPSDEdit.set(Array(form.utf8), file: "c") else { continue }
            tried += 1
            #expect(CUPSDEdit.unset(once) == Array(form.utf8), "\(seed)")
            #expect(CUPSDFault.all(in: try CUPSDText(once, file: "c")).isEmpty, "\(seed)")
        }
        #expect(tried > 100)
    }

    @Test("what somebody adds later survives, also when ours goes")
    func changedSince() throws {
        let later = try set(Self.debian) + "MaxCopies 20\n"
        #expect(String(decoding: CUPSDEdit.unset(Array(later.utf8)), as: UTF8.self) == Self.debian + "MaxCopies 20\n")
    }

    @Test(
        "what is no configuration is refused with its place",
        arguments: [
            (String(repeating: "x", count: 1 << 20), "c:"), ("<Policy default>\n", "c:"), ("a\n</Policy>\n", "c:2:"),
            ("a\n\0b\n", "c:2:"), ("LogLevel warn\n" + String(repeating: "y", count: 3000) + "\n", "c:2:"),
        ])
    func refused(_ content: String, _ place: String) {
        let error = #expect(throws: CUPSDComplaint.self) { try CUPSDEdit.set(Array(content.utf8), file: "c") }
        #expect(error?.saying.en.hasPrefix(place) == true)
    }
}
