import Testing

@Suite("Nothing blocks, crashes on purpose, or slips past its owner")
struct ForbiddenWordTests {
    @Test func sourcesUseNoForbiddenCalls() {
        expectNone(
            Repository.sources.flatMap { file in
                ForbiddenWords.findings(inSource: file, target: Repository.manifest.target(of: file.path)?.name ?? "")
            })
    }

    @Test func testsWaitOnClocksOnly() {
        let tests = Repository.swiftFiles.filter { $0.path.hasPrefix("Tests/") }
        expectNone(tests.flatMap { ForbiddenWords.findings(inTest: $0) })
    }
}

@Suite("The rules about forbidden words themselves")
struct ForbiddenWordRuleTests {
    private func findings(_ text: String, path: String = "Sources/Core/A/A.swift", in target: String = "A") -> [Finding]
    {
        ForbiddenWords.findings(inSource: SwiftFile(path: path, text: text), target: target)
    }

    @Test(arguments: [
        "sleep(1)", "Glibc.sleep(1)", "usleep(10)", "nanosleep(&a, nil)", "try await Task.sleep(for: .seconds(1))",
        "try await Task<Never, Never>.sleep(for: wait)", "Thread.sleep(forTimeInterval: 1)",
        "try await ContinuousClock().sleep(for: wait)", "child.waitUntilExit()",
        "getaddrinfo(host, nil, &hints, &list)", "system(command)", "popen(command, \"r\")", "wait4(pid, nil, 0, nil)",
        "let a = try! b()", "let a = b as! C", "fatalError(\"no\")", "Glibc.system(command)",
        "cupsDoRequest(a, b, c)", "ippDelete(answer)", "httpClose(http)", "libevdev_free(device)", "udev_new()",
        "sqlite3_open(path, &handle)", "zone_open(path, 0, 0)", "print(\"\\(zone_open(path, 0, 0))\")",
    ])
    func eachForbiddenCallIsSeen(_ line: String) { #expect(findings("// first\n\(line)").map(\.line) == [2]) }

    @Test(arguments: [
        "try await clock.sleep(for: .seconds(1))", "try await clock.sleep(until: due)", "await sleep(until: due)",
        "private func sleep(until due: MonoTime) async {}", "let text = \"try! sleep(1)\"", "// fatalError( is no way",
        "let a = try? b()", "let a = b as? C", "font.system(12)", "client.httpGet(path)",
        "func httpGet(path: String) {}",
        "let ippState = 1", "let a = Case.httpError(1)", "zone_agent = 1", "try !isOpen()",
    ])
    func whatIsAllowedPasses(_ line: String) { #expect(findings(line) == []) }

    @Test func ownersMayCallTheirLibrary() {
        #expect(findings("udev_new()", in: "ZoneUdev") == [])
        #expect(findings("libevdev_free(a)", in: "ZoneUdev").count == 1)
        let clock = "try await Task.sleep(for: wait)"
        #expect(findings(clock, path: "Sources/Base/ZoneLinux/SystemClock.swift", in: "ZoneLinux") == [])
        #expect(findings(clock, path: "Sources/Base/ZoneLinux/Other.swift", in: "ZoneLinux").count == 1)
    }

    @Test(arguments: [
        "final class A: @unchecked Sendable {", "nonisolated(unsafe) var a = 1", "let a = Unmanaged.passRetained(b)",
    ])
    func whatIsUncheckedNamesItsProtector(_ line: String) {
        #expect(findings(line).count == 1)
        #expect(findings("// why not\n\n\(line)\n\n// protector: too far away").count == 1)
        #expect(findings("\(line)  // protector of a: the lock") == [])
        #expect(findings("/// Protector of the source:\n/// libdispatch.\n\(line)") == [])
        #expect(findings("\(line)\n    // protector of both: the queue") == [])
    }

    @Test func testsMayNotSleepEither() {
        func tests(_ text: String) -> Int {
            ForbiddenWords.findings(inTest: SwiftFile(path: "Tests/A/A.swift", text: text)).count
        }
        #expect(tests("try await Task.sleep(for: .seconds(1))") == 1)
        #expect(tests("Thread.sleep(forTimeInterval: 1)") == 1)
        #expect(tests("sleep(1)") == 1)
        #expect(tests("try await clock.sleep(for: .seconds(1))") == 0)
    }
}
