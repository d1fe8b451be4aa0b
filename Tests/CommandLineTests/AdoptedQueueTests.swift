import Testing
import ZoneCommandLine
import ZoneLinux
import ZoneModel

@Suite("A queue for an adopted printer")
struct AdoptedQueueTests {
    private typealias Hall = AdoptionHall
    private static let (uri, laser) = (AdoptionHall.uri, AdoptionHall.laser)
    private static let ppd = "*PPD-Adobe: \"4.3\"\n*cupsFilter2: \"application/vnd.cups-pdf application/pdf 200 -\"\n"
    private static let good: [String: ProgramEnd] = [
        "lpstat -p": .ended(code: 1, words: "lpstat: Invalid destination name in list \"hall\".\n"),
        "driverless": .ended(code: 0, words: ppd), "lpadmin": .ended(code: 0, words: ""),
        "lpoptions -p hall -l": .ended(code: 0, words: "PageSize/Media Size: *A4\n"),
        "lpoptions -p hall": .ended(
            code: 0, words: "copies=1 printer-make-and-model='Acme Laser [1m400, driverless' printer-state=3\n"),
    ]

    @Test(
        "a queue is made from the printer's own description and looked at; no word of the printer's is an argument"
    )
    func queue() async throws {
        let hall = try Hall([Self.uri: .success(Self.laser)], programs: Self.good)
        #expect(try await hall.adopt(["192.168.1.7"], queue: "hall"))
        let made = try #require(hall.noted.ran.first { $0[0] == "lpadmin" })
        #expect(Array(made[1...5]) == ["-p", "hall", "-E", "-v", "\(Self.uri)?contimeout=60"])
        #expect(made.suffix(2) == ["-o", "printer-error-policy=abort-job"])
        #expect(!hall.noted.ran.joined().contains { $0.contains("Laser") })
        #expect(!SmallFile.exists(made[7]))
    }

    @Test(
        "a queue that is no good is not left behind",
        arguments: [
            (
                "lpoptions -p hall", ProgramEnd.ended(code: 0, words: "printer-make-and-model='Local Raw Printer'\n"),
                true
            ),
            ("driverless", .ended(code: 0, words: ppd + "*FoomaticRIPCommandLine: \"touch /tmp/x\"\n"), false),
            ("driverless", .ended(code: 0, words: ppd + "*cupsFilter2: \"a b 0 /tmp/x\"\n"), false),
            ("driverless", .ended(code: 0, words: ppd + "x\r*cupsPreFilter: \"a 0 ../x\""), false),
            ("driverless", .ended(code: 1, words: ""), false), ("driverless", .overran, false),
            ("driverless", .missing, false), ("lpstat -p", .ended(code: 0, words: "printer hall is idle\n"), false),
            ("lpstat -p", .ended(code: 1, words: "lpstat: Scheduler is not running.\n"), false),
            ("lpstat -r", .ended(code: 0, words: "scheduler is not running\n"), false),
            ("lpadmin", .ended(code: 1, words: "lpadmin: Forbidden\n"), true),
        ])
    func noQueue(_ line: String, _ end: ProgramEnd, _ wasTried: Bool) async throws {
        let hall = try Hall(
            [Self.uri: .success(Self.laser)], programs: Self.good.merging([line: end]) { _, new in new })
        await #expect(throws: PrinterRefusal.self) { _ = try await hall.adopt(["192.168.1.7"], queue: "hall") }
        #expect(hall.noted.ran.contains(["lpadmin", "-x", "hall"]) == wasTried)
        #expect(hall.noted.ran.contains { $0.starts(with: ["lpadmin", "-p"]) } == wasTried)
    }

    @Test("as root the printer's words are read by nobody; a reader that is not there is named")
    func nobody() async throws {
        var programs = Self.good
        programs["setpriv"] = programs.removeValue(forKey: "driverless")
        let hall = try Hall([Self.uri: .success(Self.laser)], programs: programs)
        #expect(try await hall.adopt(["192.168.1.7"], queue: "hall", isRoot: true))
        let reader = try #require(hall.noted.ran.first { $0[0] == "setpriv" })
        #expect(reader.contains("--reuid=65534") && reader.suffix(3) == ["--", "driverless", Self.uri])
        programs["setpriv"] = .ended(code: 127, words: "setpriv: failed to execute driverless\n")
        let bare = try Hall([Self.uri: .success(Self.laser)], programs: programs)
        let error = await #expect(throws: PrinterRefusal.self) {
            _ = try await bare.adopt(["192.168.1.7"], queue: "hall", isRoot: true)
        }
        #expect(error?.saying.en.contains("cups-filters-core-drivers") == true)
    }

    @Test("two printers get no queue by one name, and mistakes are named before anything is asked")
    func mistakes() async throws {
        let hall = try Hall(
            [Self.uri: .success(Self.laser), "ipp://192.168.1.8/ipp/print": .success(Self.laser)], programs: Self.good)
        await #expect(throws: PrinterRefusal.self) {
            _ = try await hall.adopt(["192.168.1.7", "192.168.1.8"], queue: "hall")
        }
        #expect(hall.noted.ran.isEmpty)
        for (addresses, network, queue) in [
            (["a b"], nil, nil), ([], "10.0.0.0/8", nil), ([], nil, "a b"),
        ] as [([String], String?, String?)] {
            #expect(throws: PrinterRefusal.self) {
                try AdoptionWish.read(addresses: addresses, network: network, queue: queue, writes: false)
            }
        }
    }
}
